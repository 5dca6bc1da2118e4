import pytest

from tests.agreements.scene import Scene


@pytest.fixture
def scene(world):
    return Scene(world)
