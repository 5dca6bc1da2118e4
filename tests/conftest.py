"""The test runtime: engines, database, and stricter rules than production's.

The database is made once by the owner's migrations (a template, kept as long as the migrations stay the same) and
cloned per process; tests run as the application's role, so that row security holds in every test.
"""

import gc
import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.fixtures"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest, worker_id: str) -> Iterator[None]:
    """A clone of the template database for this process."""
    from django.test import TransactionTestCase

    from tests.database import clone_of_template, drop, empty, schema_key

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        name = clone_of_template(schema_key(), f"{os.getpid()}_{worker_id}")
        # Tests with real commits end with emptied tables; Django's own flush needs rights that we don't have.
        TransactionTestCase._fixture_teardown = lambda _self: empty(name)  # type: ignore[method-assign]
        yield
        drop(name)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return str(getattr(request.config, "workerinput", {}).get("workerid", "main"))


@pytest.fixture(autouse=True)
def _korean() -> Iterator[None]:
    """Every test begins in Korean: a client's request leaves its language behind."""
    from django.utils import translation

    with translation.override("ko"):
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Full-size proofs run with `make prove` only; journeys in a browser, the longest, are begun first."""
    proofs = [item for item in items if item.get_closest_marker("prove")]
    if proofs and not os.environ.get("PORTAL_PROVE"):
        config.hook.pytest_deselected(items=proofs)
        items[:] = [item for item in items if item not in proofs]
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector needn't look through it for every test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
