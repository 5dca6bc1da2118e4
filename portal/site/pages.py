"""Public pages: results, accessibility, privacy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.site import queries
from portal.web.page import Page, Tab
from portal.web.views import PUBLIC, page


@page(PUBLIC)
def results(request: HttpRequest) -> HttpResponse:
    """Who was selected, by year: what the announcement has made public."""
    years = queries.result_years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else None)
    context = {
        "page": Page(
            title=_("선정 기업"),
            lead=_("선정이 발표되어 대기업과 협업하는 스타트업입니다."),
            tabs=[Tab(_("%(year)s년") % {"year": y}, f"?year={y}", current=y == year) for y in years],
        ),
        "results": queries.results(year) if year else [],
    }
    return render(request, "site/results.html", context)


@page(PUBLIC)
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the site does for accessibility, and whom to tell."""
    return render(request, "site/accessibility.html", {"page": Page(title=_("접근성 안내"))})


@page(PUBLIC)
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data are kept, and why."""
    return render(request, "site/privacy.html", {"page": Page(title=_("개인정보처리방침"))})
