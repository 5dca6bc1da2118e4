"""Confidential legal advice for startups. No corporation ever learns of it; the ministry sees counts only."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.legal.workflow import WORKFLOW, State
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity, party_key
from portal.security.rules import own, reads
from portal.security.scope import PartyModel

_READERS = [
    own("startup", Kind.STARTUP),
    reads(kind=Kind.FOUNDATION, roles=[Role.CASE_MANAGER]),
    reads(kind=Kind.FOUNDATION, roles=[Role.ADVISOR], holder="advisor"),
]


@tracked()
class LegalCase(PartyModel):
    """One request for legal advice."""

    workflow = WORKFLOW
    confidential = True

    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    startup_name = models.CharField(_("스타트업"), max_length=120, default="")  # advisors may not read organisations
    number = models.CharField(_("접수번호"), max_length=20, unique=True)
    subject = models.CharField(_("자문 주제"), max_length=20)
    counterparty = models.CharField(_("상대방"), max_length=120)
    question = models.TextField(_("질의 내용"), max_length=4000)
    wanted_on = models.DateField(_("희망 답변일"), null=True, blank=True)
    urgent = models.BooleanField(_("긴급"), default=False)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    advisor = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+")
    advisor_name = models.CharField(_("자문위원"), max_length=60, default="", blank=True)
    assigned_at = models.DateTimeField(null=True)
    assigned_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            *WORKFLOW.constraints("legal_case"),
            party_key("legal_case_parties", "startup"),
            RowSecurity(name="legal_case_rows", reads=_READERS, writes=_READERS, blocks=["id", "startup"]),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.number


@tracked()
class Note(PartyModel):
    """One question or opinion in a case. Its readers are the case's."""

    confidential = True

    case = models.ForeignKey(LegalCase, models.PROTECT, related_name="notes")
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    advisor = models.ForeignKey("organizations.Membership", models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=60)
    text = models.TextField(max_length=10000)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]
        constraints = [
            Carries(name="note_of_case", through="case", fields=["startup"]),
            RowSecurity(name="note_rows", reads=_READERS, writes=_READERS, blocks=["case", "startup"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
