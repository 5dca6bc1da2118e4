"""From a template and frozen data to the HTML of a paper. A field that the data lack is a fault, never a blank."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine

from portal.documents.pdf import PaperFault


class _Frozen(dict[str, Any]):
    """Frozen data that remembers what was asked in vain: Django's templates would print nothing and say nothing."""

    def __init__(self, data: Mapping[str, Any], lacking: list[str], path: str = "") -> None:
        inner = {k: _Frozen(v, lacking, f"{path}{k}.") if isinstance(v, Mapping) else v for k, v in data.items()}
        super().__init__(inner)
        self.lacking, self.path = lacking, path

    def __missing__(self, name: str) -> Any:
        self.lacking.append(self.path + name)
        raise KeyError(name)


class _Fields(Context):
    """A template's context over frozen data: every name must be there."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.lacking: list[str] = []
        super().__init__(_Frozen(data, self.lacking), use_l10n=False)

    def __getitem__(self, name: Any) -> Any:
        for layer in reversed(self.dicts):
            if name in layer:
                return layer[name]
        self.lacking.append(name)
        raise KeyError(name)


def html_of(template: str, data: Mapping[str, Any]) -> str:
    """The paper's HTML. Raises PaperFault where the template asks for a field that the data don't have."""
    fields = _Fields(data)
    html = _engine().get_template(template).render(fields)
    if fields.lacking:
        raise PaperFault(f"{template}: the data lack {', '.join(sorted(set(fields.lacking)))}")
    return html


@cache
def _engine() -> Engine:
    """Papers have an engine of their own: no context processors, no components, none of the site's language."""
    words = {"paper": "portal.documents.templatetags.paper"}
    return Engine(dirs=[str(settings.BASE_DIR / "templates")], libraries=words, autoescape=True)
