"""The form field for a file: says beforehand what it takes; the operation that stores the file decides."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.files.checks import KINDS


class UploadField(forms.FileField):
    """A file of one of the `kinds` (names of `portal.files.checks.KINDS`), at most `max_size` bytes.

    The browser is told both and refuses early; `portal.files.operations.store` checks the content.
    """

    def __init__(self, *, kinds: frozenset[str], max_size: int | None = None, **given: Any) -> None:
        if unknown := kinds - KINDS.keys():
            raise ValueError(f"no such kinds of files: {sorted(unknown)}")
        self.kinds = kinds
        self.max_size = max_size or settings.FILE_MAX_BYTES
        given.setdefault("widget", forms.FileInput)
        super().__init__(**given)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        endings = sorted(f".{ending}" for kind in self.kinds for ending in KINDS[kind].extensions)
        return super().widget_attrs(widget) | {"accept": ",".join(endings), "data-max-size": str(self.max_size)}

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if upload and upload.size > self.max_size:
            limit = self.max_size // (1024 * 1024) or 1
            raise ValidationError(
                _("파일이 너무 큽니다(최대 %(limit)s MB). 나누거나 줄여서 다시 올려 주십시오.") % {"limit": limit}
            )
        return upload
