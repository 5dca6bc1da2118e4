"""The page of a form, for rooms' own pages as for the generic ones."""

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from portal.kernel.errors import Invalid, Refusal
from portal.web.forms import ActorForm
from portal.web.page import Page

if TYPE_CHECKING:
    from portal.web.rooms import Room

SECRET = re.compile(r"password|secret|otp|^code$|^token$", re.IGNORECASE)


def form_page(
    request: HttpRequest,
    form: ActorForm,
    page: Page,
    *,
    cancel_url: str,
    refusal: Refusal | None = None,
    template: str = "web/form.html",
    **context: Any,
) -> HttpResponse:
    """A form's page. What was typed stays; errors stand in a summary and at the fields."""
    status = 200
    if refusal is not None:
        form.errors  # noqa: B018  (full_clean before add_error)
        for name, words in refusal.fields.items():
            form.add_error(name if name in form.fields else None, words)
        if not refusal.fields or not isinstance(refusal, Invalid):
            form.add_error(None, f"{refusal} {refusal.hint}".strip())
        status = refusal.status
    elif form.is_bound:
        status = 422
    given = {
        "page": page,
        "form": form,
        "submit_label": form.submit_label or page.title,
        "cancel_url": cancel_url,
        "remarks": getattr(form, "remarks", None),
    }
    return render(request, template, given | context, status=status)


def sent(request: HttpRequest) -> tuple[Any, ...]:
    """What a form is bound to; nothing while it is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def room_form(
    request: HttpRequest,
    room: "Room",
    form: ActorForm,
    title: str,
    *,
    obj: Any = None,
    refusal: Refusal | None = None,
    **context: Any,
) -> HttpResponse:
    """A form's page inside a room."""
    page = Page(title=title, crumbs=room.crumbs(obj), lead=room.titled(obj) if obj is not None else "")
    back = room.url("detail", obj) if obj is not None else room.url("list")
    template = form.template_of_page
    return form_page(request, form, page, cancel_url=back, refusal=refusal, template=template, object=obj, **context)


def saved(request: HttpRequest, form: ActorForm, words: str = "") -> None:
    """Say that it is stored, and what the form would have looked at again."""
    messages.success(request, words or _("저장했습니다."))
    for warning in form.warnings:
        messages.warning(request, warning)


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into the form, to be sent again with one click; without what must not stand in a page's source.

    The form's own CSRF token is among it: what another site has sent here is refused at the second try as at the first.
    """
    try:
        fields = request.POST.lists()
        return [(name, value) for name, values in fields if not SECRET.search(name) for value in values]
    except Exception:  # an unreadable body has nothing to offer
        return []
