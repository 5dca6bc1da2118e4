from django.apps import AppConfig


class SecurityConfig(AppConfig):
    name = "portal.security"
    label = "security"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from portal.security.rights import grant_rights

        post_migrate.connect(grant_rights, sender=self, dispatch_uid="portal.security.rights")
