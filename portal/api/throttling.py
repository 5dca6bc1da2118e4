"""How many requests a minute one token, user or address may send. Generous: it stops runaway scripts, not users."""

import logging
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle

from portal.kernel.clock import now

log = logging.getLogger("portal.api")
WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Rate:
    """What is left of a sender's minute; told with every answer (draft-ietf-httpapi-ratelimit-headers)."""

    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={self.left};t={self.seconds}',
        }


class PerMinute(BaseThrottle):
    """Counts requests per minute in the cache, one atomic step per request. Without a cache nobody is stopped."""

    _wait = WINDOW

    def allow_request(self, request: Any, view: Any) -> bool:
        window, passed = divmod(int(now().timestamp()), WINDOW)
        self._wait = WINDOW - passed
        key = f"api.requests.{self.sender(request)}.{window}"
        try:
            cache.add(key, 0, timeout=2 * WINDOW)
            asked, limit = cache.incr(key), self.limit(request)
        except (RedisError, ValueError):  # ValueError: the key went in between
            log.warning("requests are not counted: the cache is out of reach", exc_info=True)
            return True
        request._request.api_rate = Rate(limit, max(0, limit - asked), self._wait)
        return bool(asked <= limit)

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
