"""The pages of recommendations and of their uploaded lists."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matching.recommendations import operations, queries, sheets, uploads
from matching.recommendations.forms import (
    AssignForm,
    NewRecommendationForm,
    NewUploadForm,
    RecommendationFields,
    RecommendationForm,
    initial,
)
from matching.recommendations.models import Recommendation, Upload, UploadRow
from matching.recommendations.tables import (
    RecommendationFilter,
    RecommendationTable,
    UploadFilter,
    UploadRowTable,
    UploadTable,
)
from matching.recommendations.workflow import State, UploadState
from matching.startups import consents
from matching.startups.models import Consent
from portal.audit import records
from portal.kernel.errors import NotFound
from portal.kernel.roles import Kind
from portal.security.actor import Actor
from portal.security.encryption import masked
from portal.security.policy import may, require
from portal.web.drafts import returning
from portal.web.exports import XLSX
from portal.web.forms import UnmaskForm, code_names
from portal.web.page import Action, Fact, Progress, Tab
from portal.web.paging import paginate
from portal.web.rooms import Act, Create, Edit, Room, Step, register
from portal.web.views import page


def facts(recommendation: Recommendation, actor: Actor) -> list[Fact]:
    r = recommendation
    found = [
        Fact(str(_("협업 수요")), f"{r.demand_number} {r.demand_title}"),
        Fact(str(_("수요 기업")), r.corporation),
        Fact(str(_("추천 센터")), r.center),
        Fact(str(_("사업자등록번호")), r.business_no),
        Fact(str(_("대표자")), r.representative),
        Fact(str(_("기술분야")), code_names("tech_field", r.tech_fields)),
        Fact(str(_("기술성숙도(TRL)")), r.trl),
        Fact(str(_("우선순위")), r.priority),
        Fact(str(_("추천사유")), r.reason),
        Fact(str(_("담당 코디네이터")), r.coordinator_name),
    ]
    if actor.kind != Kind.CORPORATION:  # the corporation reaches the startup through its profile
        found += [Fact(str(_("이메일")), r.email), Fact(str(_("연락처")), phone_for(r, actor))]
    note = queries.consensus_of(r, actor)
    return [*found, Fact(str(_("전문가의견")), note)] if note else found


def phone_for(recommendation: Recommendation, actor: Actor) -> str:
    """In full for the center, which wrote it, and for the startup whose it is; its end for the ministry."""
    mine = actor.organization_id in (recommendation.center_id, recommendation.startup_id)
    return recommendation.phone if mine else masked(recommendation.phone)


def further_actions(recommendation: Recommendation, actor: Actor) -> list[Action]:
    labels = {"assign": _("담당 코디네이터 지정"), "unmask_phone": _("연락처 전체 보기")}
    return [
        Action(name, str(label), reverse(f"recommendations:{name}", args=[recommendation.pk]), weight="tertiary")
        for name, label in labels.items()
        if may(actor, name, recommendation)
    ]


def consent_wanted(recommendation: Recommendation, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """Whether the page must say what the startup would consent to, and to what."""
    return {
        "consent": actor.kind == Kind.STARTUP and recommendation.state == State.CONSENT_REQUESTED,
        "items": [consents.ITEMS[name] for name in operations.GIVEN_TO_OTHERS],
        "period": consents.PERIODS[Consent.Purpose.RECOMMENDATION],
    }


def road(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """For a center: where its recommendations stand, from the draft to the selection, and how many of them."""
    if actor.kind != Kind.CENTER:
        return {}
    here, counts = request.GET.get("road", ""), queries.road_counts(actor)
    total = None if counts is None else sum(counts.values())
    tabs = [Tab(str(_("전체")), "?", current=not here, count=total)]
    for name, label in queries.ROAD.items():
        count = None if counts is None else counts.get(name, 0)
        tabs.append(Tab(str(label), f"?road={name}", current=here == name, count=count))
    return {"road": tabs}


ROOM = register(
    Room(
        name="recommendations",
        api_fields=[
            "state",
            "demand",
            "demand_number",
            "demand_title",
            "corporation",
            "center",
            "company",
            "business_no",
            "representative",
            "tech_fields",
            "trl",
            "priority",
            "reason",
            "coordinator_name",
            "submitted_at",
        ],
        model=Recommendation,
        param="recommendation",
        title=pgettext_lazy("list", "추천"),
        titled=lambda r: r.company,
        lead=_("창조경제혁신센터가 협업 수요에 맞는 스타트업을 추천합니다."),
        table=RecommendationTable,
        filterset=RecommendationFilter,
        facts=facts,
        related=("corporation", "center"),
        create=Create(operations.create, NewRecommendationForm, _("추천 등록")),
        edit=Edit(operations.edit, RecommendationForm, initial),
        steps={
            "request_consent": Step(operations.request_consent),
            "consent": Step(operations.consent),
            "resubmit": Step(operations.resubmit),
            "return_": Step(operations.return_, returning(RecommendationFields)),
            "accept": Step(operations.accept),
            "reject": Step(operations.reject),
            "withdraw": Step(operations.withdraw),
            "revoke": Step(operations.revoke),
        },
        bulk=["accept", "return_", "reject", "request_consent"],
        list_template="recommendations/list.html",
        list_extra=road,
        acts=[
            Act(
                name="assign",
                label=_("담당 코디네이터 지정"),
                operation=operations.assign,
                form=AssignForm,
                initial=lambda r, _actor: {"coordinator": r.coordinator_id},
            ),
            Act(
                name="unmask_phone",
                label=_("연락처 전체 보기"),
                operation=operations.unmask_phone,
                form=UnmaskForm,
                told=lambda phone: [gettext("연락처: %(phone)s") % {"phone": phone or "-"}],
            ),
        ],
        actions=further_actions,
        extra=consent_wanted,
        template="recommendations/detail.html",
        empty=_("아직 추천이 없습니다."),
        empty_hint=_("추천 기간에 센터가 등록하면 이곳에 보입니다."),
        owner="startup",
    )
)


# --- uploaded lists --------------------------------------------------------------------------------------------------


def upload_facts(upload: Upload, _actor: Actor) -> list[Fact]:
    return [
        Fact(str(_("사업")), upload.program),
        Fact(str(_("올린 때")), upload.uploaded_at),
        Fact(str(_("확인한 행")), f"{upload.rows:,}" if upload.checked_at else None),
        Fact(str(_("오류가 있는 행")), f"{upload.errors:,}" if upload.checked_at else None),
        Fact(str(_("반영한 때")), upload.confirmed_at),
        Fact(str(_("파일 안전 검사")), upload.file.get_state_display()),
    ]


def upload_actions(upload: Upload, _actor: Actor) -> list[Action]:
    if upload.state != UploadState.REFUSED:
        return []
    found = [Action("again", str(_("고친 파일 올리기")), reverse("recommendation-uploads:new"))]
    if upload.errors:
        url = reverse("recommendation-uploads:errors", args=[upload.pk])
        found.insert(0, Action("errors", str(_("오류가 적힌 파일 받기")), url, weight="secondary"))
    return found


def upload_progress(upload: Upload) -> Progress | None:
    labels: dict[str, str] = {
        UploadState.CHECKING: gettext("추천 목록 확인"),
        UploadState.CONFIRMING: gettext("추천 목록 반영"),
    }
    label = labels.get(upload.state)
    return Progress(*uploads.progress(upload), label) if label else None


def upload_rows(upload: Upload, actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """The rows' table, paged, with a tab per outcome; errors first where there are any."""
    rows = UploadRow.objects.visible_to(actor).filter(upload=upload)
    counts = dict(rows.order_by().values_list("outcome").annotate(Count("pk")))
    outcome = request.GET.get("outcome", UploadRow.Outcome.ERROR if upload.errors else "")
    shown = rows.filter(outcome=outcome) if outcome in UploadRow.Outcome.values else rows
    table = UploadRowTable(shown, order_by="number", request=request)
    paginate(table, request)
    tabs = [Tab(str(_("전체")), "?outcome=all", current=outcome not in counts, count=upload.rows)]
    for value, label in UploadRow.Outcome.choices:
        if value in counts:
            tabs.append(Tab(str(label), f"?outcome={value}", current=outcome == value, count=counts[value]))
    return {"rows": table, "outcomes": tabs}


