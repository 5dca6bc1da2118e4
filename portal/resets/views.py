"""The pages of resets. One is asked for on the member's page."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.resets import operations
from portal.resets.models import SecondFactorReset
from portal.resets.tables import ResetFilter, ResetTable
from portal.security.actor import Actor
from portal.web.page import Fact
from portal.web.rooms import Room, Step, register


def facts(reset: SecondFactorReset, _actor: Actor) -> list[Fact]:
    return [
        Fact(_("이름"), reset.user.name),
        Fact(_("이메일"), reset.user.email),
        Fact(_("사유"), reset.reason),
        Fact(_("요청한 사람"), reset.asked_by.name),
        Fact(_("요청"), reset.asked_at),
        Fact(_("처리한 사람"), reset.confirmed_by.name if reset.confirmed_by else ""),
        Fact(_("처리"), reset.confirmed_at),
    ]


ROOM = register(
    Room(
        name="second-factor-resets",
        model=SecondFactorReset,
        param="reset",
        title=gettext_lazy("2단계 인증 초기화"),
        titled=lambda r: r.user.name or r.user.email,
        lead=gettext_lazy("인증 기기를 잃은 사람의 2단계 인증을 두 사람이 함께 지웁니다."),
        table=ResetTable,
        filterset=ResetFilter,
        facts=facts,
        related=("user", "asked_by", "confirmed_by"),
        owner="organization",
        order=("-asked_at", "-id"),
        fresh=["confirm"],
        steps={"confirm": Step(operations.confirm), "decline": Step(operations.decline)},
        empty=gettext_lazy("초기화 요청이 없습니다."),
        empty_hint=gettext_lazy("구성원 화면에서 요청하면 이곳에 나타납니다."),
        api_fields=["reason", "state", "asked_at", "confirmed_at"],
    )
)
