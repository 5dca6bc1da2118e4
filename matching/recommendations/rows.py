"""The rows of a recommendation list: what they say, and what is wrong with them (design: domain §5).

Pure: texts and known facts in, entries and problems in words out. The single form and the uploaded list go through
the same rules. `read` looks at one row by itself; `judge` compares all rows with each other and with what the
portal knows, which the caller looks up once for the whole list.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel import formats
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
    """One row after `read`: `found` holds what could be read, whatever is wrong with the rest."""

    number: int
    values: Mapping[str, str]
    found: Mapping[str, Any]
    problems: tuple[Problem, ...]

    @property
    def key(self) -> tuple[str, str] | None:
        """(demand, startup), where both are well formed."""
        demand, business = self.found.get("demand_no"), self.found.get("business_no")
        return (demand, business) if demand and business else None

    @property
    def entry(self) -> Entry | None:
        return None if self.problems else Entry(**self.found)


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


@lru_cache(maxsize=4096)  # a list says the same few names again and again
def _squeezed(text: str) -> str:
    """A header or name without what people vary: width, case, blanks, points, brackets, a star for "required"."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


_HEADERS: Final = {
    _squeezed(spelling): column.name
    for column in COLUMNS
    for spelling in (column.name, KOREAN[column.name], f"{KOREAN[column.name]} {column.name}")
}


def columns_of(header: Sequence[str]) -> list[str]:
    """For each column of the sheet the field's name, "" where it isn't read.

    Raises Invalid, in words, where a column is unknown, there twice, or missing.
    """
    found: list[str] = []
    for text in header:
        name = _HEADERS.get(_squeezed(text), "")
        if not name and _squeezed(text) not in _NOT_READ:
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

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff]")
_DASHES = re.compile(r"[‐‑‒–—―−]")
_FORMULA = ("=", "+", "-", "@")


def cleaned(text: str) -> str:
    """The text as it is kept: composed Hangul, one kind of line end, nothing that can't be seen."""
    if text.isprintable() and unicodedata.is_normalized("NFC", text):
        return text.strip()  # nearly all of a list: nothing in it that can't be seen
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")).strip()


def _narrow(text: str) -> str:
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _one_line(text: str, longest: int) -> str:
    line = " ".join(text.split())
    if _narrow(line).startswith(_FORMULA) or "<" in line or ">" in line:
        raise ValidationError(_("=, +, -, @로 시작하거나 <, >가 들어간 이름은 쓸 수 없습니다. 이름만 적어 주십시오."))
    if len(line) > longest:
        raise ValidationError(
            _("%(longest)d자까지 적을 수 있습니다(지금 %(length)d자).") % {"longest": longest, "length": len(line)}
        )
    return line


def _demand_no(text: str) -> str:
    return re.sub(r"\s", "", _DASHES.sub("-", _narrow(text))).upper()


def _email(text: str) -> str:
    address = _narrow(text).lower()
    try:
        if len(address) > 254:
            raise ValidationError("")
        validate_email(address)
    except ValidationError as fault:
        raise ValidationError(_("이메일 주소의 형식이 올바르지 않습니다. 예: ceo@company.example")) from fault
    return address


def _trl(text: str) -> int:
    match = re.fullmatch(r"(?:TRL\s*)?([1-9])(?:\.0+)?(?:단계)?", _narrow(text), re.IGNORECASE)
    if match is None:
        raise ValidationError(_("기술성숙도(TRL)는 1부터 9까지의 숫자로 적어 주십시오."))
    return int(match[1])


def _priority(text: str) -> int:
    match = re.fullmatch(r"(\d{1,2})(?:\.0+)?", _narrow(text), re.ASCII)
    if match is None or not 1 <= int(match[1]) <= 99:
        raise ValidationError(_("우선순위는 1부터 99까지의 숫자로 적거나 비워 두십시오."))
    return int(match[1])


def _reason(text: str) -> str:
    if len(text) < 50:
        raise ValidationError(
            _("추천사유는 50자 이상 적어 주십시오(지금 %(length)d자). 수요에 맞는 까닭을 더 적어 주십시오.")
            % {"length": len(text)}
        )
    return _at_most(text, 2000)


