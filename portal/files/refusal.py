"""How the portal says no to a file."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Refusal


class RefusedFile(Refusal):
    """A file that isn't taken: `message` says what is wrong, `hint` what to do, `code` is stable for the API."""

    status = 422

    def __init__(self, code: str, message: Any, hint: Any) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class NotServed(Refusal):
    """A file that isn't (or not yet) known to be clean. `code` says which: file_waiting, file_refused …"""

    _WORDS: ClassVar[dict[str, tuple[Any, Any]]] = {
        "waiting": (
            _("파일의 안전 검사가 아직 끝나지 않아 내려받을 수 없습니다."),
            _("보통 1분 안에 끝납니다. 잠시 후 다시 시도해 주십시오."),
        ),
        "refused": (
            _("안전 검사에서 차단되어 내려받을 수 없는 파일입니다."),
            _("올린 분에게 깨끗한 파일을 새로 만들어 다시 올려 달라고 요청해 주십시오."),
        ),
        "unchecked": (
            _("파일이 안전한지 확인하지 못해 내려받을 수 없습니다."),
            _("검사 프로그램이 다시 연결되면 자동으로 검사합니다. 잠시 후 다시 시도해 주십시오."),
        ),
        "removed": (
            _("올린 기관이 삭제하여 내려받을 수 없는 파일입니다."),
            _("파일이 필요하시면 올린 기관에 문의해 주십시오."),
        ),
    }

    def __init__(self, state: str) -> None:
        message, hint = self._WORDS[state]
        super().__init__(message, hint=hint)
        self.code = f"file_{state}"


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