@page()
def template(request: HttpRequest) -> HttpResponse:
    """The empty list, with a line for each demand that is open to the center."""
    actor = request.actor  # type: ignore[attr-defined]
    require(actor, "template", Upload)
    return _sheet(sheets.template(queries.open_demands(actor)), "recommendations.xlsx")


@page()
def errors(request: HttpRequest, id: UUID) -> HttpResponse:
    """The list with its errors written beside it."""
    actor = request.actor  # type: ignore[attr-defined]
    upload = UPLOADS.get(id, actor=actor)
    if not upload.errors:
        raise NotFound
    records.note(records.Act.DOWNLOAD, upload, actor=actor, owner_id=upload.center_id, rows=upload.rows)
    rows = UploadRow.objects.visible_to(actor).filter(upload=upload).order_by("number")
    return _sheet(sheets.with_errors(list(rows)), "recommendations-errors.xlsx")


def _sheet(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


UPLOADS = register(
    Room(
        name="recommendation-uploads",
        api_fields=[
            "state",
            "program",
            "file",
            "rows",
            "errors",
            "changes",
            "problem",
            "uploaded_at",
            "checked_at",
            "confirmed_at",
        ],
        model=Upload,
        param="upload",
        title=_("추천 일괄 등록"),
        titled=lambda u: u.file.name,
        lead=_("여러 기업을 한 파일로 추천합니다. 확인한 내용을 보신 뒤에 반영합니다."),
        table=UploadTable,
        filterset=UploadFilter,
        facts=upload_facts,
        related=("file", "program"),
        create=Create(uploads.create, NewUploadForm, _("파일 올리기")),
        steps={
            "check_again": Step(uploads.check_again),
            "confirm": Step(uploads.confirm),
            "discard": Step(uploads.discard),
        },
        actions=upload_actions,
        extra=upload_rows,
        progress=upload_progress,
        template="recommendation-uploads/detail.html",
        list_template="recommendation-uploads/list.html",
        empty=_("아직 올린 파일이 없습니다."),
        empty_hint=_("양식을 내려받아 추천할 기업을 적은 뒤 올려 주십시오."),
        owner="center",
        sensitive=False,  # only its uploader opens it
        more=[
            path("template/", template, name="template"),
            path("<uuid:id>/errors/", errors, name="errors"),
        ],
    )
)
