"""A document of two pages costs a worker little time and little memory, sealed and with its HWPX."""

import pytest

from bench import papers
from tests import proofs


@pytest.mark.prove
def test_two_pages_are_cheap_in_time_and_memory():
    found = papers.measure()
    proofs.record(
        "Documents of two pages",
        documents=papers.PRINTED,
        pages=found.pages,
        **{
            "printing ms CPU": round(found.printing),
            "sealing ms CPU": round(found.sealing),
            "HWPX ms CPU": round(found.hwpx),
            "all ms CPU": round(found.whole),
            "worker MB": round(found.memory),
            f"grown over {papers.PRINTED} MB": round(found.growth, 1),
        },
    )
    assert found.pages == 2
    assert found.whole <= 300 and found.memory <= 150 and found.growth <= 5
