"""Which startups fit which demand: one suggestion for each side that reads it, and what they are computed from."""

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matching.matches.workflow import RUN_WORKFLOW, WORKFLOW, RunState, State
from matching.startups.workflow import ConsentState
from portal.kernel.roles import Kind, Role
from portal.security.history import tracked
from portal.security.rowsecurity import Carries, RowSecurity
from portal.security.rules import ministry, own, reads
from portal.security.scope import PartyModel
from programs.demands.workflow import OPENED
from programs.demands.workflow import State as Standing


class Side(models.TextChoices):
    """Who reads a suggestion."""

    CORPORATION = "corporation", _("수요 기업")
    CENTER = "center", _("센터")
    STARTUP = "startup", _("스타트업")


_CURRENT = Q(current=True)
_OPEN = _CURRENT & Q(by_grant=False)
_FOUND = _OPEN & Q(consent_state=ConsentState.GIVEN)
_OPENED, _TAKING = Q(standing__in=OPENED), Q(standing=Standing.PUBLISHED)


@tracked(
    by_thousands=True,
    # Computed anew any time, or no act.
    exclude=["company", "rank", "score", "reasons", "engine", "as_of", "computed_at", "looked_at"],
)
class Match(PartyModel):
    """A startup and a demand that fit, as one side reads it: each side has rows, reasons and a say of its own.

    `party` is who reads it: the demand's corporation, the startup, or a center of the startup's region. Nobody learns
    from it what another side has said. `by_grant`: it rests on a Grant alone (a recommendation or an application opens
    the startup, or the demand), so it closes with it. Without, it rests on the demand's disclosure or on the startup's
    consent to be found; withdrawn, the row closes with the same statement. `current`: it stood in the last calculation,
    or its party has said something about it. Rows are never deleted, and "dismissed" is final.

    reasons  [{"kind": …, "met": …, "ko": sentence, "en": sentence}, …]
    """

    workflow = WORKFLOW
    kept_columns = ("standing",)

    demand = models.ForeignKey("demands.Demand", models.PROTECT, related_name="matches", db_constraint=False)
    corporation = models.ForeignKey(
        "organizations.Organization", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    standing = models.CharField(max_length=10, choices=Standing)  # the demand's state
    startup = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+")
    party = models.ForeignKey("organizations.Organization", models.PROTECT, related_name="+", db_index=False)
    side = models.CharField(_("제안받는 쪽"), max_length=11, choices=Side)
    by_grant = models.BooleanField(default=False)
    consent = models.ForeignKey(
        "startups.Consent", models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    consent_state = models.CharField(max_length=10, choices=ConsentState, null=True)  # noqa: DJ001  (none: no consent)
    current = models.BooleanField(default=True)
    # Kept: who finds a startup may read its name here before it may read the organisation.
    company = models.CharField(_("기업명"), max_length=120)
    rank = models.PositiveSmallIntegerField(_("순위"), null=True)
    score = models.FloatField(_("적합도"))
    reasons = models.JSONField(_("까닭"), default=list)
    engine = models.CharField(_("계산 방식"), max_length=40)
    as_of = models.DateField(_("기준일"))
    computed_at = models.DateTimeField(_("계산한 때"))
    state = models.CharField(max_length=10, choices=State, default=State.SUGGESTED)
    why_not = models.CharField(_("맞지 않는 사유"), max_length=1000, blank=True, default="")
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    looked_at = models.DateTimeField(null=True)  # when its party has said that it has read it

    class Meta:
        indexes = [models.Index(fields=["party", "-score"])]
        constraints = [
            *WORKFLOW.constraints("match"),
            UniqueConstraint(fields=["demand", "startup", "party"], name="match_once"),
            CheckConstraint(name="match_score", condition=Q(score__gte=0, score__lte=1)),
            CheckConstraint(name="match_why_not", condition=~Q(state=State.DISMISSED) | ~Q(why_not="")),
            # A startup's own row knows no rank: it would tell how many rivals are before it.
            CheckConstraint(name="match_rank", condition=~Q(side=Side.STARTUP) | Q(rank=None)),
            CheckConstraint(
                name="match_by_consent_or_grant",
                condition=Q(side=Side.STARTUP, consent=None)
                | (~Q(side=Side.STARTUP) & (Q(consent=None, by_grant=True) | Q(consent__isnull=False, by_grant=False))),
            ),
            CheckConstraint(name="match_consent_has_state", condition=Q(consent=None) | Q(consent_state__isnull=False)),
            Carries(
                name="match_consent",
                through="consent",
                fields=["consent_state"],
                parent=["state"],
                follows=True,
            ),
            Carries(
                name="match_of_demand",
                through="demand",
                fields=["corporation", "standing"],
                parent=["corporation", "state"],
                follows=True,
            ),
            RowSecurity(
                name="match_rows",
                reads=[
                    own("party", Kind.CORPORATION, when=_FOUND & _OPENED),
                    reads(
                        kind=Kind.CORPORATION, party="party", granted=("startup", "startup"), when=_CURRENT & _OPENED
                    ),
                    own("party", Kind.CENTER, when=_FOUND & _TAKING),
                    reads(kind=Kind.CENTER, party="party", granted=("startup", "startup"), when=_CURRENT & _TAKING),
                    own("party", Kind.STARTUP, when=_OPEN & _TAKING),
                    reads(kind=Kind.STARTUP, party="party", granted=("demand", "demand"), when=_CURRENT & _TAKING),
                    ministry(),
                ],
                writes=[
                    own("party", Kind.CORPORATION, Role.MANAGER),
                    own("party", Kind.CENTER),
                    own("party", Kind.STARTUP),
                ],
                blocks=["startup"],
            ),
        ]
        triggers = WORKFLOW.triggers()

    def __str__(self) -> str:
        return self.company


class StartupVectors(PartyModel):
    """The sentence vectors of a startup's profile. Nobody reads them: from vectors texts can be guessed."""

    startup = models.OneToOneField("organizations.Organization", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of the texts they were made from
    rows = models.BinaryField()  # float16, the whole text first
    read_at = models.DateTimeField()

    class Meta:
        constraints = [RowSecurity(name="startup_vectors_rows")]

    def __str__(self) -> str:
        return str(self.startup_id)


class DemandVectors(PartyModel):
    """The same of a demand; its row is also what keeps a calculation and a dismissal one after the other."""

    demand = models.OneToOneField("demands.Demand", models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, default="")
    rows = models.BinaryField(default=bytes)  # float32; empty where there is no sentence model
    read_at = models.DateTimeField()

    class Meta:
        constraints = [RowSecurity(name="demand_vectors_rows")]

    def __str__(self) -> str:
        return str(self.demand_id)


@tracked()
class Run(PartyModel):
    """One calculation of all suggestions: asked for by an officer, or by what has changed."""

    workflow = RUN_WORKFLOW

    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    as_of = models.DateField(_("기준일"))
    asked_at = models.DateTimeField(_("요청한 때"))
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+", db_index=False)
    due_at = models.DateTimeField(_("시작할 때"))
    finished_at = models.DateTimeField(_("완료"), null=True)
    engine = models.CharField(_("계산 방식"), max_length=40, blank=True, default="")
    demands = models.PositiveIntegerField(_("협업 수요"), default=0)
    startups = models.PositiveIntegerField(_("스타트업"), default=0)
    suggestions = models.PositiveIntegerField(_("제안"), default=0)
    problem = models.CharField(_("사유"), max_length=300, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(state=RunState.WAITING), name="match_run_waiting")]
        constraints = [
            *RUN_WORKFLOW.constraints("match_run"),
            RowSecurity(name="match_run_rows", reads=[ministry()], writes=[ministry(Role.OFFICER)]),
        ]
        triggers = RUN_WORKFLOW.triggers()

    def __str__(self) -> str:
        return str(self.asked_at)
