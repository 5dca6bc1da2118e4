"""Home, health, public pages."""

from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.outbox.tasks import HEARTBEAT
from portal.security.actor import Actor
from portal.site import queries
from portal.web.page import Fact, Page
from portal.web.registry import todos_for
from portal.web.views import PUBLIC, page

STALE = timedelta(seconds=60)


@page(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """For members the to-do list; for everybody else what the programme is."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.is_member:
        return welcome(request, actor)
    found = todos_for(actor)
    context = {
        "page": Page(title=_("할 일")),
        "todos": [t for t in found if not t.waiting_for],
        "waiting": [t for t in found if t.waiting_for],
        "empty_hint": _("할 일이 생기면 이곳과 알림, 메일로 알려 드립니다."),
        "running": queries.running_programs(actor),
    }
    return render(request, "web/home.html", context)


def welcome(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The public home: the programme, its road, what is open now."""
    context = {
        "page": Page(title=_("대기업과 딥테크 스타트업의 개방형 혁신")),
        "programs": queries.running_programs(actor),
        "demands": queries.open_demands(actor),
        "road": road(),
    }
    return render(request, "site/welcome.html", context)


def road() -> list[Fact]:
    """The programme in five steps."""
    return [
        Fact(_("수요조사"), _("대기업이 스타트업과 함께 풀고 싶은 과제를 냅니다.")),
        Fact(_("추천과 신청"), _("창조경제혁신센터가 맞는 스타트업을 추천하고, 스타트업이 신청합니다.")),
        Fact(_("공동 밋업"), _("대기업과 스타트업이 만나 함께할 일을 이야기합니다.")),
        Fact(_("평가와 선정"), _("대기업이 평가하여 제안하고, 중소벤처기업부가 확정합니다.")),
        Fact(_("협약과 지원"), _("협업자금을 기업당 2억 원까지 지원하고, 기술 보호를 위한 법률자문을 돕습니다.")),
    ]


def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Database, broker and worker answer. 503 names what doesn't."""
    found = {"database": _database(), "broker": _broker(), "worker": _worker()}
    return JsonResponse(found, status=200 if all(v == "ok" for v in found.values()) else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as fault:
        return type(fault).__name__
    return "ok"


def _broker() -> str:
    try:
        cache.set("portal.readyz", "ok", timeout=5)
    except Exception as fault:
        return type(fault).__name__
    return "ok"


def _worker() -> str:
    try:
        return "ok" if cache.get(HEARTBEAT) else "no heartbeat"
    except Exception as fault:
        return type(fault).__name__


healthz.portal_access = readyz.portal_access = PUBLIC  # type: ignore[attr-defined]
