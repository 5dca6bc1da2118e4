"""The head of the chain, kept where whoever rules the database can't change it: a folder, a mailbox."""

from pathlib import Path

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from portal.audit.verification import Head, head


def keep(*, folder: str = "", mail: str = "") -> Head | None:
    """Write the present head as a file and mail it, as far as the settings (or the arguments) name where.

    Returns it, None while nothing is sealed. A file is never written over.
    """
    now = head()
    if now is None:
        return None
    folder, mail = folder or settings.RECORD_HEAD_FOLDER, mail or settings.RECORD_HEAD_MAIL
    if folder:
        path = Path(folder) / f"head-{now.number:012d}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(now.text() + "\n", encoding="utf-8")
    if mail:
        subject = _("접속기록 봉인값 %(number)s번") % {"number": now.number}
        words = _("접속기록의 현재 봉인값입니다. 이 메일을 지우지 말고 보관해 주십시오. 기록을 확인할 때 대조합니다.")
        send_mail(subject, f"{words}\n\n{now.text()}\n", None, [mail])
    return now


def kept() -> list[Head]:
    """The heads in the folder. Raises ValueError where one is not the portal's."""
    folder = settings.RECORD_HEAD_FOLDER
    found = sorted(Path(folder).glob("head-*.json")) if folder else []
    return [Head.read(path.read_text(encoding="utf-8")) for path in found]
