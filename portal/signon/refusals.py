"""Why a sign-in through the provider is refused, in words. The exact fault stands in the log, not on the page."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import NotAllowed, Refusal, Unavailable


class SignOnFailed(Refusal):
    code, status = "sign_on_failed", 400
    message = _("기관 로그인의 응답을 확인할 수 없어 로그인하지 않았습니다.")
    hint = _("로그인 화면에서 처음부터 다시 시도해 주십시오. 계속되면 기관 관리자에게 알려 주십시오.")


class ProviderAway(Unavailable):
    code = "provider_unavailable"
    message = _("기관 로그인 서버에 연결할 수 없습니다.")
    hint = _("잠시 후 다시 시도하시거나 비밀번호로 로그인해 주십시오.")


class AddressNotAccepted(NotAllowed):
    code = "address_not_accepted"
    message = _("이 로그인으로 들어올 수 있는 이메일 주소가 아닙니다.")
    hint = _("확인된 소속 기관 이메일 주소인지 기관의 전산 담당자에게 문의해 주십시오.")


class LinkedOtherwise(NotAllowed):
    code = "linked_otherwise"
    message = _("이 이메일 주소의 계정은 다른 기관 로그인에 연결되어 있거나 주소 확인이 끝나지 않았습니다.")
    hint = _("비밀번호로 로그인하여 이메일 주소를 확인하시거나 기관 관리자에게 문의해 주십시오.")


class AccountClosed(NotAllowed):
    code = "account_closed"
    message = _("사용이 중지된 계정입니다.")
    hint = _("소속 기관의 관리자에게 문의해 주십시오.")
