"""What can happen to a startup's profile. Nothing else writes profiles."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from matching.startups.hooks import changed
from matching.startups.models import ExclusiveTie, Profile
from matching.startups.queries import own_profile
from portal.audit import records
from portal.kernel.errors import Invalid, WrongState
from portal.kernel.formats import business_number
from portal.kernel.ids import new_id
from portal.kernel.roles import Kind
from portal.organizations.models import Organization
from portal.outbox.drafts import changing
from portal.security.actor import Actor, system
from portal.security.policy import require

FIELDS = (
    "representative", "founded_on", "region", "tech_fields", "trl", "summary", "technology", "phone", "products",
    "employees", "sales_year", "sales", "investment_stage", "investment_total", "certificates",
    "intellectual_property", "collaboration_types", "collaboration_wanted",
)  # fmt: skip


def create(*, actor: Actor, id: UUID | None = None, **fields: Any) -> Profile:
    """Begin the profile of the actor's startup. Raises WrongState where it has one."""
    require(actor, "create", Profile)
    assert actor.organization_id  # a startup's member acts for one
    profile = Profile(
        id=id or new_id(),
        startup_id=actor.organization_id,
        **{name: value for name, value in fields.items() if name in FIELDS},
    )
    with transaction.atomic():
        existing = own_profile(actor=actor)
        if existing and existing.pk != profile.pk:
            raise WrongState(_("기업 정보가 이미 있습니다."), hint=_("기업 정보 화면에서 ‘수정’을 눌러 고쳐 주십시오."))
        _check_sales(profile)
        profile.save(force_insert=True)
        _keep_tie(profile, fields.get("exclusive_ties"), actor)
        changed(profile.startup_id, actor)
    return profile


def edit(*, profile: Profile, actor: Actor, version: int | None = None, **fields: Any) -> Profile:
    """Change the profile. Raises as `portal.outbox.drafts.changing`."""
    with changing(profile, actor, given=fields, names=FIELDS, version=version) as locked:
        _check_sales(locked)
        _keep_tie(locked, fields.get("exclusive_ties"), actor)
        changed(locked.startup_id, actor)
    return locked


def _keep_tie(profile: Profile, text: str | None, actor: Actor) -> None:
    """What the startup says of its exclusive ties, in a table that only it reads; None leaves it as it is."""
    present = ExclusiveTie.objects.visible_to(actor).filter(profile=profile).first()
    if text is None or text == (present.text if present else ""):
        return
    if not text:
        ExclusiveTie.objects.visible_to(actor).filter(profile=profile).delete()
        return
    tie = present or ExclusiveTie(profile=profile, startup_id=profile.startup_id)
    tie.text = text
    tie.save()


def _check_sales(profile: Profile) -> None:
    if profile.sales and profile.sales_year is None:
        raise Invalid(fields={"sales_year": _("매출액이 어느 해의 것인지 적어 주십시오.")})


def unmask_phone(*, profile: Profile, actor: Actor, reason: str) -> str:
    """The startup's phone number in full, on the record. Raises NotAllowed for who has no business to call."""
    require(actor, "unmask_phone", profile)
    return records.unmask(profile, "phone", actor=actor, owner_id=profile.startup_id, reason=reason)


def register_startup(
    *, business_no: str, name: str, representative: str, email: str, actor: Actor
) -> tuple[Organization, bool]:
    """The startup with this business number, registered with a profile where nobody knew it. Returns it and whether
    it is new; two at the same time make one.

    What is known stays as it is: a center can't rename somebody's firm. A new one is unverified and has no members;
    `email` is where the caller sends the invitation, and is only checked here. Raises Invalid where a number or
    address is none, or where the number belongs to an organisation that is no startup.
    """
    number = _number(business_no)
    if "@" not in email:
        raise Invalid(fields={"email": _("이메일 주소를 확인해 주십시오.")})
    with transaction.atomic(), system("register a startup"):
        organization, created = Organization.objects.get_or_create(
            business_no=number,
            defaults={
                "kind": Kind.STARTUP,
                "slug": f"startup-{number.replace('-', '')}",
                "name": name,
                "created_at": actor.now,
            },
        )
        if organization.kind != Kind.STARTUP:
            raise Invalid(fields={"business_no": _("스타트업이 아닌 기관으로 등록된 사업자등록번호입니다.")})
        organization = organization.merged_into or organization
        Profile.objects.get_or_create(startup=organization, defaults={"representative": representative})
    return organization, created


def _number(typed: str) -> str:
    try:
        return business_number(typed)
    except ValidationError as wrong:
        raise Invalid(fields={"business_no": wrong.messages}) from wrong
