"""What a webhook's call carries, and its signature.

Portal-Key: <webhook's id>.<number of the key>
Portal-Timestamp: <seconds since 1970>
Portal-Signature: v1=<HMAC-SHA256 of "<timestamp>.<body>" with the secret, in hexadecimal>
"""

import hmac
import json
from datetime import datetime
from hashlib import sha256

from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import salted_hmac

from portal.web.rooms import room_of
from portal.webhooks.models import Delivery, Webhook

PREFIX = "dtvwh_"  # lets a scanner of leaked secrets know what it has found


def secret_of(webhook: Webhook) -> str:
    """The present key's secret: derived from SECRET_KEY, so that no copy of the database gives it away."""
    return PREFIX + salted_hmac("portal.webhooks", key_of(webhook), algorithm="sha256").hexdigest()


def key_of(webhook: Webhook) -> str:
    return f"{webhook.pk}.{webhook.key}"


def headers(webhook: Webhook, body: bytes, at: datetime) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signed = hmac.new(secret_of(webhook).encode(), timestamp.encode() + b"." + body, sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "deep-tech-value-up-webhook/1",
        "Portal-Key": key_of(webhook),
        "Portal-Timestamp": timestamp,
        "Portal-Signature": f"v1={signed}",
    }


def body(delivery: Delivery) -> bytes:
    """Ids, the event's name and where the API tells more: no content. The same on every try."""
    found = {
        "id": str(delivery.event_id),
        "event": delivery.event,
        "at": delivery.created_at.isoformat(),
        "organization": str(delivery.organization_id),
        "subject": {"type": delivery.subject, "id": str(delivery.subject_id), "url": _api_url(delivery)},
    }
    return json.dumps(found, separators=(",", ":")).encode()


def _api_url(delivery: Delivery) -> str | None:
    room = room_of(apps.get_model(delivery.subject))
    try:
        return settings.BASE_URL + reverse(f"api:{room.name}", args=[delivery.subject_id]) if room else None
    except NoReverseMatch:
        return None
