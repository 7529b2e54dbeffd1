"""Pages write dates, times and numbers as their viewer does: as the browser at first, then as chosen on /account."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import notation
from catalog.models import AuditEvent, User, db
from catalog.notation import plural
from catalog.people import COMMAND_LINE, locales, tokens, users
from catalog.web.rendering import viewer
from tests.conftest import EMAIL, create, csrf, signed_in
from tests.people.test_users import post

NOON = datetime(2026, 11, 30, 12, 5, 9, tzinfo=UTC)


def in_the_way_of(tag: str, zone: str) -> viewer.Viewer:
    """The notation of a locale and a time zone."""
    locale = locales.locale(tag)
    assert locale
    return viewer.Viewer(locale, locales.zone(zone))


@pytest.mark.parametrize(
    ("tag", "zone", "moment", "number"),
    [
        ("de-DE", "Europe/Berlin", "30 Nov 2026, 13:05", "145.000,50"),
        ("en-US", "America/New_York", "Nov 30, 2026, 7:05 AM", "145,000.50"),
        ("hi-IN", "Asia/Kolkata", "30 Nov 2026, 5:35 PM", "1,45,000.50"),
        ("fr-CA", "America/Toronto", "30 Nov 2026, 07:05", "145\xa0000,50"),
        ("ja-JP", "Asia/Tokyo", "2026 Nov 30, 21:05", "145,000.50"),
        ("ar-EG", "Africa/Cairo", "30 Nov 2026, 2:05 PM", "145,000.50"),
        ("de-CH", "Europe/Zurich", "30 Nov 2026, 13:05", "145'000.50"),
        ("en-GB", "", "30 Nov 2026, 12:05 UTC", "145,000.50"),
    ],
)
def test_a_locale_decides_order_clock_and_signs_and_words_stay_english(
    tag: str, zone: str, moment: str, number: str
) -> None:
    who = in_the_way_of(tag, zone)
    assert (who.moment(NOON), who.number(145_000.5, 2)) == (moment, number)


def test_a_swiss_million_keeps_all_its_group_signs() -> None:
    assert in_the_way_of("de-CH", "").number(1_234_567) == "1'234'567"


def test_all_locales_write_dates_in_english() -> None:
    plain = re.compile(r"(30 Nov 2026|Nov 30, 2026|2026 Nov 30), (12:05|12:05 PM) UTC")
    for tag in locales.locales():
        assert plain.fullmatch(in_the_way_of(tag, "").moment(NOON)), tag


def test_the_hour_that_clocks_show_twice_differs_on_hover(app: Flask) -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    with app.test_request_context(headers={"Cookie": "zone=Europe/Berlin"}):
        shown = [str(viewer.moment(at)) for at in twice]
    assert all(">25 Oct 2026, 02:30</time>" in words for words in shown)
    assert 'title="2026-10-25 00:30:00 UTC"' in shown[0] and 'title="2026-10-25 01:30:00 UTC"' in shown[1]


def test_the_hour_that_clocks_skip_is_never_shown() -> None:
    berlin = in_the_way_of("de-DE", "Europe/Berlin")
    shown = [berlin.moment(datetime(2026, 3, 29, 0, minute, tzinfo=UTC)) for minute in (59,)]
    shown += [berlin.moment(datetime(2026, 3, 29, 1, 0, tzinfo=UTC))]
    assert shown == ["29 Mar 2026, 01:59", "29 Mar 2026, 03:00"]


@pytest.mark.parametrize(
    "header", ["", "*", ";;;q=x", "de-XX", "\x80\xff", "x-klingon", "de;q=0", "a" * 5000, "q,q;,=," * 500]
)
def test_a_broken_header_leads_to_a_page_all_the_same(client: FlaskClient, header: str) -> None:
    page = client.get("/account", headers={"Accept-Language": header})
    assert page.status_code == 200
    assert 'data-locale="' in page.text


@pytest.mark.parametrize("zone", ["Mars/Phobos", "../../etc/passwd", "", "UTC%00", "é"])
def test_an_unknown_time_zone_is_utc_and_the_page_says_so(app: Flask, zone: str) -> None:
    with app.test_request_context(headers={"Cookie": f"zone={zone}"}):
        assert ">30 Nov 2026, 12:05 UTC</time>" in viewer.moment(NOON)


def test_the_browser_decides_at_first_and_the_account_from_then_on(client: FlaskClient) -> None:
    create("sku,name\n")
    db.session.execute(
        text("UPDATE imports SET created_at = '2026-11-30 12:05:09Z', queued_at = '2026-11-30 12:05:09Z'")
    )
    db.session.commit()
    client.set_cookie("zone", "America/New_York")
    american = {"Accept-Language": "en-US,en;q=0.9"}
    assert ">Nov 30, 2026, 7:05 AM</time>" in client.get("/imports", headers=american).text
    assert post(client, "/account/formats", locale="de-DE", time_zone="Europe/Berlin").status_code == 303
    page = client.get("/imports", headers=american).text
    assert (
        '<time datetime="2026-11-30T12:05:09+00:00" title="2026-11-30 12:05:09 UTC">30 Nov 2026, 13:05</time>' in page
    )
    assert '<html lang="en" data-locale="de-DE">' in page
    post(client, "/account/formats", locale="", time_zone="")
    assert ">Nov 30, 2026, 7:05 AM</time>" in client.get("/imports", headers=american).text
    written = db.session.query(AuditEvent.subject).filter_by(action="user formats").order_by(AuditEvent.id)
    assert [subject for (subject,) in written] == ["de-DE, Europe/Berlin, on a page", "browser, browser, on a page"]


def test_a_choice_that_is_none_is_rejected(client: FlaskClient) -> None:
    assert post(client, "/account/formats", locale="tlh-QO", time_zone="").status_code == 422
    assert post(client, "/account/formats", locale="", time_zone="Mars/Phobos").status_code == 422
    assert db.session.query(User.locale, User.time_zone).one() == (None, None)


def test_the_api_reads_and_changes_the_choice(app: Flask) -> None:
    user = users.create(COMMAND_LINE, EMAIL, "correct horse battery")
    _, token = tokens.create(COMMAND_LINE, user, "test", "admin", 1)
    client, bearer = app.test_client(), {"Authorization": f"Bearer {token}"}
    patch = {"locale": "hi-IN", "time_zone": "Asia/Kolkata"}
    answer = client.patch(f"/api/v1/users/{user.id}", json=patch, headers=bearer)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json[name] for name in patch} == patch
    account = client.get("/api/v1/account", headers=bearer).json
    assert {name: account[name] for name in patch} == patch
    for wrong in ({"locale": "tlh-QO"}, {"time_zone": "Mars/Phobos"}):
        assert client.patch(f"/api/v1/users/{user.id}", json=wrong, headers=bearer).status_code == 422
    assert client.patch(f"/api/v1/users/{user.id}", json={"locale": None}, headers=bearer).json["locale"] is None


def test_prices_follow_the_viewer_and_what_is_typed_stays_plain(client: FlaskClient, run_import) -> None:
    run_import("sku,name,price\nA1,Lamp,1234.5\n")
    german = {"Accept-Language": "de-DE"}
    assert "1.234,50" in client.get("/products", headers=german).text
    form = client.get("/products/1/edit", headers=german).text
    assert 'value="1234.5' in form and "1.234,5" not in form
    fields = dict(re.findall(r'name="([\w-]+)"[^>]* value="([^"]*)"', form))
    token = csrf(form)
    client.post("/products/1/edit", data=fields | {"csrf_token": token, "name": "Lamps"}, headers=german)
    assert str(db.session.execute(text("SELECT price FROM products")).scalar_one()) == "1234.5"


def test_files_the_api_and_commands_keep_english_numbers_and_utc(app: Flask) -> None:
    german = {"Accept-Language": "de-DE", "Cookie": "zone=Europe/Berlin"}
    with app.test_request_context("/products", headers=german):
        assert (plural(2000, "row"), notation.moment(NOON)) == ("2.000 rows", "30 Nov 2026, 13:05")
    with app.test_request_context("/api/v1/products", headers=german):
        assert (plural(2000, "row"), notation.moment(NOON)) == ("2,000 rows", "30 Nov 2026, 12:05 UTC")
    with app.test_request_context("/imports/1/errors.csv", headers=german):
        assert plural(2000, "row") == "2,000 rows"
    assert plural(2000, "row") == "2,000 rows"


def test_messages_that_were_stored_get_the_viewers_numbers_but_keep_what_they_quote(app: Flask) -> None:
    stored = "Line 5,012, price: '1,234,567' can't be read; isn't 1,000 a number? 12,50 and 1,234.5 and 5,01 stay."
    with app.test_request_context("/", headers={"Accept-Language": "de-DE"}):
        assert viewer.noted(stored) == stored.replace("5,012", "5.012").replace("1,000", "1.000")


def test_two_who_watch_one_import_each_see_their_numbers(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, "correct horse battery")
    row = create("sku,name\n" + "".join(f"A{n},Lamp\n" for n in range(3)))
    db.session.execute(text("UPDATE imports SET rows = 145000, state = 'cancelled', finished_at = now()"))
    db.session.commit()
    address, seen = f"/imports/{row.id}/events", []
    for tag in ("hi-IN", "de-DE", "hi-IN"):
        stream = signed_in(app, EMAIL).get(address, headers={"Accept-Language": tag}).text
        seen += re.findall(r"<dt>Rows</dt><dd>([^<]*)</dd>", stream)[:1]
    assert seen == ["1,45,000", "145.000", "1,45,000"]
