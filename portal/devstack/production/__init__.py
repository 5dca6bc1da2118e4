"""What docker-compose.yml mounts and runs: start script, probe, nginx, roles of the database."""
