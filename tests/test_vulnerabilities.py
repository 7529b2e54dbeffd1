"""What pip-audit's answer means for `make test`."""

import json

from tests.support.find_vulnerabilities import judged

FINE = {"name": "flask", "version": "3.1.0", "vulns": []}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found"}
HOLE = FINE | {"vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.1"]}]}


def report(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_hole_fails_and_says_where_it_is_mended() -> None:
    code, sentence = judged(report(FINE, HOLE), "")
    assert code == 1 and "flask 3.1.0: PYSEC-1, mended in 3.1.1" in sentence


def test_what_nobody_knows_is_counted_not_called_safe() -> None:
    code, sentence = judged(report(FINE, UNKNOWN), "")
    assert (code, "1 of 2 packages" in sentence) == (0, True)


def test_without_a_network_one_line_says_so() -> None:
    code, sentence = judged("", "Traceback\nConnectionError: no route\n")
    assert code == 0 and sentence.count("\n") == 0 and "no route" in sentence
