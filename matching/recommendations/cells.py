"""What the cells of a recommendation list say: texts in, one spelling of each value out, or words of what is wrong."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from portal.kernel import formats


@lru_cache(maxsize=4096)  # a list says the same few names again and again
def squeezed(text: str) -> str:
    """A header or name without what people vary: width, case, blanks, points, brackets, a star for "required"."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


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
    unknown = [part for part in parts if squeezed(part) not in codes]
    if unknown or not parts:
        raise ValidationError(
            _("알 수 없는 기술분야입니다: %(names)s. 코드(F01~F10)나 이름을 ;로 나누어 적어 주십시오.")
            % {"names": ", ".join(part[:30] for part in unknown[:3])}
        )
    return tuple(sorted({codes[squeezed(part)] for part in parts}))


def code_index(entries: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """(code, its names) … → what people may write for it → code."""
    return {squeezed(text): code for code, names in entries for text in (code, *names) if text}


def readers(codes: Mapping[str, str]) -> dict[str, Callable[[str], Any]]:
    """For each column what understands its cells: the one spelling, or ValidationError in words."""
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
