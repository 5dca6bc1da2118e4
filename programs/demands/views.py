"""The demands' pages."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.audit import records
from portal.security import policy
from portal.security.actor import Actor
from portal.web.drafts import returning
from portal.web.page import Action, Fact, Page
from portal.web.rooms import Act, Create, Edit, Room, Step, register
from portal.web.views import page
from programs.demands import operations, queries, wording
from programs.demands.forms import DemandFields, DemandForm, NewDemandForm, RemindForm, initial
from programs.demands.models import Demand, Reminder, Revision
from programs.demands.tables import DemandFilter, DemandTable, closing


def facts(demand: Demand, actor: Actor) -> list[Fact]:
    about = [
        Fact(gettext("수요번호"), demand.number),
        Fact(gettext("수요 기업"), demand.corporation),
        Fact(gettext("사업"), demand.program),
    ]
    answers = [Fact(wording.label(n), wording.said(n, getattr(demand, n))) for n in wording.FIELDS if n != "title"]
    if (closes_at := getattr(demand, "closes_at", None)) is not None:
        about.append(Fact(gettext("접수 마감"), closing(closes_at, actor.now)))
    return [*about, *answers, *_detail(demand)]


def _detail(demand: Demand) -> list[Fact]:
    """What stands under NDA for whoever may read it; others are told how to get there."""
    name = wording.detail_label()
    if (kept := getattr(demand, "detail", None)) and kept.text:
        return [Fact(name, kept.text)]
    if demand.nda_required:
        return [Fact(name, gettext("수요 기업과 비밀유지계약을 맺은 스타트업에 공개합니다."))]
    return []


def extra(demand: Demand, actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    """The survey's parts and what is missing, for whoever fills them in. Reading a detail leaves a record."""
    _note_detail(demand, actor)
    if not policy.may(actor, "edit", demand):
        return {}
    given = initial(demand)
    needed = operations.required(demand)
    edit, labels = ROOM.url("edit", demand), DemandFields.base_fields
    parts = [
        {
            "title": part.title,
            "url": f"{edit}?part={place}",
            "required": [labels[n].label for n in part.fields if n in needed and not given[n]],
            "open": [labels[n].label for n in part.fields if n not in needed and given[n] in (None, "", [])],
        }
        for place, part in enumerate(DemandForm.parts, 1)
    ]
    return {"parts": parts}


def _note_detail(demand: Demand, actor: Actor) -> None:
    """Whoever reads what stands under NDA leaves a record, its own corporation aside."""
    if (kept := getattr(demand, "detail", None)) and demand.corporation_id != actor.organization_id:
        records.note(records.Act.VIEW, kept, actor=actor, owner_id=demand.corporation_id)


def actions(demand: Demand, actor: Actor) -> Sequence[Action]:
    if not demand.revision or not Revision.objects.visible_to(actor).filter(demand=demand).exists():
        return ()
    url = reverse("demands:revisions", args=[demand.pk])
    return [Action("revisions", gettext("제출본 보기"), url, weight="tertiary")]


def list_actions(actor: Actor) -> Sequence[Action]:
    if not policy.admits(actor, "remind", Reminder):
        return ()
    return [Action("remind", gettext("수요조사 현황"), reverse("demands:remind"))]


@page("public")
def revisions(request: HttpRequest, id: UUID) -> HttpResponse:
    """What was handed in, and what has changed between the submissions."""
    actor = request.actor  # type: ignore[attr-defined]
    demand = ROOM.get(id, actor=actor)
    shown = queries.revisions(demand, actor)
    if any(one.detail for one in shown):
        _note_detail(demand, actor)
    title = gettext("제출본: %(title)s") % {"title": demand.title}
    context = {"page": Page(title=title, crumbs=ROOM.crumbs(demand)), "revisions": shown}
    return render(request, "demands/revisions.html", context)


def reminded(done: operations.Reminded) -> list[str]:
    """What came of reminding, in sentences."""
    found = [gettext("기업 %(count)d곳에 알림을 보냈습니다.") % {"count": len(done.sent)}]
    if done.today:
        found.append(gettext("오늘 이미 알린 %(count)d곳에는 다시 보내지 않았습니다.") % {"count": done.today})
    if done.answered:
        found.append(gettext("그사이 제출한 %(count)d곳에는 보내지 않았습니다.") % {"count": done.answered})
    if done.closed:
        found.append(gettext("조사 기간이 끝난 %(count)d곳에는 보내지 않았습니다.") % {"count": done.closed})
    return found


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
        extra=extra,
        actions=actions,
        list_actions=list_actions,
        limit=queries.with_closing,
        template="demands/detail.html",
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
        acts=[
            Act(
                name="remind",
                label=_("수요조사 현황"),
                operation=operations.remind,
                form=RemindForm,
                target=Reminder,
                told=reminded,
            )
        ],
        more=[path("<uuid:id>/revisions/", revisions, name="revisions")],
        api_fields=[
            "state",
            "program",
            "corporation",
            "number",
            *wording.FIELDS,
            "revision",
            "created_at",
            "submitted_at",
            "published_at",
        ],
    )
)
