from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from portal.accounts import signins
        from portal.accounts.operations import end_other_sessions

        def added(request: Any, user: Any, **_given: Any) -> None:
            end_other_sessions(user=user, keep=request.session.session_key)

        signins.listen()
        authenticator_added.connect(added, weak=False, dispatch_uid="sessions without the new factor end")
