"""Django's PostgreSQL backend, with the actor's context in every transaction."""
