"""Consent: given → withdrawn by the startup · ended with what it was given for."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.roles import representative_of
from portal.kernel.workflow import StateInfo, Transition, Workflow


class ConsentState(TextChoices):
    GIVEN = "given", pgettext_lazy("consent", "동의 중")
    WITHDRAWN = "withdrawn", pgettext_lazy("consent", "동의 철회")
    ENDED = "ended", pgettext_lazy("consent", "기간 종료")


_startup = representative_of("startup")

CONSENT_WORKFLOW = Workflow(
    "consent",
    ConsentState,
    {
        ConsentState.GIVEN: StateInfo(
            "success", [], _("언제든지 철회하실 수 있으며 철회하신 때부터 제공되지 않습니다.")
        ),
        ConsentState.WITHDRAWN: StateInfo(
            "neutral", [], _("철회하신 때부터 제공되지 않습니다."), requires=["withdrawn_at"], final=True
        ),
        ConsentState.ENDED: StateInfo("neutral", [], _("동의하신 목적이 끝나 더 제공되지 않습니다."), final=True),
    },
    Transition(
        "withdraw",
        pgettext_lazy("action", "동의 철회"),
        [ConsentState.GIVEN],
        ConsentState.WITHDRAWN,
        [_startup],
        needs=["reason"],
        stamp="withdrawn",
        weight="danger",
    ),
    Transition("end", _("기간 종료"), [ConsentState.GIVEN], ConsentState.ENDED, [_startup], hidden=True),
)
