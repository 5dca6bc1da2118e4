"""Who may do what (states come from the workflow)."""
