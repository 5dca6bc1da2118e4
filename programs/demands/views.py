"""The demands' pages."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.security.actor import Actor
from portal.web.drafts import returning
from portal.web.forms import code_names
from portal.web.page import Fact
from portal.web.rooms import Create, Edit, Room, Step, register
from programs.demands import operations
from programs.demands.forms import DemandFields, DemandForm, NewDemandForm, initial
from programs.demands.models import Demand
from programs.demands.tables import DemandFilter, DemandTable


def facts(demand: Demand, _actor: Actor) -> list[Fact]:
    return [
        Fact(str(_("수요번호")), demand.number),
        Fact(str(_("수요 기업")), demand.corporation),
        Fact(str(_("사업")), demand.program),
        Fact(str(_("해결하려는 문제")), demand.problem),
        Fact(str(_("협업 내용")), demand.scope),
        Fact(str(_("기술분야")), code_names("tech_field", demand.tech_fields)),
        Fact(str(_("최소 기술성숙도(TRL)")), demand.min_trl),
        Fact(str(_("협업 유형")), code_names("collaboration_type", demand.collaboration_types)),
        Fact(str(_("희망 기업 수")), demand.wanted_startups),
        Fact(str(_("공개 범위")), demand.get_level_display()),
    ]


ROOM = register(
    Room(
        name="demands",
        model=Demand,
        param="demand",
        title=pgettext_lazy("list", "협업 수요"),
        titled=lambda d: d.title,
        lead=_("대기업이 스타트업과 함께 풀고자 하는 과제입니다."),
        table=DemandTable,
        filterset=DemandFilter,
        facts=facts,
        related=("corporation", "program"),
        create=Create(operations.create, NewDemandForm, _("협업 수요 등록")),
        edit=Edit(operations.edit, DemandForm, initial),
        steps={
            "submit": Step(operations.submit),
            "return_": Step(operations.return_, returning(DemandFields)),
            "publish": Step(operations.publish),
            "close": Step(operations.close),
            "withdraw": Step(operations.withdraw),
        },
        empty=_("아직 공고된 협업 수요가 없습니다."),
        empty_hint=_("수요조사가 끝나면 이곳에 공고됩니다."),
        owner="corporation",
        sensitive=False,  # a demand is written to be read; its detail under NDA is another table
        access="public",
        api_fields=[
            "state",
            "program",
            "corporation",
            "number",
            "title",
            "problem",
            "scope",
            "tech_fields",
            "min_trl",
            "collaboration_types",
            "wanted_startups",
            "level",
            "created_at",
            "submitted_at",
            "published_at",
        ],
    )
)
