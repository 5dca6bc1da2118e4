"""What the list of background work puts into the frame."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.roles import Kind, Role
from portal.outbox.models import Message
from portal.security.actor import Actor
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind != Kind.MINISTRY or not actor.has(Role.OPERATOR):
        return
    # Mails, which have a page of their own, are counted there.
    stopped = Message.objects.visible_to(actor).filter(state="given_up").exclude(job="notifications.send").count()
    if stopped:
        url = f"{reverse('jobs:list')}?state=given_up"
        yield Todo(_("멈춘 작업 %(count)d건 확인") % {"count": stopped}, url)


def register() -> None:
    add_todos("jobs", todos)
    readers = frozenset({Role.OPERATOR, Role.AUDITOR})
    add_nav(NavItem(gettext_lazy("작업"), "jobs:list", kinds=frozenset({Kind.MINISTRY}), roles=readers, order=93))
