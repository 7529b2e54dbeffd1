"""Links to Google Sheets as people copy them."""

import pytest

from catalog.imports.sources import google_sheets
from catalog.imports.sources.answers import Failed, check_status

ID = "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms"
SHEET = f"https://docs.google.com/spreadsheets/d/{ID}"
PUBLISHED = "https://docs.google.com/spreadsheets/d/e/2PACX-1vQabcdefgh"


@pytest.mark.parametrize(
    "link, file",
    [
        (f"{SHEET}/edit#gid=123", f"{SHEET}/export?format=csv&gid=123"),
        (f"{SHEET}/edit?gid=7#gid=123", f"{SHEET}/export?format=csv&gid=123"),
        (f" {SHEET}/edit?usp=sharing ", f"{SHEET}/export?format=csv"),
        (f"{SHEET}/htmlview?gid=5", f"{SHEET}/export?format=csv&gid=5"),
        (SHEET, f"{SHEET}/export?format=csv"),
        (SHEET.replace("spreadsheets/d", "spreadsheets/u/1/d"), f"{SHEET}/export?format=csv"),
        (SHEET.replace(".com/", ".com/a/shop.example/"), f"{SHEET}/export?format=csv"),
        (f"{SHEET}/export?format=xlsx", f"{SHEET}/export?format=xlsx"),
        (f"{SHEET}/gviz/tq?tqx=out:csv&sheet=A", f"{SHEET}/gviz/tq?tqx=out:csv&sheet=A"),
        (f"{PUBLISHED}/pubhtml?gid=3&single=true", f"{PUBLISHED}/pub?output=csv&gid=3&single=true"),
        (f"{PUBLISHED}/pub?output=csv", f"{PUBLISHED}/pub?output=csv"),
    ],
)
def test_a_link_becomes_a_file(link: str, file: str) -> None:
    assert google_sheets.file_of(link) == file


@pytest.mark.parametrize(
    "link",
    [
        f"http://docs.google.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com.evil.example/spreadsheets/d/{ID}/edit",
        f"https://user@docs.google.com/spreadsheets/d/{ID}/edit",
        f"https://evil.example/https://docs.google.com/spreadsheets/d/{ID}/edit",
        f"https://docs.google.com/document/d/{ID}/edit",
        "https://docs.google.com/spreadsheets/d/short/edit",
    ],
)
def test_another_link_stays_as_it_is(link: str) -> None:
    assert google_sheets.file_of(link) is None


def test_redirects_stay_with_google_and_a_sign_in_is_not_shared() -> None:
    google_sheets.check_redirect("https://doc-0s-sheets.googleusercontent.com/export/x")
    google_sheets.check_redirect("https://docs.google.com/x")
    for url, why in (
        ("https://accounts.google.com/ServiceLogin?continue=x", "is not shared"),
        ("https://googleusercontent.com.evil.example/x", "not Google's"),
        ("http://169.254.169.254/", "not Google's"),
    ):
        with pytest.raises(Failed, match=why):
            google_sheets.check_redirect(url)


@pytest.mark.parametrize("status, why", [(401, "is not shared"), (403, "is not shared"), (500, "responded with 500")])
def test_a_sheet_that_is_closed_is_not_shared(status: int, why: str) -> None:
    with pytest.raises(Failed, match=why), google_sheets.in_words():
        check_status(status, {})
