"""Reads about files that are more than a row: the scan in words and numbers, and what an organisation's files take."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.files import clamav
from portal.files.clamav import ScannerAway
from portal.files.models import File
from portal.files.workflow import GONE, State
from portal.security.actor import system

_FINDINGS: dict[str, Any] = {
    "file_virus": gettext_lazy("악성코드"),
    "file_changed": gettext_lazy("저장된 뒤에 바뀐 내용"),
    "file_macro": gettext_lazy("매크로"),
    "file_active": gettext_lazy("스크립트나 실행 동작"),
    "file_embedded": gettext_lazy("끼워 넣은 파일이나 개체"),
    "file_external": gettext_lazy("바깥을 불러오는 연결"),
    "file_bomb": gettext_lazy("압축 폭탄"),
}


def finding_words(finding: str, virus: str = "") -> str:
    """What the scan has found, "" for nothing."""
    if not finding:
        return ""
    words = str(_FINDINGS.get(finding, _("안전하지 않은 내용")))
    return f"{words} ({virus})" if virus else words


def method(signatures: str) -> str:
    """How a file was checked."""
    if not signatures:
        return _("형식 검사")
    return _("형식 검사와 ClamAV(서명 %(signatures)s)") % {"signatures": signatures}


def scanner_words() -> str:
    """What checks the files now, for the operator."""
    if not clamav.is_configured():
        return _(
            "바이러스 검사 프로그램(ClamAV)이 설정되어 있지 않아 형식 검사만으로 판단합니다. "
            "CLAMAV_URL을 설정하면 저장된 파일까지 모두 검사합니다."
        )
    try:
        return _("형식 검사와 ClamAV로 판단합니다. 서명 %(signatures)s에 연결되어 있습니다.") % {
            "signatures": clamav.signatures(patience=2)
        }
    except ScannerAway:
        return _(
            "ClamAV에 연결할 수 없습니다. 새 파일은 내려받을 수 없는 상태로 기다리며, 연결되면 자동으로 검사합니다."
        )


def counts() -> Sequence[tuple[str, int]]:
    """How many files are in each state, whosever they are."""
    with system("files by state, as numbers"):
        found = dict(File.objects.order_by().values_list("state").annotate(Count("pk")))
    return [(str(state.label), found.get(state.value, 0)) for state in State]


def unchecked() -> int:
    """How many files wait for a scanner that couldn't be reached."""
    with system("files without a verdict, as a number"):
        return int(File.objects.filter(state=State.UNCHECKED).count())


def used_bytes(organization_id: UUID) -> int:
    """What the files of an organisation take together."""
    with system("the files of an organisation, as a sum"):
        found = File.objects.filter(owner=organization_id).exclude(state__in=GONE).aggregate(Sum("size"))
    return found["size__sum"] or 0


def quota_bytes() -> int:
    return int(settings.FILE_QUOTA_BYTES)


def used_words(organization_id: UUID) -> str:
    """What an organisation's files take of its share."""
    used, most = used_bytes(organization_id), quota_bytes()
    return _("%(used)s / %(most)s (%(percent)d%%)") % {
        "used": filesizeformat(used),
        "most": filesizeformat(most),
        "percent": used * 100 // max(most, 1),
    }
