"""The rows of a recommendation list: what they say, and what is wrong with them (design: domain §5).

Pure: texts and known facts in, entries and problems in words out. The single form and the uploaded list go through
the same rules. A `Reader` looks at each row by itself; `judge` compares all rows with each other and with what the
portal knows, which the caller looks up once for the whole list.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.recommendations.cells import cleaned, readers, squeezed
from portal.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the English header, which is also the field's name, the Korean one, and whether it must be filled."""

    name: str
    label: Any
    required: bool = True


COLUMNS: Final = (
    Column("demand_no", gettext_lazy("수요번호")),
    Column("business_no", gettext_lazy("사업자등록번호")),
    Column("company", gettext_lazy("기업명")),
    Column("representative", gettext_lazy("대표자")),
    Column("email", gettext_lazy("이메일")),
    Column("phone", gettext_lazy("연락처")),
    Column("tech_fields", gettext_lazy("기술분야")),
    Column("trl", gettext_lazy("TRL")),
    Column("reason", gettext_lazy("추천사유")),
    Column("priority", gettext_lazy("우선순위"), required=False),
    Column("consensus_note", gettext_lazy("전문가의견"), required=False),
)
KOREAN: Final = {
    "demand_no": "수요번호", "business_no": "사업자등록번호", "company": "기업명", "representative": "대표자",
    "email": "이메일", "phone": "연락처", "tech_fields": "기술분야", "trl": "TRL", "reason": "추천사유",
    "priority": "우선순위", "consensus_note": "전문가의견",
}  # fmt: skip
"""Headers as they stand in files, whatever the reader's language."""
TITLE, ERROR = "과제명", "오류"
"""Columns that the portal writes for the reader; what stands in them is not read back."""
_NOT_READ: Final = frozenset({"과제명", "demandtitle", "오류", "error"})
REQUIRED: Final = frozenset(c.name for c in COLUMNS if c.required)
REQUIRED_IN_FORM: Final = REQUIRED - {"tech_fields", "trl"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: the column's name and a sentence."""

    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One recommendation as the center states it. tech_fields are codes in their order."""

    demand_no: str
    business_no: str
    company: str
    representative: str
    email: str
    phone: str
    reason: str
    tech_fields: tuple[str, ...] = ()
    trl: int | None = None
    priority: int | None = None
    consensus_note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read: `found` holds what could be read, whatever is wrong with the rest."""

    number: int
    values: Mapping[str, str]
    found: Mapping[str, Any]
    problems: tuple[Problem, ...]
    entry: Entry | None

    @property
    def key(self) -> tuple[str, str] | None:
        """(demand, startup), where both are well formed."""
        demand, business = self.found.get("demand_no"), self.found.get("business_no")
        return (demand, business) if demand and business else None


_Cell = tuple[str, Any, Problem | None]  # as it is kept, as it is understood, what is wrong with it


@dataclass(frozen=True, slots=True)
class Existing:
    """What the center has recommended already. `locked` says why it can't be changed any more, "" where it can;
    `flagged` names what the officer wants mended: nothing else is open then."""

    entry: Entry
    locked: str = ""
    flagged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What the portal knows about the rows.

    demands     number → why nothing can be recommended for it, "" where it is open
    names       business number → the name under which the startup is registered
    others      business numbers of organisations that are no startups
    existing    (demand number, business number) → the center's present recommendation
    """

    demands: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    existing: Mapping[tuple[str, str], Existing] = field(default_factory=dict)


NEW, CHANGED, UNCHANGED, FAULTY = "new", "changed", "unchanged", "error"


@dataclass(frozen=True, slots=True)
class Checked:
    """One row after `judge`. `entry` is None where there are problems."""

    number: int
    values: Mapping[str, str]
    entry: Entry | None
    outcome: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


# --- the header ------------------------------------------------------------------------------------------------------


_HEADERS: Final = {
    squeezed(spelling): column.name
    for column in COLUMNS
    for spelling in (column.name, KOREAN[column.name], f"{KOREAN[column.name]} {column.name}")
}


def columns_of(header: Sequence[str]) -> list[str]:
    """For each column of the sheet the field's name, "" where it isn't read.

    Raises Invalid, in words, where a column is unknown, there twice, or missing.
    """
    found: list[str] = []
    for text in header:
        name = _HEADERS.get(squeezed(text), "")
        if not name and squeezed(text) not in _NOT_READ:
            raise Invalid(_("알 수 없는 열 ‘%(name)s’이(가) 있습니다.") % {"name": text[:40]}, hint=_use_template())
        if name and name in found:
            raise Invalid(_("‘%(name)s’ 열이 두 번 있습니다.") % {"name": text[:40]}, hint=_use_template())
        found.append(name)
    if lacking := [KOREAN[c.name] for c in COLUMNS if c.required and c.name not in found]:
        raise Invalid(_("필요한 열이 없습니다: %(names)s") % {"names": ", ".join(lacking)}, hint=_use_template())
    return found


def _use_template() -> str:
    return _("내려받은 양식의 제목 행을 그대로 두고 다시 올려 주십시오.")


# --- one row ---------------------------------------------------------------------------------------------------------


class Reader:
    """Reads the rows of one list, each by itself. What cells say again (a demand, a company) is understood once.

    `codes` is a `code_index` of the technology fields.
    """

    def __init__(self, codes: Mapping[str, str], required: frozenset[str] = REQUIRED) -> None:
        self._columns: list[tuple[str, Callable[[str], Any], bool, dict[str, _Cell]]] = [
            (name, understand, name in required, {}) for name, understand in readers(codes).items()
        ]

    def row(self, number: int, values: Mapping[str, str]) -> Row:
        """`values` maps columns to texts."""
        kept: dict[str, str] = {}
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, understand, needed, known in self._columns:
            text = values.get(name, "")
            cell = known.get(text)
            if cell is None:
                cell = known[text] = _cell(name, cleaned(text), understand, needed)
            kept[name], value, problem = cell
            if problem is not None:
                problems.append(problem)
            elif value is not None:
                found[name] = value
        return Row(number, kept, found, tuple(problems), None if problems else Entry(**found))


def _cell(name: str, text: str, understand: Callable[[str], Any], needed: bool) -> _Cell:
    if not text:
        return text, None, Problem(name, _("비어 있습니다. 값을 적어 주십시오.")) if needed else None
    try:
        return text, understand(text), None
    except ValidationError as fault:
        return text, None, Problem(name, " ".join(fault.messages))


def read(
    number: int, values: Mapping[str, str], *, codes: Mapping[str, str], required: frozenset[str] = REQUIRED
) -> Row:
    """One row by itself."""
    return Reader(codes, required).row(number, values)


def is_blank(values: Mapping[str, str]) -> bool:
    """A line of the template that nobody has filled in: nothing but the demand's number."""
    return not any(text.strip() for name, text in values.items() if name != "demand_no")


# --- all rows --------------------------------------------------------------------------------------------------------


def judge(rows: Sequence[Row], known: Known) -> list[Checked]:
    """What confirming each row would do, and all problems."""
    first: dict[tuple[str, str], int] = {}
    found: list[Checked] = []
    for row in rows:
        key = row.key
        before = known.existing.get(key) if key else None
        problems = (*row.problems, *_against(row, before, known))
        if key is not None and (same := first.setdefault(key, row.number)) != row.number:
            words = _("%(row)d행과 수요번호·사업자등록번호가 같습니다. 둘 가운데 하나를 지워 주십시오.") % {"row": same}
            problems = (*problems, Problem("business_no", words))
        entry = None if problems else row.entry
        found.append(
            Checked(row.number, row.values, entry, _outcome(entry, before), problems, tuple(_warnings(row, known)))
        )
    return found


def _against(row: Row, before: Existing | None, known: Known) -> list[Problem]:
    """Problems that only the portal's knowledge shows."""
    found: list[Problem] = []
    demand, business = row.found.get("demand_no"), row.found.get("business_no")
    if demand and demand not in known.demands:
        words = _("공고된 수요 가운데 이 번호가 없습니다. 양식에 적힌 수요번호와 비교해 주십시오.")
        found.append(Problem("demand_no", words))
    elif demand and (closed := known.demands[demand]):
        found.append(Problem("demand_no", closed))
    if business in known.others:
        words = _("스타트업이 아닌 기관의 사업자등록번호입니다. 추천할 기업의 번호인지 확인해 주십시오.")
        found.append(Problem("business_no", words))
    if before and before.locked and row.entry is not None and row.entry != before.entry:
        found.append(Problem("business_no", before.locked))
    elif before and before.flagged and row.entry is not None:
        found += _closed(row.entry, before)
    return found


def _closed(entry: Entry, before: Existing) -> list[Problem]:
    """What was changed of a returned recommendation though nobody has asked for it."""
    words = _("보완을 요청받은 항목만 고칠 수 있습니다. 이 칸을 제출하신 내용으로 되돌려 주십시오.")
    changed = [n for n in ENTRY_FIELDS if n not in before.flagged and getattr(entry, n) != getattr(before.entry, n)]
    return [Problem(name, words) for name in changed]


def _outcome(entry: Entry | None, before: Existing | None) -> str:
    if entry is None:
        return FAULTY
    if before is None:
        return NEW
    return UNCHANGED if before.entry == entry else CHANGED


def _warnings(row: Row, known: Known) -> list[str]:
    # The registered name itself stays unsaid: before the startup consents, the center may not read it.
    name = known.names.get(row.found.get("business_no", ""))
    company = row.found.get("company", "")
    if name is not None and company and _plain_name(name) != _plain_name(company):
        return [_("이 번호로 등록된 기업명과 다릅니다. 사업자등록증과 비교해 주십시오.")]
    return []


@lru_cache(maxsize=4096)
def _plain_name(name: str) -> str:
    return squeezed(re.sub(r"\(주\)|주식회사|유한회사|\(유\)", "", unicodedata.normalize("NFKC", name)))


# --- for single forms ------------------------------------------------------------------------------------------------


def entry_of(values: Mapping[str, Any], *, codes: Mapping[str, str]) -> Entry:
    """One entry from a form's values (lists, numbers and None as forms have them). Raises Invalid by field."""
    row = read(0, {name: _as_text(value) for name, value in values.items()}, codes=codes, required=REQUIRED_IN_FORM)
    if row.problems:
        raise Invalid(fields={problem.column: problem.words for problem in row.problems})
    return Entry(**row.found)


def _as_text(value: Any) -> str:
    return ";".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)


ENTRY_FIELDS: Final = tuple(f.name for f in fields(Entry))
