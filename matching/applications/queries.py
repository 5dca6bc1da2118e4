"""Reads of applications that are more than `visible_to`."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from matching.applications.models import Application
from matching.applications.workflow import State
from matching.recommendations.models import Recommendation
from matching.recommendations.workflow import State as Recommended
from matching.startups.models import Profile
from portal.files.models import File
from portal.files.workflow import GONE
from portal.kernel.money import Won
from portal.security.actor import Actor, system
from programs.demands.models import Demand


def own_application(demand: Demand, actor: Actor) -> Application | None:
    """The application of the actor's startup for the demand, a withdrawn one aside."""
    found = Application.objects.visible_to(actor).filter(demand=demand, startup_id=actor.organization_id)
    standing: Application | None = found.exclude(state=State.WITHDRAWN).first()
    return standing


def coordinating_center(application: Application) -> UUID | None:
    """The center that recommended the startup for the demand with its consent: an accepted recommendation first."""
    with system("the coordinating center of an application"):
        found = list(
            Recommendation.objects.filter(
                demand_id=application.demand_id, startup_id=application.startup_id, consented_at__isnull=False
            )
            .exclude(state__in=[Recommended.REJECTED, Recommended.WITHDRAWN])
            .order_by("consented_at", "id")
        )
    found.sort(key=lambda r: r.state != Recommended.ACCEPTED)
    return found[0].center_id if found else None


def known_of(demand: Demand, actor: Actor) -> dict[str, Any]:
    """What the portal knows of the actor's startup already: its profile, else what a center wrote of it."""
    profile = Profile.objects.visible_to(actor).filter(startup_id=actor.organization_id).first()
    if profile is not None:
        return {"technology": profile.technology, "trl": profile.trl}
    recommended = (
        Recommendation.objects.visible_to(actor)
        .filter(startup_id=actor.organization_id, demand=demand, trl__isnull=False)
        .order_by("-consented_at", "id")
    )
    trl = recommended.values_list("trl", flat=True).first()
    return {"trl": trl} if trl else {}


REQUIRED = ("proposal", "requested_amount")


def lacking(application: Application) -> dict[str, str]:
    """What must still be filled in before it can be handed in: name of the field → what people call it."""
    return {
        name: str(Application._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        for name in REQUIRED
        if not getattr(application, name)
    }


def above_cap(application: Application) -> str:
    """In words that more is asked for than the program gives to one startup; "" where it isn't."""
    cap = application.program.cap_per_startup
    if application.requested_amount <= cap:
        return ""
    return _("신청 금액이 이 사업의 기업당 한도 %(cap)s을 넘습니다.") % {"cap": Won(cap).format()}


def attachment_counts(applications: Collection[Application]) -> dict[UUID, int]:
    """How many files each application has that the reader has opened: one query, however many there are."""
    with system("the files of applications that are seen"):
        found = File.objects.filter(
            subject=Application._meta.label_lower, subject_id__in=[a.pk for a in applications]
        ).exclude(state__in=GONE)
        return dict(found.order_by().values_list("subject_id").annotate(Count("pk")))


def attached(application: Application) -> list[File]:
    """The files of an application that the reader has opened: whoever sees the application sees its files."""
    with system("the files of an application that is seen"):
        found = File.objects.filter(subject=Application._meta.label_lower, subject_id=application.pk)
        return list(found.exclude(state__in=GONE).order_by("uploaded_at", "id"))
