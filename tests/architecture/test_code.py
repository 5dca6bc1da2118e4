"""Rules about the code itself."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from portal.celery import app
from portal.outbox.post import jobs
from portal.site.workflowdocs import render, workflows
from portal.web.views import ACCESS

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("portal", "programs", "matching", "agreements")
# Pages that are not ours, each with the reason why they may be open.
FOREIGN = {
    "accounts/": "django-allauth: sign-in, second factor, sessions; guards itself",
    "i18n/": "Django's language switch: sets a cookie",
    "api/v1/": "the API: DRF permissions, tested in tests/api",
}


def sources():
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def routes(patterns=None, prefix=""):
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, route)
        elif isinstance(entry, URLPattern):
            yield route, entry


def test_every_page_says_who_may_open_it():
    found = 0
    for route, entry in routes():
        if any(route.startswith(prefix) for prefix in FOREIGN):
            continue
        found += 1
        assert getattr(entry.callback, "portal_access", None) in ACCESS, f"{route}: no @page(access)"
    assert found > 20


def test_every_workflow_says_everything_in_both_languages():
    names = [flow.name for flow in workflows()]
    assert len(names) == len(set(names))
    for flow in workflows():
        for state, info in flow.info.items():
            assert str(info.next_step).strip(), f"{flow.name}.{state}: no next step in words"
            if not info.final and info.turn == ():
                assert state in {"checking", "confirming", "waiting", "ready", "failed"}, (
                    f"{flow.name}.{state}: nobody's turn"
                )
        for step in flow:
            assert step.by or step.hidden, f"{flow.name}.{step.name}: nobody may"
            assert str(step.label).strip()


def test_workflow_docs_are_up_to_date():
    written = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert written == render(), "run: python manage.py workflow_docs"


def test_tasks_take_keywords():
    ours = {name: task for name, task in app.tasks.items() if name.startswith(FLOORS)}
    assert {"portal.outbox.tasks.relay", "portal.outbox.tasks.work"} <= set(ours)
    for name, task in ours.items():
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY, f"{name} takes {parameter} by position"


def test_jobs_take_the_actor_and_ids():
    assert jobs()
    for name, declared in jobs().items():
        parameters = inspect.signature(declared.function).parameters
        assert "actor" in parameters, f"{name} can't check rights again"
        assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in parameters.values()), name


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_file_is_small_and_plain(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, "split it along the domain"
    assert path.name not in {"utils.py", "helpers.py", "services.py", "managers.py"}
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            words = (ast.get_docstring(node, clean=False) or "").count("\n")
            assert (node.end_lineno or 0) - node.lineno - words <= 60, f"{node.name} does more than one thing"


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_clock_comes_with_the_actor(path):
    if path.parent.name in {"kernel", "devstack"} or path.name == "clock.py":
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(", text), "use actor.now"


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_operations_write(path):
    """Pages, tables, forms, queries and API parse and render; they don't store."""
    if path.name not in {"views.py", "api.py", "tables.py", "queries.py", "policy.py", "workflow.py"}:
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\.(save|bulk_create|bulk_update|update_or_create|get_or_create)\(", text), (
        "an operation's work"
    )
    assert not re.search(r"objects[\w.()=,\s]*\.(create|update|delete)\(", text), "an operation's work"
