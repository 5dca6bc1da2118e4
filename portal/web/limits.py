"""How often a minute somebody may do something: counted in the cache, one atomic step each."""

import logging
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

from portal.kernel.clock import now

log = logging.getLogger("portal.web")
WINDOW = 60  # seconds


@dataclass(frozen=True, slots=True)
class Rate:
    """What is left of a sender's minute; the API tells it with every answer (draft-ietf-httpapi-ratelimit-headers)."""

    limit: int
    left: int
    seconds: int
    passed: bool = False

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW}',
            "RateLimit": f'"minute";r={self.left};t={self.seconds}',
        }


def once_more(sender: str, limit: int) -> Rate | None:
    """Count one more by the sender. None where nothing can be counted: without a cache nobody is stopped."""
    window, passed = divmod(int(now().timestamp()), WINDOW)
    key = f"minute.{sender}.{window}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        asked = cache.incr(key)
    except (RedisError, ValueError):  # ValueError: the key went in between
        log.warning("requests are not counted: the cache is out of reach", exc_info=True)
        return None
    return Rate(limit, max(0, limit - asked), WINDOW - passed, asked > limit)
