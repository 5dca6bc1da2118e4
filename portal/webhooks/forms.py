"""What an administrator fills in for a webhook."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.notifications.messages import declared
from portal.web.forms import ActorForm, NewForm

FACT = re.compile(r"\s*[:：‘“(]*\s*%\(\w+\)s[’”)]*")


def event_choices() -> list[tuple[str, Any]]:
    """Every event with its message's title, without the facts of a single one."""
    return [(name, f"{FACT.sub('', str(t.title)).strip()} ({name})") for name, t in sorted(declared().items())]


def _url() -> forms.CharField:
    return forms.CharField(
        label=_("주소"),
        max_length=500,
        help_text=_("https://로 시작하는 주소를 적어 주십시오. 내부망이나 사설 주소는 호출하지 않습니다."),
    )


def _events() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("사건"),
        choices=event_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("등록하신 분이 볼 수 있는 사건만 전달됩니다. 내용은 보내지 않고 번호와 API 주소만 보냅니다."),
    )


class WebhookForm(NewForm):
    url = _url()
    events = _events()


class WebhookEditForm(ActorForm):
    url = _url()
    events = _events()
