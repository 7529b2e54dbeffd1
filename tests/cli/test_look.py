"""`catalog look` says what the page says, without a server."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from catalog.cli.command_line import main


def look(path: Path, text: str, *options: str) -> Result:
    """The command on a file of this text."""
    path.write_text(text)
    return CliRunner().invoke(main, ["look", str(path), *options])


def test_a_good_file_is_judged_and_read_in_words(tmp_path: Path) -> None:
    done = look(tmp_path / "a.csv", "sku;name;Preis\nA;Lamp;1.234,50\nB;;2\n")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "1 of 2 rows ready. 1 has no name.",
        "CSV, UTF-8, semicolon, prices like 1.234,50",
        "sku\tsku",
        "name\tname",
        "Preis\tprice",
    ]


def test_questions_and_problems_have_their_exit_codes(tmp_path: Path) -> None:
    asked = look(tmp_path / "a.csv", "sku;name;price\nA;Lamp;1.234\n", "--json")
    assert asked.exit_code == 3
    assert [one["kind"] for one in json.loads(asked.stdout)["questions"]] == ["numbers"]
    wrong = look(tmp_path / "b.csv", 'sku,name\nA,"Lamp\n')
    assert wrong.exit_code == 1 and "quote" in wrong.stdout
