"""The page of proofs keeps what other proofs have recorded."""

from tests import proofs


def test_a_proof_changes_its_own_table(tmp_path):
    page = tmp_path / "proofs.md"
    proofs.record("B", page=page, guard="up", attempts=1000, faults=0)
    proofs.record("A", page=page, seconds=1.5)
    proofs.record("B", page=page, guard="down", attempts=1000, faults=7)
    proofs.record("B", page=page, guard="up", attempts=2000, faults=0, note="a|b")
    text = page.read_text()
    assert text.index("## A") < text.index("## B")
    assert "1.5 |" in text
    assert "| up | 2,000 | 0 | a/b |" in text
    assert "| down | 1,000 | 7 |  |" in text
    assert "| up | 1,000" not in text
