"""Where the documents stand in the menu, and the messages about them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.roles import Kind
from portal.notifications.messages import declare
from portal.web.registry import NavItem, add_nav


def register() -> None:
    add_nav(NavItem(_("문서함"), "documents:list", kinds=frozenset(Kind), order=90))
    add_nav(NavItem(_("일괄 발급"), "document-batches:list", frozenset({Kind.MINISTRY, Kind.FOUNDATION}), order=91))
    declare(
        "batch.finished",
        title=_("문서 %(count)s건 발급 완료: %(title)s"),
        body=_("한꺼번에 발급하신 문서의 파일이 모두 만들어졌습니다. 문서함에서 내려받으실 수 있습니다."),
        url_name="document-batches:detail",
    )
    declare(
        "batch.stuck",
        title=_("문서를 만들지 못함: %(number)s"),
        body=_(
            "여러 번 시도하였으나 문서 파일을 만들지 못했습니다. 시스템 운영자에게 문의해 주십시오. "
            "다른 문서는 계속 만들어집니다."
        ),
        url_name="document-batches:detail",
    )
    declare(
        "document.revoked",
        title=_("발급 취소: %(number)s"),
        body=_("발급된 문서가 취소되어 더 이상 유효하지 않습니다. 문서 화면에서 사유를 확인해 주십시오."),
        url_name="documents:detail",
    )
