"""A list of ten thousand recommendations: checked and confirmed, beside the same file through django-import-export.

Both end with the same rows in the same tables, behind the same walls. django-import-export is asked to validate
(`clean_model_instances`), as a list from outside must be; it is measured where it is installed, on fewer rows: its time
per row doesn't depend on how many there are.
"""

from __future__ import annotations

import importlib.util
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from bench import rows as ground
from matching.recommendations import uploads
from matching.recommendations.models import Recommendation, Upload
from matching.recommendations.rows import KOREAN
from matching.recommendations.workflow import UploadState
from matching.startups.registration import Registration, register_startups
from portal.files.spreadsheets import read_sheet, write_xlsx
from portal.kernel.clock import now
from portal.kernel.roles import Kind, Role
from portal.organizations.actors import actor_for
from portal.organizations.models import Organization
from portal.outbox.post import later
from portal.security.actor import Actor, acting, system
from programs.demands.models import Demand
from programs.plans.models import Program, Stage

ROWS = 10_000
FIRMS_TO_DEMANDS = 4
OTHERS_ROWS = 100
REASON = "로봇 핸드의 정밀 제어 기술을 갖추고 있어 조립 공정의 케이블 체결 수요에 잘 맞으며 실증 경험도 풍부합니다. "
NAME = "추천.xlsx"


@dataclass(frozen=True)
class Speed:
    """Seconds of each part, rows a second of the whole, and what the process took at most beyond its start."""

    rows: int
    parts: dict[str, float]
    peak_mb: float
    others: float | None

    @property
    def rate(self) -> float:
        return self.rows / sum(self.parts.values())

    @property
    def times(self) -> float | None:
        return self.rate / self.others if self.others else None

    def shown(self) -> list[list[str]]:
        """Head and line of the table."""
        others = f"{self.others:.0f}" if self.others else "not installed"
        times = f"{self.times:.1f}" if self.times else ""
        seconds = [f"{taken:.2f}" for taken in self.parts.values()]
        return [
            ["list of recommendations", "check s", "confirm s", "rows/s", "MB", "import-export rows/s", "×"],
            [f"{self.rows:,} rows", *seconds, f"{self.rate:.0f}", f"{self.peak_mb:.0f}", others, times],
        ]


def measure(count: int = ROWS) -> Speed:
    """Check and confirm a list in which every startup is new; before it a shorter one the other way."""
    actor, program, demands = _stage()
    content = _file(demands, count, first=0)
    others = None
    if importlib.util.find_spec("import_export"):  # first, for it looks for each row among those that are there
        others = _others(actor, demands, _file(demands, OTHERS_ROWS, first=count))
    with _peak() as peak:
        parts = _ours(actor, program, content, count)
    return Speed(count, parts, peak(), others)


def _stage() -> tuple[Actor, Program, list[Demand]]:
    with system("benchmark rows"), transaction.atomic():
        member = ground._member(
            Kind.CENTER, "경기창조경제혁신센터", [Role.ADMINISTRATOR, Role.COORDINATOR], "coordinator@bench.example"
        )
        program = Program.objects.get()
        day = timedelta(days=1)
        Stage(
            program=program, kind=Stage.Kind.RECOMMENDATION, opens_at=now() - day, closes_at=now() + day, published=True
        ).save(force_insert=True)
        demands = list(Demand.objects.filter(state="published").order_by("number")[:FIRMS_TO_DEMANDS])
    return actor_for(member.user, member, now()), program, demands


def _file(demands: list[Demand], count: int, *, first: int) -> bytes:
    """Every startup is recommended for each of the demands; one row in four has an expert's opinion."""
    lines = []
    for number in range(first, first + count):
        firm = number // len(demands)
        lines.append(
            [
                demands[number % len(demands)].number, business_no(firm), f"스타트업 {firm}", "김대표",
                f"ceo{firm}@startup.example", f"010-{firm % 10_000:04d}-{number % 10_000:04d}", "F05; F06",
                str(firm % 9 + 1), REASON * (1 + number % 3), str(number % 99 + 1), "" if number % 4 else "전문가 찬성",
            ]
        )  # fmt: skip
    return write_xlsx(list(KOREAN.values()), lines, title="추천")


def business_no(number: int) -> str:
    """One that passes its check digit."""
    digits = [int(c) for c in f"{100_000_000 + number:09d}"]
    total = sum(w * d for w, d in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), digits, strict=True)) + 5 * digits[8] // 10
    text = "".join(map(str, digits))
    return f"{text[:3]}-{text[3:5]}-{text[5:]}{-total % 10}"