def _at_most(text: str, longest: int) -> str:
    if len(text) > longest:
        raise ValidationError(
            _("%(longest)s자까지 적을 수 있습니다(지금 %(length)s자). 줄여 주십시오.")
            % {"longest": f"{longest:,}", "length": f"{len(text):,}"}
        )
    return text


def _tech_fields(text: str, codes: Mapping[str, str]) -> tuple[str, ...]:
    """Codes or names, separated by semicolons (commas and new lines are understood)."""
    parts = [part.strip() for part in re.split(r"[;,\n]", _narrow(text)) if part.strip()]
    unknown = [part for part in parts if _squeezed(part) not in codes]
    if unknown or not parts:
        raise ValidationError(
            _("알 수 없는 기술분야입니다: %(names)s. 코드(F01~F10)나 이름을 ;로 나누어 적어 주십시오.")
            % {"names": ", ".join(part[:30] for part in unknown[:3])}
        )
    return tuple(sorted({codes[_squeezed(part)] for part in parts}))


def code_index(entries: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """(code, its names) … → what people may write for it → code."""
    return {_squeezed(text): code for code, names in entries for text in (code, *names) if text}


def _readers(codes: Mapping[str, str]) -> dict[str, Callable[[str], Any]]:
    return {
        "demand_no": _demand_no,
        "business_no": formats.business_number,
        "company": lambda text: _one_line(text, 120),
        "representative": lambda text: _one_line(text, 60),
        "email": _email,
        "phone": formats.phone,
        "tech_fields": lambda text: _tech_fields(text, codes),
        "trl": _trl,
        "reason": _reason,
        "priority": _priority,
        "consensus_note": lambda text: _at_most(text, 2000),
    }


def read(
    number: int, values: Mapping[str, str], *, codes: Mapping[str, str], required: frozenset[str] = REQUIRED
) -> Row:
    """One row by itself. `values` maps columns to texts, `codes` is a `code_index` of the technology fields."""
    kept = {column.name: cleaned(values.get(column.name, "")) for column in COLUMNS}
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, reader in _readers(codes).items():
        if not kept[name]:
            if name in required:
                problems.append(Problem(name, _("비어 있습니다. 값을 적어 주십시오.")))
            continue
        try:
            found[name] = reader(kept[name])
        except ValidationError as fault:
            problems.append(Problem(name, " ".join(fault.messages)))
    return Row(number, kept, found, tuple(problems))


def is_blank(values: Mapping[str, str]) -> bool:
    """A line of the template that nobody has filled in: nothing but the demand's number."""
    return not any(text.strip() for name, text in values.items() if name != "demand_no")


# --- all rows --------------------------------------------------------------------------------------------------------


def judge(rows: Sequence[Row], known: Known) -> list[Checked]:
    """What confirming each row would do, and all problems."""
    first: dict[tuple[str, str], int] = {}
    found: list[Checked] = []
    for row in rows:
        problems = [*row.problems, *_against(row, known)]
        if row.key is not None and (before := first.setdefault(row.key, row.number)) != row.number:
            words = _("%(row)d행과 수요번호·사업자등록번호가 같습니다. 둘 가운데 하나를 지워 주십시오.") % {
                "row": before
            }
            problems.append(Problem("business_no", words))
        entry = None if problems else row.entry
        outcome = _outcome(entry, known)
        found.append(Checked(row.number, row.values, entry, outcome, tuple(problems), tuple(_warnings(row, known))))
    return found


def _against(row: Row, known: Known) -> list[Problem]:
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
    before = known.existing.get(row.key) if row.key else None
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


def _outcome(entry: Entry | None, known: Known) -> str:
    if entry is None:
        return FAULTY
    before = known.existing.get((entry.demand_no, entry.business_no))
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


def _plain_name(name: str) -> str:
    return _squeezed(re.sub(r"\(주\)|주식회사|유한회사|\(유\)", "", unicodedata.normalize("NFKC", name)))


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
