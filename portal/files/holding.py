"""Which files may be removed: what somebody has handed in stays.

The room whose object a file belongs to says so (`release`); a file of a room that says nothing stays.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

Holds = Callable[[Any], Any]
_rooms: dict[str, Holds] = {}


def release(subject: str, holds: Holds) -> None:
    """Files about a model ("recommendations.upload") may be removed where `holds(file)` has no words against it."""
    _rooms[subject] = holds


def in_use(file: Any, _actor: Any) -> Any:
    """Why the file must stay, "" where it may go."""
    return _rooms.get(file.subject, _handed_in)(file)


def _handed_in(_file: Any) -> Any:
    return _("제출한 자료에 쓰인 파일이라 삭제할 수 없습니다.")
