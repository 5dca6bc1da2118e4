"""What waits on administrators and operators, and the message about resets."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.roles import Kind, Role
from portal.notifications.messages import declare
from portal.resets.models import SecondFactorReset
from portal.resets.workflow import LASTS, State
from portal.security import policy
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos


def todos(actor: Actor) -> Iterable[Todo]:
    if not policy.admits(actor, "confirm", SecondFactorReset):
        return
    waiting = SecondFactorReset.objects.visible_to(actor).filter(state=State.ASKED, asked_at__gt=actor.now - LASTS)
    for reset in waiting.exclude(user_id=actor.user_id).select_related("user").order_by("asked_at", "id")[:20]:
        title = _("2단계 인증 초기화 확인: %(name)s") % {"name": reset.user.name}
        other = _("다른 한 사람") if reset.asked_by_id == actor.user_id else ""
        url = reverse("second-factor-resets:detail", args=[reset.pk])
        yield Todo(title, url, due=reset.asked_at + LASTS, waiting_for=other)


def register() -> None:
    add_todos("resets", todos)
    add_nav(
        NavItem(
            gettext_lazy("2단계 인증 초기화"),
            "second-factor-resets:list",
            kinds=frozenset(Kind),
            roles=frozenset({Role.ADMINISTRATOR, Role.OPERATOR}),
            order=87,
        )
    )
    declare(
        "second_factor_reset.asked",
        title=gettext_lazy("2단계 인증 초기화 확인: %(name)s"),
        body=gettext_lazy(
            "인증 기기를 잃은 사람의 2단계 인증을 지워 달라는 요청입니다. 본인을 확인한 다른 한 사람이 3일 안에 "
            "확인하거나 반려해 주십시오."
        ),
        url_name="second-factor-resets:detail",
    )
