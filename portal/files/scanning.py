"""What the scan of a stored file finds: the format checks as they are today, the hash, and ClamAV where configured."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from portal.files import clamav
from portal.files.checks import KINDS, LARGEST, inspect
from portal.files.clamav import ScannerAway
from portal.files.models import File
from portal.files.refusal import RefusedFile
from portal.files.storing import StorageAway, opened
from portal.files.workflow import GONE, State
from portal.organizations.models import Membership
from portal.outbox.post import Audience, announce, later
from portal.outbox.transition import lock, save_changes, transition
from portal.security.actor import Actor, system

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """`finding` is the code of a refusal, "" for a clean file; `virus` the signature's name; `by` its database."""

    finding: str = ""
    virus: str = ""
    by: str = ""


def scan(*, file_id: UUID, actor: Actor) -> None:
    """Look at a stored file and keep the verdict. Twice changes nothing.

    Raises ScannerAway or StorageAway where there is none: what was clean stays clean, what waits is not served.
    """
    with system("scan a file"):
        file = File.objects.filter(pk=file_id).first()
    if file is None or file.state in GONE:
        return
    try:
        verdict = judged(file)
    except (ScannerAway, StorageAway):
        with system("scan a file"), transaction.atomic():
            if lock(file).state == State.WAITING:
                with transition(file, "miss", actor):
                    pass
        raise
    with system("scan a file"), transaction.atomic():
        _keep(lock(file), verdict, actor)


def judged(file: File) -> Verdict:
    """Read the stored content once more. Raises ScannerAway or StorageAway."""
    kind = next((name for name, kind in KINDS.items() if kind.mime == file.media_type), "")
    by = clamav.signatures() if clamav.is_configured() else ""
    with opened(file.key) as stream:
        try:
            found = inspect(file.name, stream, file.size, frozenset({kind}), limit=LARGEST)
        except RefusedFile as refusal:
            return Verdict(refusal.code, by=by)
        if found.sha256 != file.sha256:
            return Verdict("file_changed", by=by)
        virus = clamav.virus_in(stream) if clamav.is_configured() else ""
    return Verdict("file_virus" if virus else "", virus[:100], by)


def _keep(file: File, verdict: Verdict, actor: Actor) -> None:
    if file.state in GONE:  # somebody was faster
        return
    if verdict.finding:
        with transition(file, "refuse", actor, reason=verdict.virus) as file:
            _stamp(file, verdict, actor.now)
            _tell(file)
            later("files.erase", actor=actor, file_id=file.pk)
    elif file.state == State.CLEAN:
        before = {f.attname: getattr(file, f.attname) for f in file._meta.concrete_fields}
        _stamp(file, verdict, actor.now)
        save_changes(file, before)
    else:
        with transition(file, "clear", actor) as file:
            _stamp(file, verdict, actor.now)


def _stamp(file: File, verdict: Verdict, at: datetime) -> None:
    file.finding, file.virus, file.signatures, file.scanned_at = verdict.finding, verdict.virus, verdict.by, at


def _tell(file: File) -> None:
    """Whoever uploaded it learns that nobody can open it."""
    member = Membership.objects.filter(user=file.uploaded_by_id, organization=file.owner_id, ended_at=None).first()
    if member is not None:
        announce("file.refused", file, to=Audience.members(member.pk), name=file.name)


def due(*, newest: str, everything: bool = False) -> list[UUID]:
    """Files to be looked at (again): those without a verdict, and clean ones that older signatures have seen."""
    without = Q(state__in=[State.WAITING, State.UNCHECKED])
    older = Q(state=State.CLEAN) if everything else Q(state=State.CLEAN) & ~Q(signatures=newest)
    wanted = without | older if newest or everything else without
    found = File.objects.filter(wanted).order_by("scanned_at", "id")
    return list(found.values_list("pk", flat=True)[:BATCH])


def rescan(*, actor: Actor, everything: bool = False) -> int:
    """Have the files that are due scanned in the background. Returns how many."""
    try:
        newest = clamav.signatures() if clamav.is_configured() else ""
    except ScannerAway:
        newest = ""
    with system("files that are scanned again"), transaction.atomic():
        found = due(newest=newest, everything=everything)
        for file_id in found:
            later("files.scan", actor=actor, file_id=file_id)
    return len(found)
