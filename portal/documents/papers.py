"""From a template and frozen data to the HTML of a paper. A field that the data lack is a fault, never a blank.

A room declares the fields of its paper: `declare("documents/x.html", fields=["recipient.company", "rows[].name"])`.
What the template asks for besides, and what is declared and never printed, is found by the tests
(`used_fields`), before anybody issues the paper.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.template import Context, Engine

from portal.documents.pdf import PaperFault
from portal.documents.plain import plain_data

# What every paper says of itself (portal.documents.operations).
STATED = frozenset({"number", "title", "date", "created", "issuer", "code", "verify_url", "notice"})

_declared: dict[str, frozenset[str]] = {}


def declare(template: str, *, fields: Iterable[str]) -> None:
    """A room says what its paper is filled with: dotted names, "[]" after a list."""
    _declared[template] = frozenset(fields)


def declared() -> dict[str, frozenset[str]]:
    return dict(_declared)


def check_fields(template: str, data: Mapping[str, Any]) -> None:
    """Raises PaperFault where the data are more or less than what the room has declared of the template."""
    if template not in _declared:
        return
    wanted, given = _declared[template], set(_leaves(data))
    empty = tuple(name for name in given if name.endswith("[]"))
    lacking = {name for name in wanted - given if not (empty and name.startswith(empty))}
    if lacking:
        raise PaperFault(f"{template}: the data lack {', '.join(sorted(lacking))}")
    if unknown := given - wanted - set(empty):
        raise PaperFault(f"{template}: the data have {', '.join(sorted(unknown))}, which nobody has declared")


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    """The names of everything that is said; of an empty list its own name with "[]"."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, f"{path}[]")
        if not value:
            yield f"{path}[]"
    else:
        yield path


class _Frozen(dict[str, Any]):
    """Frozen data that remembers what was asked in vain: Django's templates would print nothing and say nothing."""

    def __init__(self, data: Mapping[str, Any], lacking: list[str], path: str = "") -> None:
        super().__init__({name: _frozen(inner, lacking, f"{path}{name}") for name, inner in data.items()})
        self.lacking, self.path = lacking, path

    def __missing__(self, name: str) -> Any:
        self.lacking.append(self.path + name)
        raise KeyError(name)


def _frozen(value: Any, lacking: list[str], path: str) -> Any:
    if isinstance(value, Mapping):
        return _Frozen(value, lacking, f"{path}.")
    if isinstance(value, list | tuple):
        return [_frozen(inner, lacking, f"{path}[]") for inner in value]
    return value


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
    fields = _Fields(plain_data(data))
    html = engine().get_template(template).render(fields)
    if fields.lacking:
        raise PaperFault(f"{template}: the data lack {', '.join(sorted(set(fields.lacking)))}")
    return html


@cache
def engine() -> Engine:
    """Papers have an engine of their own: no context processors, no components, none of the site's language."""
    words = {"paper": "portal.documents.templatetags.paper"}
    return Engine(dirs=[str(settings.BASE_DIR / "templates")], libraries=words, autoescape=True)
