"""The pages of webhooks: for the administrators of an organisation."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.formats import active_language, instant
from portal.security.actor import Actor
from portal.security.policy import may
from portal.web.page import Action, Fact, Page
from portal.web.rooms import Act, Create, Edit, Room, register
from portal.web.views import MEMBER, page
from portal.webhooks import operations, signing
from portal.webhooks.forms import WebhookEditForm, WebhookForm, event_choices
from portal.webhooks.models import Delivery, Webhook
from portal.webhooks.tables import DeliveryFilter, DeliveryTable, WebhookFilter, WebhookTable


@page(MEMBER, ("POST",))
def show_secret(request: HttpRequest, id: UUID) -> HttpResponse:
    """The secret, on the answer to the click alone: it is in no address, cookie or log."""
    actor = request.actor  # type: ignore[attr-defined]
    webhook = WEBHOOKS.get(id, actor=actor)
    secret = operations.show_secret(webhook=webhook, actor=actor)
    shown = Page(title=_("서명 비밀값"), crumbs=WEBHOOKS.crumbs(webhook))
    context = {"page": shown, "secret": secret, "key": signing.key_of(webhook), "back": WEBHOOKS.url("detail", webhook)}
    return render(request, "webhooks/secret.html", context)


def webhook_facts(webhook: Webhook, _actor: Actor) -> list[Fact]:
    known = dict(event_choices())
    return [
        Fact(_("주소"), webhook.url),
        Fact(_("상태"), webhook.get_state_display()),
        Fact(_("사건"), ", ".join(str(known.get(name, name)) for name in webhook.events)),
        Fact(_("서명 키 번호"), signing.key_of(webhook)),
        Fact(_("등록"), webhook.created_at),
        Fact(_("실패 시작"), webhook.failing_since),
    ]


def webhook_actions(webhook: Webhook, actor: Actor) -> list[Action]:
    """What may be done now; the secret only while it has not been shown."""
    offered = [
        ("show_secret", _("서명 비밀값 보기(한 번만)"), "", webhook.secret_shown_at is None),
        ("test", _("시험 전달"), "", True),
        (
            "renew_secret",
            _("서명 비밀값 새로 만들기"),
            _("지금 쓰는 비밀값은 곧바로 쓸 수 없게 됩니다. 새로 만드시겠습니까?"),
            True,
        ),
        ("stop", _("끄기"), _("꺼져 있는 동안의 사건은 전달되지 않습니다. 끄시겠습니까?"), True),
        ("start", _("켜기"), "", True),
    ]
    found = [
        Action(name, label, WEBHOOKS.url(name, webhook), method="post", confirm=confirm)
        for name, label, confirm, useful in offered
        if useful and may(actor, name, webhook)
    ]
    log = f"{reverse('webhook-deliveries:list')}?webhook={webhook.pk}"
    return [*found, Action("deliveries", _("전달 기록"), log, weight="tertiary")]


def delivery_facts(delivery: Delivery, _actor: Actor) -> list[Fact]:
    found = [
        Fact(_("사건"), delivery.event),
        Fact(_("상태"), delivery.get_state_display()),
        Fact(_("보내는 내용"), signing.body(delivery).decode()),
        Fact(_("발생"), delivery.created_at),
        Fact(_("다음 시도"), delivery.next_at),
        Fact(_("전달"), delivery.done_at),
    ]
    return found + [
        Fact(_("%(number)d번째 시도") % {"number": number}, attempt_words(entry))
        for number, entry in enumerate(delivery.log, 1)
    ]


def attempt_words(entry: dict[str, Any]) -> str:
    at = parse_datetime(entry["at"])
    status = _("응답 %(status)s") % {"status": entry["status"]} if entry["status"] else _("응답 없음")
    when = instant(at, active_language()) if at else ""
    return " · ".join(part for part in (when, status, entry["words"], f"{entry['milliseconds']} ms") if part)


def delivery_actions(delivery: Delivery, actor: Actor) -> list[Action]:
    if not may(actor, "again", delivery):
        return []
    return [Action("again", _("다시 전달"), DELIVERIES.url("again", delivery), method="post", weight="primary")]


WEBHOOKS = register(
    Room(
        name="webhooks",
        model=Webhook,
        param="webhook",
        title=gettext_lazy("웹훅"),
        titled=lambda w: w.url,
        lead=gettext_lazy("우리 기관에 일어난 사건을 기관의 서버에 알립니다. 내용 대신 번호와 API 주소를 보냅니다."),
        table=WebhookTable,
        filterset=WebhookFilter,
        facts=webhook_facts,
        actions=webhook_actions,
        create=Create(operations.create, WebhookForm, gettext_lazy("웹훅 등록")),
        edit=Edit(operations.edit, WebhookEditForm, lambda w: {"url": w.url, "events": w.events}),
        acts=(
            Act(name="test", label=gettext_lazy("시험 전달"), operation=operations.test,
                told=lambda _w: [_("시험 사건을 보냈습니다. 결과는 잠시 뒤 전달 기록에 나타납니다.")]),
            Act(name="renew_secret", label=gettext_lazy("서명 비밀값 새로 만들기"), operation=operations.renew_secret,
                told=lambda _w: [_("새 비밀값을 만들었습니다. ‘서명 비밀값 보기’에서 한 번 확인하실 수 있습니다.")]),
            Act(name="stop", label=gettext_lazy("끄기"), operation=operations.stop),
            Act(name="start", label=gettext_lazy("켜기"), operation=operations.start),
        ),
        order=("-created_at", "-id"),
        empty=gettext_lazy("등록한 웹훅이 없습니다."),
        empty_hint=gettext_lazy("기관의 서버에서 사건을 받으시려면 주소를 등록해 주십시오."),
        sensitive=False,
        more=(path("<uuid:id>/show-secret/", show_secret, name="show_secret"),),
    )
)  # fmt: skip

DELIVERIES = register(
    Room(
        name="webhook-deliveries",
        model=Delivery,
        param="delivery",
        title=gettext_lazy("웹훅 전달 기록"),
        titled=lambda d: d.event,
        table=DeliveryTable,
        filterset=DeliveryFilter,
        facts=delivery_facts,
        actions=delivery_actions,
        acts=(Act(name="again", label=gettext_lazy("다시 전달"), operation=operations.again),),
        related=("webhook",),
        order=("-created_at", "-id"),
        empty=gettext_lazy("전달한 사건이 없습니다."),
        empty_hint=gettext_lazy("고르신 사건이 일어나면 이곳에 나타납니다. 시험 전달로 먼저 확인하실 수 있습니다."),
        sensitive=False,
    )
)
