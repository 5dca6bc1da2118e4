"""The ground floor: what every room of the portal stands on."""
