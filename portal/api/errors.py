"""What the API refuses by itself, before any room is asked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import NotAllowed, Refusal


class Malformed(Refusal):
    """The request can't be read: broken JSON, an unknown filter, a cursor that isn't ours."""

    code, status = "malformed", 400
    message = _("요청의 형식이 올바르지 않습니다.")
    hint = _("API 문서(/api/v1/docs/)의 형식을 확인해 주십시오.")


class NotSignedIn(Refusal):
    code, status = "not_authenticated", 401
    message = _("로그인이나 API 토큰이 필요합니다.")
    hint = _("Authorization 헤더에 ‘Bearer 토큰’을 보내거나 먼저 로그인해 주십시오.")


class PlainAddress(Refusal):
    """Asked over plain HTTP. A redirect would let the program go on sending its token where everybody reads it."""

    code, status = "https_required", 403
    message = _("API는 HTTPS로만 답합니다.")
    hint = _("주소를 https://로 바꾸고, 평문으로 보낸 토큰은 계정 화면에서 폐기한 뒤 새로 발급해 주십시오.")


class InvalidToken(Refusal):
    """Unknown, expired, revoked, or its membership has ended: which one is not said."""

    code, status = "invalid_token", 401
    message = _("API 토큰을 사용할 수 없습니다.")
    hint = _("토큰이 만료되었거나 폐기되었을 수 있습니다. 계정 화면에서 새 토큰을 발급해 주십시오.")


class WrongScope(NotAllowed):
    code = "wrong_scope"
    message = _("이 토큰의 권한 범위로는 할 수 없는 요청입니다.")
    hint = _("필요한 범위(read, write, money)를 포함한 토큰을 발급해 주십시오.")


class CsrfFailed(NotAllowed):
    code = "csrf_failed"
    message = _("요청이 이 사이트에서 온 것인지 확인할 수 없습니다.")
    hint = _("X-CSRFToken 헤더를 함께 보내거나 API 토큰을 사용해 주십시오.")


class MethodNotAllowed(Refusal):
    code, status = "method_not_allowed", 405
    message = _("이 주소에서는 사용할 수 없는 요청 방식입니다.")


class NotAcceptable(Refusal):
    code, status = "not_acceptable", 406
    message = _("요청하신 응답 형식은 제공하지 않습니다.")
    hint = _("Accept 헤더에 application/json을 적어 주십시오.")


class PreconditionFailed(Refusal):
    """If-Match names an older version: somebody was faster."""

    code, status = "changed_meanwhile", 412
    message = _("다른 사람이 먼저 저장했습니다.")
    hint = _("최신 내용을 다시 읽고 ETag를 If-Match에 적어 보내 주십시오.")


class TooLarge(Refusal):
    code, status = "too_large", 413
    message = _("보내신 내용이 너무 큽니다.")


class UnsupportedMediaType(Refusal):
    code, status = "unsupported_media_type", 415
    message = _("지원하지 않는 형식의 본문입니다.")
    hint = _("application/json 또는 multipart/form-data로 보내 주십시오.")


class PreconditionRequired(Refusal):
    code, status = "precondition_required", 428
    message = _("If-Match 헤더가 필요합니다.")
    hint = _("내용을 읽을 때 받은 ETag를 If-Match에 적어 보내 주십시오.")


class TooManyRequests(Refusal):
    code, status = "too_many_requests", 429
    message = _("요청이 너무 많습니다.")
    hint = _("Retry-After 헤더의 시간(초)이 지난 뒤 다시 보내 주십시오.")

    def __init__(self, *args: Any, wait: int = 60, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wait = wait


class KeyRequired(Refusal):
    code, status = "idempotency_key_required", 400
    message = _("Idempotency-Key 헤더가 필요합니다.")
    hint = _("자금과 관련된 요청마다 새로운 값(예: UUID)을 100자 이내의 영문·숫자로 적어 보내 주십시오.")


class KeyReused(Refusal):
    code = "idempotency_key_reused"
    message = _("같은 Idempotency-Key로 다른 내용을 보내셨습니다.")
    hint = _("새로운 요청에는 새로운 값을 사용해 주십시오.")


class InProgress(Refusal):
    code = "in_progress"
    message = _("같은 Idempotency-Key의 요청을 처리하고 있습니다.")
    hint = _("잠시 뒤 같은 요청을 다시 보내면 그 결과를 받으실 수 있습니다.")


class AlreadyThere(Refusal):
    """The database refused: something with the same key is there, or a rule between rows would break."""

    code = "conflict"
    message = _("이미 있는 내용이거나 다른 내용과 맞지 않아 저장하지 못했습니다.")
    hint = _("현재 내용을 다시 읽어 확인해 주십시오.")
