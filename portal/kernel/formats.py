"""Korean numbers and dates: one spelling to store and show, and words that help where one is wrong.

Each number has a function that takes what people type or paste (full-width digits, any hyphen, spaces)
and returns the one canonical spelling, or raises `ValidationError` with a sentence that says what to do.
The `validate_…` functions are the same as validators of fields; the `…_PATTERN` constants are the same
as CHECK constraints of columns. A resident registration number is never asked for [sibling: privacy rules].
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

Language = Literal["ko", "en"]

SEOUL: Final = ZoneInfo("Asia/Seoul")

BUSINESS_NUMBER_PATTERN: Final = r"^\d{3}-\d{2}-\d{5}$"
CORPORATE_NUMBER_PATTERN: Final = r"^\d{6}-\d{7}$"
PHONE_PATTERN: Final = r"^(\d{2,3}-\d{3,4}|1[568]\d{2})-\d{4}$"
BANK_ACCOUNT_PATTERN: Final = r"^\d{10,16}$"
DOCUMENT_NUMBER_PATTERN: Final = r"^[A-Z]{2,8}-\d{4}-[가-힣A-Z]{1,12}-\d{4,}$"

_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_CORPORATE_WEIGHTS = (1, 2) * 6

# What NFKC leaves of the hyphens, dashes, dots and blanks that keyboards, spreadsheets and PDFs put between digits.
_SEPARATORS = re.compile(r"[\s.\-‐‑‒–—―−ー・·\u200b-\u200d\u2060\ufeff]")


def _compact(text: str) -> str:
    """`text` without separators, full-width characters made narrow: "１２４－81 00998" is "1248100998"."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def _digits(text: str, length: int) -> str | None:
    """The digits of `text` where they are exactly `length` and nothing else is there."""
    number = _compact(text)
    return number if len(number) == length and number.isascii() and number.isdigit() else None


# --- registration numbers ------------------------------------------------------------------------------------


def business_number(text: str) -> str:
    """The business registration number 사업자등록번호 in its one spelling, "124-81-00998".

    Weights 1,3,7,1,3,7,1,3,5 over the first nine digits, plus ⌊5·d9 / 10⌋; the check digit is (10 − sum mod 10)
    mod 10 [fact]. Tax offices below 101 pass, for sample data uses numbers that are never issued (python-stdnum
    refuses those and knows no check digit). Raises ValidationError "malformed" or "check_digit".
    """
    number = _digits(text, 10)
    # All zeros satisfies the check digit and is what people type to get past a required field.
    if number is None or number == "0" * 10:
        raise ValidationError(
            _("사업자등록번호는 숫자 10자리입니다. 사업자등록증에 적힌 대로 000-00-00000 형식으로 적어 주십시오."),
            code="malformed",
        )
    digits = [int(digit) for digit in number]
    total = sum(weight * digit for weight, digit in zip(_BUSINESS_WEIGHTS, digits, strict=False))
    total += 5 * digits[8] // 10
    if -total % 10 != digits[9]:
        raise ValidationError(
            _("사업자등록번호의 검증번호가 맞지 않습니다. 잘못 적은 숫자가 있는지 사업자등록증과 비교해 주십시오."),
            code="check_digit",
        )
    return f"{number[:3]}-{number[3:5]}-{number[5:]}"


def corporate_number(text: str) -> str:
    """The corporate registration number 법인등록번호 in its one spelling, "110111-0012344".

    Only the form is checked, for newer numbers may have no check digit: see `corporate_number_warning`.
    Raises ValidationError "malformed".
    """
    number = _digits(text, 13)
    if number is None or number == "0" * 13:
        raise ValidationError(
            _("법인등록번호는 숫자 13자리입니다. 등기사항증명서에 적힌 대로 000000-0000000 형식으로 적어 주십시오."),
            code="malformed",
        )
    return f"{number[:6]}-{number[6:]}"


def corporate_number_warning(text: str) -> Promise | None:
    """A sentence to show where the check digit fails, None where it holds; never a reason to refuse.

    Weights 1,2 in turn over the first twelve digits [fact]. A resident registration number has the same form,
    so the sentence asks for that, too. Raises ValidationError where the form is wrong.
    """
    digits = [int(digit) for digit in corporate_number(text) if digit != "-"]
    total = sum(weight * digit for weight, digit in zip(_CORPORATE_WEIGHTS, digits, strict=False))
    if -total % 10 == digits[12]:
        return None
    return _(
        "법인등록번호의 검증번호가 맞지 않습니다. 등기사항증명서와 비교해 주십시오. "
        "주민등록번호는 절대 적지 마십시오. 번호가 맞다면 그대로 두어도 됩니다."
    )


# --- phone, bank account -------------------------------------------------------------------------------------

_PHONE_FORMS = (
    re.compile(r"(010)(\d{4})(\d{4})"),
    re.compile(r"(02)(\d{3,4})(\d{4})"),
    re.compile(r"(0(?!10|2)\d{2})(\d{3,4})(\d{4})"),
    re.compile(r"(1[568]\d{2})(\d{4})"),
)


def phone(text: str) -> str:
    """A Korean phone number in its one spelling: "010-1234-5678", "02-123-4567", "031-123-4567", "1588-1234".

    "+82 10 …" and "(02) …" are understood. Raises ValidationError "malformed".
    """
    number = re.sub(r"^\+820?", "0", re.sub(r"[()]", "", _compact(text)))
    for form in _PHONE_FORMS:
        if number.isascii() and (match := form.fullmatch(number)):
            return "-".join(match.groups())
    raise ValidationError(
        _("전화번호를 지역번호나 010부터 적어 주십시오. 예: 010-1234-5678, 02-123-4567, 1588-1234"),
        code="malformed",
    )