def _ours(actor: Actor, program: Program, content: bytes, count: int) -> dict[str, float]:
    upload: Upload

    def job(name: str, work: Callable[..., None]) -> float:
        begin = time.perf_counter()
        with acting(actor), transaction.atomic():
            work(upload_id=upload.pk, actor=actor)
        return time.perf_counter() - begin

    with acting(actor), mock.patch("portal.outbox.post.wake"):
        before = Recommendation.objects.visible_to(actor).count()
        upload = uploads.create(actor=actor, program=program, file=SimpleUploadedFile(NAME, content))
        parts = {"check": job("check", uploads.check)}
        upload.refresh_from_db()
        uploads.confirm(upload=upload, actor=actor)
        parts["confirm"] = job("confirm", uploads.write)
    with system("benchmark rows"):
        upload.refresh_from_db()
        made = Recommendation.objects.filter(center=actor.organization_id).count() - before
    if upload.state != UploadState.CONFIRMED or made != count:
        raise RuntimeError(f"{made} of {count} rows, the list is {upload.state}: {upload.problem}")
    return parts


def _others(actor: Actor, demands: list[Demand], content: bytes) -> float:
    """Rows a second of the same list through django-import-export, to the same tables, validated."""
    from import_export import resources  # type: ignore[import-not-found,unused-ignore]
    from tablib import Dataset

    by_number = {demand.number: demand for demand in demands}

    class Lists(resources.ModelResource):  # type: ignore[misc,unused-ignore]
        """The list's columns as they are; startups and parties are added as each row comes."""

        class Meta:
            model = Recommendation
            fields = ("business_no", "company", "representative", "email", "phone", "trl", "reason", "priority")
            import_id_fields = ("business_no",)
            clean_model_instances = True
            use_transactions = True
            skip_unchanged = True

        def get_instance(self, _loader: Any, row: Any) -> Any:
            return Recommendation.objects.visible_to(actor).filter(
                business_no=row["business_no"], demand_number=row["demand_no"], center=actor.organization_id
            ).first()  # fmt: skip

        def before_save_instance(self, instance: Any, row: Any, **_given: Any) -> None:
            later("recommendations.carry_on", actor=actor, recommendation_ids=[str(instance.pk)])

        def validate_instance(self, instance: Any, *_errors: Any, **_given: Any) -> None:
            instance.full_clean(exclude=[f.name for f in instance._meta.fields if f.null or f.name == "remarks"])

        def import_instance(self, instance: Any, row: Any, **given: Any) -> None:
            super().import_instance(instance, row, **given)
            firm = Registration(row["business_no"], row["company"], row["representative"], row["phone"])
            register_startups([firm], actor=actor)
            with system("the startup of a row"):
                instance.startup = Organization.objects.get(business_no=row["business_no"])
            demand = by_number[row["demand_no"]]
            instance.demand, instance.program_id, instance.corporation_id = (
                demand, demand.program_id, demand.corporation_id,
            )  # fmt: skip
            instance.demand_number, instance.demand_title = demand.number, demand.title
            instance.center_id, instance.created_at = actor.organization_id, actor.now
            instance.state, instance.requested_at = "consent_requested", actor.now
            instance.tech_fields = row["tech_fields"].split("; ")

    begin = time.perf_counter()
    sheet = read_sheet(NAME, io.BytesIO(content), len(content))
    data = Dataset(*sheet.rows, headers=list(KOREAN))
    # It asks for twins on its own, for nobody: as the system, which row security lets pass (a little in its favour).
    with acting(actor), system("benchmark rows"), mock.patch("portal.outbox.post.wake"):
        Lists().import_data(data, dry_run=True, raise_errors=True)  # the preview
        Lists().import_data(data, dry_run=False, raise_errors=True)
    return len(sheet.rows) / (time.perf_counter() - begin)


@contextmanager
def _peak() -> Iterator[Callable[[], float]]:
    """The most memory that this process held inside, in MB (Linux; 0 elsewhere)."""
    status, found = Path("/proc/self/status"), [0.0]
    reset = Path("/proc/self/clear_refs")
    if reset.exists():
        reset.write_text("5")
    yield lambda: found[0]
    if status.exists():
        match = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        found[0] = int(match[1]) / 1024 if match else 0.0
