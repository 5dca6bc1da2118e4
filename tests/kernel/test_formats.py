"""Numbers and dates: every usual way of typing them ends in one spelling, every mistake in a sentence that helps."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel import formats

numbers = st.text("0123456789", min_size=9, max_size=9)


def full_width(text: str) -> str:
    return text.translate({ord(digit): ord(digit) - ord("0") + ord("０") for digit in "0123456789"})


def code_of(function: Callable[[str], object], text: str) -> str:
    with pytest.raises(ValidationError) as caught:
        function(text)
    assert "주십시오" in caught.value.messages[0], "the message says what to do"
    return caught.value.code or ""


@pytest.mark.parametrize(
    "typed", ["124-81-00998", "1248100998", " 124 81 00998 ", "１２４－８１－００９９８", "124–81–00998\u200b"]
)
def test_business_numbers_end_in_one_spelling(typed: str) -> None:
    assert formats.business_number(typed) == "124-81-00998"
    formats.validate_business_number(typed)


def test_business_numbers_of_the_sample_data_pass() -> None:
    assert formats.business_number("0008800013") == "000-88-00013"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123-45-67890", "check_digit"),
        ("124-81-0099", "malformed"),
        ("124-81-009988", "malformed"),
        ("", "malformed"),
        ("가나다-라마-바사아자차", "malformed"),
        ("000-00-00000", "malformed"),
        ("124-81-0099٨", "malformed"),
        ("124/81/00998", "malformed"),
    ],
)
def test_wrong_business_numbers_are_refused(typed: str, code: str) -> None:
    assert code_of(formats.business_number, typed) == code
    assert code_of(formats.validate_business_number, typed) == code


@given(numbers.filter(lambda digits: digits.strip("0")))
def test_exactly_one_check_digit_fits_and_swapped_digits_mostly_fail(nine: str) -> None:
    fitting = []
    for digit in "0123456789":
        try:
            fitting.append(formats.business_number(full_width(nine + digit)))
        except ValidationError:
            continue
    assert len(fitting) == 1
    assert re.match(formats.BUSINESS_NUMBER_PATTERN, fitting[0])
    assert fitting[0].replace("-", "")[:9] == nine


def test_corporate_numbers() -> None:
    assert formats.corporate_number("１３０１１１ 0006246") == "130111-0006246"
    assert formats.corporate_number_warning("130111-0006246") is None
    assert "검증번호" in str(formats.corporate_number_warning("130111-0006247"))
    formats.validate_corporate_number("130111-0006247")  # a failing check digit refuses nothing
    assert code_of(formats.corporate_number, "130111-000624") == "malformed"
    assert code_of(formats.corporate_number_warning, "0" * 13) == "malformed"
    assert code_of(formats.validate_corporate_number, "x") == "malformed"


@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_corporate_number_in_ten_has_no_warning(twelve: str) -> None:
    quiet = [d for d in "0123456789" if twelve + d != "0" * 13 and not formats.corporate_number_warning(twelve + d)]
    assert len(quiet) == (1 if twelve.strip("0") else 0)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("01012345678", "010-1234-5678"),
        ("+82 10-1234-5678", "010-1234-5678"),
        ("+82-2-123-4567", "02-123-4567"),
        ("(02) 1234 5678", "02-1234-5678"),
        ("031.123.4567", "031-123-4567"),
        ("0441234567", "044-123-4567"),
        ("070-1234-5678", "070-1234-5678"),
        ("１５８８１２３４", "1588-1234"),
    ],
)
def test_phones_end_in_one_spelling(typed: str, stored: str) -> None:
    assert formats.phone(typed) == stored
    assert re.match(formats.PHONE_PATTERN, stored)
    formats.validate_phone(typed)


@pytest.mark.parametrize("typed", ["", "010-123-4567", "12345678", "02-12-3456", "1234-5678", "010-1234-56789", "전화"])
def test_wrong_phones_are_refused(typed: str) -> None:
    assert code_of(formats.phone, typed) == "malformed"
    assert code_of(formats.validate_phone, typed) == "malformed"


def test_bank_accounts_are_kept_whole_and_shown_masked() -> None:
    assert formats.bank_account(" 0123-456-789012 ") == "0123456789012"
    assert formats.masked_account("0123-456-789012") == "****9012"
    formats.validate_bank_account("1" * 16)
    for wrong in ("123456789", "1" * 17, "12345678901a", ""):
        assert code_of(formats.bank_account, wrong) == "malformed"
        assert code_of(formats.masked_account, wrong) == "malformed"
        assert code_of(formats.validate_bank_account, wrong) == "malformed"


def test_document_numbers() -> None:
    assert formats.document_number("DTV", 2025, "협약", 1) == "DTV-2025-협약-0001"
    assert formats.document_number("DTV", 2025, "협약", 12_345) == "DTV-2025-협약-12345"
    for program, year, kind, serial in [
        ("dtv", 2025, "협약", 1),
        ("DTV", 2025, "협-약", 1),
        ("DTV", 2025, "", 1),
        ("DTV", 2025, "협약", 0),
    ]:
        with pytest.raises(ValueError, match="document number"):
            formats.document_number(program, year, kind, serial)


MEETUP = datetime(2025, 3, 12, 5, 30, tzinfo=UTC)
LATE = datetime(2025, 3, 11, 15, 0, tzinfo=UTC)


def test_days_are_those_of_seoul() -> None:
    assert formats.day(LATE) == formats.day(date(2025, 3, 12)) == "2025. 3. 12."
    assert formats.day(LATE, "en") == "12 March 2025"
    assert formats.day_with_weekday(LATE) == "2025. 3. 12.(수)"
    assert formats.day_with_weekday(LATE, "en") == "Wed 12 March 2025"
    assert formats.clock(LATE) == "00:00"
    assert formats.instant(MEETUP) == "2025. 3. 12. 14:30"
    assert formats.instant(MEETUP, "en") == "12 March 2025, 14:30"


def test_ranges_say_only_what_differs() -> None:
    assert formats.time_range(MEETUP, MEETUP + timedelta(hours=2)) == "2025. 3. 12.(수) 14:30~16:30"
    assert formats.time_range(MEETUP, MEETUP + timedelta(hours=2), "en") == "Wed 12 March 2025, 14:30–16:30"
    assert formats.time_range(MEETUP, MEETUP + timedelta(hours=12)) == "2025. 3. 12.(수) 14:30 ~ 2025. 3. 13.(목) 02:30"
    assert formats.day_range(date(2025, 3, 12), date(2025, 4, 1)) == "2025. 3. 12. ~ 2025. 4. 1."
    assert formats.day_range(LATE, MEETUP) == "2025. 3. 12."
    assert formats.day_range(date(2025, 3, 12), date(2025, 4, 1), "en") == "12 March 2025 – 1 April 2025"


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        formats.instant(datetime(2025, 3, 12, 14, 30))  # noqa: DTZ001 - the very fault
    with pytest.raises(ValueError, match="before it begins"):
        formats.time_range(MEETUP, LATE)
    with pytest.raises(ValueError, match="before it begins"):
        formats.day_range(date(2025, 4, 1), date(2025, 3, 12))
