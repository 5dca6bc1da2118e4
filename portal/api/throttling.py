"""How many requests a minute one token, user or address may send. Generous: it stops runaway scripts, not users."""

from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

from portal.web.limits import WINDOW, once_more


class PerMinute(BaseThrottle):
    """Counts requests per minute. Without a cache nobody is stopped."""

    _wait = WINDOW

    def allow_request(self, request: Any, view: Any) -> bool:
        rate = once_more(f"api.{self.sender(request)}", self.limit(request))
        if rate is None:
            return True
        request._request.api_rate, self._wait = rate, rate.seconds
        return not rate.passed

    def wait(self) -> float:
        return self._wait

    def limit(self, request: Any) -> int:
        return int(settings.API_PER_MINUTE["member" if request._request.actor.user_id else "public"])

    def sender(self, request: Any) -> str:
        token = getattr(request._request, "api_token", None)
        if token is not None:
            return f"token.{token.pk}"
        actor = request._request.actor
        return f"user.{actor.user_id}" if actor.user_id else f"address.{self.get_ident(request)}"
