"""Every paper declares its fields; its template asks for these and no others."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine

from portal.documents import papers
from portal.documents.fields import used_fields
from portal.documents.pdf import PaperFault

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def all_papers() -> list[str]:
    """Every template that is printed, found on the disk: a paper nobody has declared is found, too."""
    found = [path for path in TEMPLATES.rglob("*.html") if "{% load paper %}" in path.read_text()]
    return sorted(str(p.relative_to(TEMPLATES)) for p in found if p.name != "letter.html")


def gaps(used: frozenset[str], declared: frozenset[str]) -> tuple[set[str], set[str]]:
    """(asked for and not declared, declared and never asked for)."""
    known = declared | papers.STATED
    lacking = {
        name for name in used if name not in known and not any(k.startswith((f"{name}.", f"{name}[]")) for k in known)
    }
    return lacking, set(declared - used)


@pytest.mark.parametrize("template", all_papers())
def test_a_paper_asks_for_what_its_room_declares(template):
    assert template in papers.declared(), "declare its fields with portal.documents.papers.declare()"
    assert gaps(used_fields(papers.engine(), template), papers.declared()[template]) == (set(), set())


def test_every_declared_paper_has_a_template():
    assert set(papers.declared()) <= set(all_papers()) and papers.declared()


def engine_of(**templates: str) -> Engine:
    loaders = [("django.template.loaders.locmem.Loader", {f"{name}.html": text for name, text in templates.items()})]
    return Engine(loaders=loaders, libraries={"paper": "portal.documents.templatetags.paper"})


def test_every_branch_is_looked_into():
    """The controls: what the generic test would find, in every place where a field can hide."""
    engine = engine_of(
        base="{{ title }}{% block a %}{% endblock %}",
        part="{{ from_part }}",
        paper=(
            "{% extends 'base.html' %}{% load paper %}{% block a %}"
            "{% if decision == other %}{{ amount|paper_won }}{% else %}{{ message|default:spare }}{% endif %}"
            "{% for row in rows %}{{ row.name }}{{ forloop.counter }}{% for tag in row.tags %}{{ tag }}{% endfor %}{% endfor %}"
            "{% with x=deep.inner %}{{ x.most }}{% endwith %}{% include 'part.html' %}{% endblock %}"
        ),
    )
    assert used_fields(engine, "paper.html") == {
        "title", "decision", "other", "amount", "message", "spare", "rows", "rows[].name", "rows[].tags", "rows[].tags[]",
        "deep.inner", "deep.inner.most", "from_part",
    }  # fmt: skip


def test_a_lacking_and_an_unused_field_are_found():
    used = used_fields(engine_of(paper="{{ a }}{{ b.c }}{% for r in rows %}{{ r.x }}{% endfor %}"), "paper.html")
    assert gaps(used, frozenset({"a", "b.c", "rows[].x"})) == (set(), set())
    assert gaps(used, frozenset({"a", "rows[].x"})) == ({"b.c"}, set())
    assert gaps(used, frozenset({"a", "b.c", "rows[].x", "rows[].y"})) == (set(), {"rows[].y"})


def test_a_tag_that_hides_its_fields_is_refused():
    with pytest.raises(PaperFault, match="may not use"):
        used_fields(engine_of(paper="{% firstof a b %}"), "paper.html")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ({"a": 1, "b": {"c": 2}, "rows": [{"x": 1}]}, ""),
        ({"a": 1, "b": {"c": 2}, "rows": []}, ""),
        ({"a": 1, "b": {}, "rows": []}, "lack b.c"),
        ({"a": 1, "b": {"c": 2}, "rows": [{}]}, r"lack rows\[\].x"),
        ({"a": 1, "b": {"c": 2}, "rows": [], "more": 1}, "have more"),
    ],
)
def test_the_data_are_what_is_declared(monkeypatch, data, fault):
    monkeypatch.setattr(papers, "_declared", {"t.html": frozenset({"a", "b.c", "rows[].x"})})
    if fault:
        with pytest.raises(PaperFault, match=fault):
            papers.check_fields("t.html", data)
    else:
        papers.check_fields("t.html", data)


def test_a_field_missing_in_one_row_is_a_fault_not_a_blank(monkeypatch):
    monkeypatch.setattr(papers, "engine", lambda: engine_of(t="{% for r in rows %}{{ r.x }}{% endfor %}"))
    assert papers.html_of("t.html", {"rows": [{"x": 1}, {"x": 2}]}) == "12"
    with pytest.raises(PaperFault, match="x"):
        papers.html_of("t.html", {"rows": [{"x": 1}, {}]})
