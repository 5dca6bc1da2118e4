"""The pages of what belongs to a startup's profile: consents, past support, documents."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.startups import consents, evidence, supports
from matching.startups.forms import FoundForm, NewEvidenceForm, NewSupportForm, SupportForm
from matching.startups.models import Consent, Evidence, PastSupport
from matching.startups.tables import ConsentFilter, ConsentTable, EvidenceTable, SupportTable
from portal.kernel.money import Won
from portal.kernel.roles import Kind
from portal.security.actor import Actor
from portal.web.page import Fact
from portal.web.rooms import Act, Create, Edit, Room, Step, register


def recipient_of(consent: Consent) -> str:
    return str(consent.recipient) if consent.recipient_id else gettext("사업에 참여하는 수요 기업과 창조경제혁신센터")


def consent_facts(consent: Consent, actor: Actor) -> list[Fact]:
    own = [] if actor.kind == Kind.STARTUP else [Fact(gettext("기업명"), consent.startup)]
    return [
        *own,
        Fact(gettext("제공받는 곳"), recipient_of(consent)),
        Fact(gettext("목적"), consent.get_purpose_display()),
        Fact(gettext("관련 건"), consent.about),
        Fact(gettext("항목"), " · ".join(str(consents.ITEMS[item]) for item in consent.items)),
        Fact(gettext("기간"), str(consents.PERIODS[Consent.Purpose(consent.purpose)])),
        Fact(gettext("거부할 권리"), str(consents.RIGHT)),
        Fact(gettext("동의한 때"), consent.given_at),
        Fact(gettext("철회한 때"), consent.withdrawn_at),
    ]


CONSENTS = register(
    Room(
        name="consents",
        model=Consent,
        param="consent",
        title=_("정보 제공 동의"),
        titled=lambda c: str(c.get_purpose_display()),
        lead=_("기업 정보를 누구에게 왜 제공하기로 하셨는지 보여 드립니다. 철회하시면 바로 제공되지 않습니다."),
        table=ConsentTable,
        filterset=ConsentFilter,
        facts=consent_facts,
        related=("recipient",),
        create=Create(consents.be_found, FoundForm, _("찾아볼 수 있게 동의")),
        steps={"withdraw": Step(consents.withdraw)},
        empty=_("아직 동의하신 내용이 없습니다."),
        empty_hint=_("추천에 동의하시면 이곳에 보이며 언제든지 철회하실 수 있습니다."),
        owner="startup",
        api_fields=["state", "startup", "recipient", "purpose", "items", "about", "given_at", "withdrawn_at"],
    )
)


def support_facts(support: PastSupport, _actor: Actor) -> list[Fact]:
    return [
        Fact(gettext("사업명"), support.program_name),
        Fact(gettext("지원 기관"), support.agency),
        Fact(gettext("지원 연도"), support.year),
        Fact(gettext("지원 종료일"), support.ended_on),
        Fact(gettext("지원 금액"), Won(support.amount).format()),
        Fact(gettext("지원 내용"), support.subject),
    ]


def support_initial(support: PastSupport) -> dict[str, Any]:
    return {name: getattr(support, name) for name in supports.FIELDS}


SUPPORTS = register(
    Room(
        name="past-supports",
        model=PastSupport,
        param="support",
        title=_("받은 정부지원"),
        titled=lambda s: s.program_name,
        lead=_("이미 받은 정부지원을 한 번만 적어 두시면 중복지원 확인에 쓰입니다. 귀사와 중소벤처기업부만 봅니다."),
        table=SupportTable,
        facts=support_facts,
        create=Create(supports.create, NewSupportForm, _("받은 지원 등록")),
        edit=Edit(supports.edit, SupportForm, support_initial),
        acts=[Act(name="remove", label=_("삭제"), operation=supports.remove)],
        empty=_("등록된 정부지원이 없습니다."),
        empty_hint=_("다른 사업에서 지원받은 적이 있으면 등록해 주십시오."),
        owner="startup",
        api_fields=["startup", "program_name", "agency", "year", "ended_on", "amount", "subject"],
    )
)


def evidence_facts(document: Evidence, _actor: Actor) -> list[Fact]:
    return [
        Fact(gettext("서류 종류"), document.get_sort_display()),
        Fact(gettext("서류 이름"), document.name),
        Fact(gettext("유효 기한"), document.expires_on),
        Fact(gettext("등록한 때"), document.added_at),
    ]


DOCUMENTS = register(
    Room(
        name="startup-documents",
        model=Evidence,
        param="document",
        title=_("기업 서류"),
        titled=lambda d: d.name,
        lead=_("한 번 올린 서류는 신청에 다시 쓰실 수 있습니다. 유효 기한이 다가오면 알려 드립니다."),
        table=EvidenceTable,
        facts=evidence_facts,
        create=Create(evidence.create, NewEvidenceForm, _("서류 올리기")),
        acts=[Act(name="remove", label=_("삭제"), operation=evidence.remove)],
        empty=_("올린 서류가 없습니다."),
        empty_hint=_("사업자등록증처럼 자주 쓰는 서류를 올려 두십시오."),
        owner="startup",
        api_fields=["startup", "sort", "name", "expires_on", "added_at"],
    )
)
