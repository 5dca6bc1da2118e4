"""Webhooks: addresses of an organisation that are told of its events, and what became of each call."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import Rule, reads
from portal.security.scope import PartyModel


def administrators() -> list[Rule]:
    return [reads(party="organization", roles=[Role.ADMINISTRATOR])]


@tracked()
class Webhook(PartyModel):
    """An https address that is told of chosen events, as far as the administrator who registered it may see them.

    The secret that signs the calls is stored nowhere: it is derived from the portal's own (`signing`), shown once per
    `key` and replaced by counting `key` up.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("사용 중")
        STOPPED = "stopped", _("사용 안 함")
        FAILED = "failed", _("오류로 꺼짐")

    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    membership = models.ForeignKey("organizations.Membership", models.PROTECT, related_name="+")
    url = models.URLField(_("주소"), max_length=500)
    events = ArrayField(models.CharField(max_length=60), verbose_name=_("사건"))
    state = models.CharField(_("상태"), max_length=10, choices=State, default=State.ACTIVE)
    key = models.PositiveSmallIntegerField(default=1)
    secret_shown_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("등록"))
    failing_since = models.DateTimeField(_("실패 시작"), null=True)

    class Meta:
        constraints = [
            party_key("webhook_organization", "organization"),
            CheckConstraint(name="webhook_state", condition=Q(state__in=["active", "failed", "stopped"])),
            CheckConstraint(name="webhook_https", condition=Q(url__startswith="https://")),
            CheckConstraint(name="webhook_has_events", condition=Q(events__len__gt=0)),
            Carries(name="webhook_of_member", through="membership", fields=["organization"]),
            RowSecurity(name="webhook_rows", reads=administrators(), writes=administrators()),
        ]

    def __str__(self) -> str:
        return self.url


class Delivery(PartyModel):
    """One event for one webhook, with a log of every attempt. It holds ids only: who calls back sees what they may."""

    class State(models.TextChoices):
        WAITING = "waiting", _("보낼 예정")
        DELIVERED = "delivered", _("전달함")
        FAILED = "failed", _("실패, 다시 시도 예정")
        GIVEN_UP = "given_up", _("전달하지 못함")

    webhook = models.ForeignKey(Webhook, models.PROTECT, related_name="deliveries")
    organization = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    event_id = models.UUIDField()
    event = models.CharField(_("사건"), max_length=60)
    subject = models.CharField(max_length=100)
    subject_id = models.UUIDField()
    state = models.CharField(_("상태"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("시도"), default=0)
    log = models.JSONField(default=list)  # one entry per attempt: at, status, words, milliseconds
    created_at = models.DateTimeField(_("발생"))
    next_at = models.DateTimeField(_("다음 시도"), null=True)
    done_at = models.DateTimeField(_("전달"), null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["webhook", "event_id"], name="webhook_delivery_once"),
            CheckConstraint(
                name="webhook_delivery_state", condition=Q(state__in=["delivered", "failed", "given_up", "waiting"])
            ),
            CheckConstraint(
                name="webhook_delivered_has_time", condition=~Q(state="delivered") | Q(done_at__isnull=False)
            ),
            Carries(name="webhook_delivery_organization", through="webhook", fields=["organization"]),
            RowSecurity(name="webhook_delivery_rows", reads=administrators(), writes=administrators()),
        ]

    def __str__(self) -> str:
        return self.event