def bank_account(text: str) -> str:
    """An account number as bare digits, 10–16 of them, leading zeros kept. Raises ValidationError "malformed"."""
    number = _compact(text)
    if not (number.isascii() and number.isdigit() and 10 <= len(number) <= 16):
        raise ValidationError(
            _("계좌번호는 숫자 10~16자리입니다. 통장 사본에 적힌 대로 숫자만 적어 주십시오."),
            code="malformed",
        )
    return number


def masked_account(account: str) -> str:
    """The only form of an account that is ever shown: "****5678". It doesn't tell how long the number is.

    Raises ValidationError where `account` is none: a text too short would be shown whole.
    """
    return f"****{bank_account(account)[-4:]}"


# --- documents -----------------------------------------------------------------------------------------------


def document_number(program: str, year: int, kind: str, serial: int) -> str:
    """The number of an official document: ("DTV", 2025, "협약", 1) is "DTV-2025-협약-0001"; wider from 10,000 on.

    Raises ValueError where a part would make the number ambiguous or the serial is below 1. That serials have
    no gaps is the business of whoever counts them.
    """
    number = f"{program}-{year:04d}-{kind}-{serial:04d}"
    if serial < 1 or not re.fullmatch(DOCUMENT_NUMBER_PATTERN.strip("^$"), number):
        raise ValueError(f"not a document number: {number}")
    return number


# --- validators ----------------------------------------------------------------------------------------------


def validate_business_number(value: str) -> None:
    """Field validator: what `business_number` understands. Store its result, not what was typed."""
    business_number(value)


def validate_corporate_number(value: str) -> None:
    """Field validator: what `corporate_number` understands. Store its result, not what was typed."""
    corporate_number(value)


def validate_phone(value: str) -> None:
    """Field validator: what `phone` understands. Store its result, not what was typed."""
    phone(value)


def validate_bank_account(value: str) -> None:
    """Field validator: what `bank_account` understands. Store its result, not what was typed."""
    bank_account(value)


# --- dates and times -----------------------------------------------------------------------------------------

_WEEKDAYS = {
    "ko": ("월", "화", "수", "목", "금", "토", "일"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def active_language() -> Language:
    """The language that texts are put in now."""
    return "en" if (get_language() or "ko").startswith("en") else "ko"


def _in_seoul(moment: date) -> date:
    """An instant as Seoul's clock shows it; a plain day as it is.

    Raises ValueError for an instant without a time zone: it would silently be nine hours off.
    """
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return moment.astimezone(SEOUL)


def day(moment: date, language: Language = "ko") -> str:
    """A day, or the day in Seoul of an instant: "2025. 3. 12." or "12 March 2025"."""
    local = _in_seoul(moment)
    if language == "en":
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{local.year}. {local.month}. {local.day}."


def month_of(moment: date, language: Language = "ko") -> str:
    """The month of a day: "2025년 3월" or "March 2025"."""
    local = _in_seoul(moment)
    return f"{_MONTHS[local.month - 1]} {local.year}" if language == "en" else f"{local.year}년 {local.month}월"


def day_with_weekday(moment: date, language: Language = "ko") -> str:
    """The same with its weekday: "2025. 3. 12.(수)" or "Wed 12 March 2025"."""
    weekday = _WEEKDAYS[language][_in_seoul(moment).weekday()]
    return f"{weekday} {day(moment, 'en')}" if language == "en" else f"{day(moment)}({weekday})"


def clock(moment: datetime) -> str:
    """The time of day in Seoul, on 24 hours: "14:30"."""
    return f"{_in_seoul(moment):%H:%M}"


def instant(moment: datetime, language: Language = "ko") -> str:
    """Day and time in Seoul: "2025. 3. 12. 14:30" or "12 March 2025, 14:30"."""
    return f"{day(moment, language)}{',' if language == 'en' else ''} {clock(moment)}"


def day_range(first: date, last: date, language: Language = "ko") -> str:
    """Two days, both included: "2025. 3. 12. ~ 2025. 4. 1." or "12 March 2025 – 1 April 2025"; one day once.

    Raises ValueError where the last is before the first.
    """
    if _as_day(last) < _as_day(first):
        raise ValueError(f"the range ends before it begins: {first} to {last}")
    if _as_day(first) == _as_day(last):
        return day(first, language)
    dash = "–" if language == "en" else "~"
    return f"{day(first, language)} {dash} {day(last, language)}"


def time_range(start: datetime, end: datetime, language: Language = "ko") -> str:
    """Two instants: "2025. 3. 12.(수) 14:30~16:30", over midnight "2025. 3. 12.(수) 14:30 ~ 2025. 3. 13.(목) 10:00".

    In English "Wed 12 March 2025, 14:30–16:30". Raises ValueError where the end is before the start.
    """
    if end < start:
        raise ValueError(f"the range ends before it begins: {start} to {end}")
    comma, dash = (",", "–") if language == "en" else ("", "~")
    opening = f"{day_with_weekday(start, language)}{comma} {clock(start)}"
    if _as_day(start) == _as_day(end):
        return f"{opening}{dash}{clock(end)}"
    return f"{opening} {dash} {day_with_weekday(end, language)}{comma} {clock(end)}"


def _as_day(moment: date) -> date:
    """The calendar day in Seoul."""
    local = _in_seoul(moment)
    return local.date() if isinstance(local, datetime) else local
