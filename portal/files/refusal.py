"""How the portal says no to a file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Refusal


class RefusedFile(Refusal):
    """A file that isn't taken: `message` says what is wrong, `hint` what to do, `code` is stable for the API."""

    status = 422

    def __init__(self, code: str, message: Any, hint: Any) -> None:
        super().__init__(message, hint=hint)
        self.code = code


def damaged() -> RefusedFile:
    return RefusedFile(
        "file_damaged",
        _("파일이 손상되었거나 끝까지 올라오지 않았습니다."),
        _("파일이 열리는지 확인한 뒤 다시 올려 주십시오."),
    )


def bomb() -> RefusedFile:
    return RefusedFile(
        "file_bomb",
        _("압축을 풀면 지나치게 커지는 파일입니다."),
        _("필요 없는 시트나 그림을 지우고 다시 저장해 올려 주십시오."),
    )
