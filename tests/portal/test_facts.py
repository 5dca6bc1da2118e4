"""What is announced is kept as it is, and said in each reader's language."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal.kernel.facts import kept, said
from portal.notifications.messages import rendered

START, END = datetime(2025, 3, 12, 5, 30, tzinfo=UTC), datetime(2025, 3, 12, 6, 0, tzinfo=UTC)
SUBJECT = "01890000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("fact", "korean", "english"),
    [
        (date(2025, 3, 12), "2025. 3. 12.", "12 March 2025"),
        (START, "2025. 3. 12. 14:30", "12 March 2025, 14:30"),
        ((START, END), "2025. 3. 12.(수) 14:30~15:00", "Wed 12 March 2025, 14:30–15:00"),
        ("라온 밋업", "라온 밋업", "라온 밋업"),
        (3, "3", "3"),
    ],
)
def test_a_fact_is_said_in_the_readers_language(fact, korean, english):
    assert (said(kept(fact), "ko"), said(kept(fact), "en")) == (korean, english)


def test_a_meetups_day_and_time_are_each_readers_own():
    facts = {"name": "공동 밋업", "venue": "서울", "day": kept(date(2025, 3, 12))}
    with translation.override("en"):
        title, _body, _path = rendered("meetup.published", facts, SUBJECT)
        assert title.endswith("(12 March 2025)")
        title, _body, _path = rendered("meeting.cancelled", {"time": kept((START, END))}, SUBJECT)
        assert title.endswith("Wed 12 March 2025, 14:30–15:00")
    with translation.override("ko"):
        assert rendered("meetup.published", facts, SUBJECT)[0].endswith("(2025. 3. 12.)")
