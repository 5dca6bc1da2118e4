"""The inbox, and the operator's list of outgoing mails."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.notifications import operations
from portal.notifications.models import Mail, Notification
from portal.notifications.queries import confidential_mails, mails_by_state, unread_count
from portal.notifications.tables import MailFilter, MailTable, NotificationFilter, NotificationTable
from portal.security.actor import Actor
from portal.security.policy import admits, may
from portal.web.page import Action, Fact, Tab, Weight
from portal.web.rooms import Room, register
from portal.web.views import MEMBER, page


@page(MEMBER, ("POST",))
def open_(request: HttpRequest, id: UUID) -> HttpResponse:
    """Mark the message as read and go where it leads."""
    actor = request.actor  # type: ignore[attr-defined]
    found = INBOX.get(id, actor=actor)
    operations.mark_read(notification=found, actor=actor)
    safe = url_has_allowed_host_and_scheme(found.url, allowed_hosts=None)
    return redirect(found.url if safe else "notifications:list")


@page(MEMBER, ("POST",))
def read(request: HttpRequest, id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    operations.mark_read(notification=INBOX.get(id, actor=actor), actor=actor)
    return redirect("notifications:list")


@page(MEMBER, ("POST",))
def read_all(request: HttpRequest) -> HttpResponse:
    operations.mark_all_read(actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("모두 읽음으로 표시했습니다."))
    return redirect("notifications:list")


@page(MEMBER, ("POST",))
def send_again(request: HttpRequest, id: UUID) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    mail = MAILS.get(id, actor=actor)
    operations.send_again(mail=mail, actor=actor)
    messages.success(request, _("메일을 다시 보내도록 했습니다. 결과는 잠시 뒤에 이곳에 나타납니다."))
    return redirect(MAILS.url("detail", mail))


@page(MEMBER, ("POST",))
def send_many_again(request: HttpRequest) -> HttpResponse:
    """Those of the list that did not go out, as its filters narrow it."""
    actor = request.actor  # type: ignore[attr-defined]
    mails = MailFilter(request.GET, queryset=MAILS.rows(actor), request=request).qs
    count = operations.send_many_again(mails=mails, actor=actor)
    if count:
        messages.success(request, _("나가지 못한 메일 %(count)d건을 다시 보내도록 했습니다.") % {"count": count})
    else:
        messages.info(request, _("다시 보낼 메일이 없습니다. 결과를 모르는 메일은 하나씩 확인해 주십시오."))
    return redirect(f"{MAILS.url('list')}?{request.GET.urlencode()}")


@page(MEMBER, ("POST",))
def send_confidential_again(request: HttpRequest) -> HttpResponse:
    operations.send_confidential_again(actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("보내지 못한 비공개 메일이 있으면 다시 보내도록 했습니다."))
    return redirect("mails:list")


def message_facts(found: Notification, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("받은 때"), found.created_at),
        Fact(_("내용"), found.body),
        Fact(_("읽은 때"), found.read_at),
    ]


def message_actions(found: Notification, _actor: Actor) -> list[Action]:
    actions = [Action("open", _("바로 가기"), INBOX.url("open", found), method="post", weight="primary")]
    if found.read_at is None:
        actions.append(Action("read", _("읽음으로 표시"), INBOX.url("read", found), method="post"))
    return actions


def inbox_actions(actor: Actor) -> list[Action]:
    if not unread_count(actor):
        return []
    return [Action("read_all", _("모두 읽음으로 표시"), INBOX.url("read_all"), method="post")]


def mail_facts(mail: Mail, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("받는 사람"), mail.to),
        Fact(_("언어"), dict(settings.LANGUAGES).get(mail.language, mail.language)),
        Fact(_("상태"), mail.get_state_display()),
        Fact(_("시도"), mail.attempts),
        Fact(_("다음 시도"), mail.next_at),
        Fact(_("작성"), mail.created_at),
        Fact(_("발송"), mail.sent_at),
        Fact(_("반송"), mail.bounced_at),
        Fact(_("오류 종류"), mail.get_fault_display()),
        Fact(_("오류"), mail.error),
        Fact("Message-ID", mail.message_id),
    ]


def mail_actions(mail: Mail, actor: Actor) -> list[Action]:
    if not may(actor, "send_again", mail):
        return []
    confirm = _("이미 도착했을 수 있어 같은 메일이 두 번 갈 수 있습니다. 다시 보내시겠습니까?")
    url, unknown = MAILS.url("send_again", mail), mail.state == Mail.State.UNKNOWN
    weight: Weight = "secondary" if unknown else "primary"
    return [Action("send_again", _("다시 보내기"), url, "post", weight, confirm if unknown else "")]


def mail_list_actions(actor: Actor) -> list[Action]:
    if not admits(actor, "send_again", Mail):
        return []
    url = reverse("mails:send_confidential_again")
    return [Action("send_confidential_again", _("비공개 메일 다시 보내기"), url, method="post")]


def mail_list_extra(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    found: dict[str, Any] = {"states": state_tabs(actor, request)}
    if admits(actor, "send_again", Mail):
        url = f"{reverse('mails:send_many_again')}?{request.GET.urlencode()}"
        confirm = _("지금 조건에 맞는 메일 가운데 실패했거나 보내지 못한 메일을 모두 다시 보냅니다. 계속하시겠습니까?")
        found["send_many"] = Action(
            "send_many_again", _("나가지 못한 메일 모두 다시 보내기"), url, "post", confirm=confirm
        )
    if admits(actor, "count", Mail):
        few = _("3건 미만")
        found["confidential"] = [Fact(label, few if n is None else n) for label, n in confidential_mails(actor)]
    return found


def state_tabs(actor: Actor, request: HttpRequest) -> list[Tab]:
    """One tab per state with its number; the other filters stay."""
    counts, chosen = mails_by_state(actor), request.GET.get("state", "")

    def tab(label: Any, state: str, count: int) -> Tab:
        query = request.GET.copy()
        query["state"] = state
        query.pop("page", None)
        return Tab(str(label), f"?{query.urlencode()}", chosen == state, count)

    every = tab(_("전체"), "", sum(n for _state, n in counts))
    return [every, *(tab(state.label, str(state.value), n) for state, n in counts)]


INBOX = register(
    Room(
        name="notifications",
        model=Notification,
        param="notification",
        title=gettext_lazy("알림"),
        titled=lambda n: n.title,
        table=NotificationTable,
        filterset=NotificationFilter,
        facts=message_facts,
        actions=message_actions,
        list_actions=inbox_actions,
        list_template="notifications/inbox.html",
        order=("-created_at", "-id"),
        empty=gettext_lazy("받은 알림이 없습니다."),
        empty_hint=gettext_lazy("하실 일이 생기거나 맡으신 일의 상태가 바뀌면 이곳과 이메일로 알려 드립니다."),
        sensitive=False,
        more=(
            path("read-all/", read_all, name="read_all"),
            path("<uuid:id>/open/", open_, name="open"),
            path("<uuid:id>/read/", read, name="read"),
        ),
    )
)

MAILS = register(
    Room(
        name="mails",
        model=Mail,
        param="mail",
        title=gettext_lazy("발송 메일"),
        titled=lambda m: m.to,
        lead=gettext_lazy("메일이 나갔는지 확인하고, 나가지 못한 메일을 다시 보냅니다. 제목과 내용은 보이지 않습니다."),
        table=MailTable,
        filterset=MailFilter,
        facts=mail_facts,
        actions=mail_actions,
        order=("-created_at", "-id"),
        empty=gettext_lazy("보낸 메일이 없습니다."),
        empty_hint=gettext_lazy("알림과 초대가 나가면 이곳에 나타납니다."),
        sensitive=False,
        list_actions=mail_list_actions,
        list_extra=mail_list_extra,
        list_template="mails/list.html",
        more=(
            path("send-again/", send_many_again, name="send_many_again"),
            path("send-confidential-again/", send_confidential_again, name="send_confidential_again"),
            path("<uuid:id>/send-again/", send_again, name="send_again"),
        ),
    )
)
