"""What a startup may not do before its registration certificate and representative have been checked."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.kernel.workflow import Guard


def unverified(obj: Any, _actor: Any) -> Any:
    """In words that the object's startup has not been checked yet; nothing where it has."""
    if obj.startup.verified_at is None:
        return _(
            "사업자등록증과 대표자의 확인이 끝나지 않았습니다. 중소벤처기업부 담당자나 창조경제혁신센터가 확인한 뒤에 "
            "할 수 있습니다."
        )
    return ""


VERIFIED = Guard("verified", unverified)
"""Before consent, signature, and whatever moves money to a startup."""
