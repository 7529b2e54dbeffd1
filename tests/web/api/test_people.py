"""Tokens, users, audit log and status by the API; imports undone by it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from catalog.models import ApiToken, AuditEvent, Import, db
from catalog.people import COMMAND_LINE, tokens, users
from catalog.products.bulk import jobs
from tests.conftest import EMAIL, PASSWORD, catalog
from tests.support.programs import Program, problem

Run = Callable[..., Import]


def test_a_token_makes_none_that_may_more_or_lives_longer(writer: Program) -> None:
    more = {"name": "x", "scope": "admin"}
    problem(writer.ask("POST", "/tokens", more), 422, "invalid")
    mine = tokens.find(writer.token)
    assert mine is not None
    mine.expires_at = datetime.now(UTC) + timedelta(days=2)
    db.session.commit()
    made = writer.ask("POST", "/tokens", {"name": "x", "scope": "write", "days": 300})
    assert made.status_code == 201
    row = tokens.find(made.json["token"])
    assert row is not None and row.expires_at == mine.expires_at


def test_own_tokens_are_listed_and_revoked_and_no_others(app: Flask, writer: Program) -> None:
    other = users.create(COMMAND_LINE, "other@example.com", PASSWORD, "editor")
    foreign, _ = tokens.create(COMMAND_LINE, other, "theirs", "read")
    (mine,) = writer.ask("GET", "/tokens").json["tokens"]
    assert "token" not in mine and mine["prefix"] == writer.token[:12]
    problem(writer.ask("DELETE", f"/tokens/{foreign.id}"), 404, "not_found")
    assert writer.ask("DELETE", f"/tokens/{mine['id']}").status_code == 204
    problem(writer.ask("GET", "/tokens"), 401, "unauthorized")


def test_somebody_is_invited_promoted_and_sent_away(app: Flask, admin: Program) -> None:
    made = admin.ask("POST", "/users", {"email": "bob@example.com"})
    assert made.status_code == 201 and "/invitation/" in made.json["link"]
    assert app.test_client().get(made.json["link"]).status_code == 200
    again = problem(admin.ask("POST", "/users", {"email": "BOB@example.com"}), 422, "invalid")
    assert again["errors"][0]["field"] == "email"
    path = made.location.removeprefix("/api/v1")
    link = admin.ask("GET", f"{path}/link").json  # signed at another second, perhaps
    assert link.keys() == made.json.keys() and app.test_client().get(link["link"]).status_code == 200
    changed = admin.ask("PATCH", path, {"role": "editor", "disabled": True}).json
    assert changed["role"] == "editor" and changed["disabled_at"]
    assert (changed["sessions"], changed["last_seen_at"]) == (0, None)
    problem(admin.ask("GET", f"{path}/link"), 404, "not_found")
    assert app.test_client().get(made.json["link"]).status_code != 200
    told = [event["action"] for event in admin.ask("GET", "/audit").json["events"]]
    assert told[:3] == ["user disabled", "role changed", "user invited"]


def test_a_program_is_told_who_it_is_and_what_it_may(admin: Program) -> None:
    user = users.by_email(EMAIL)
    assert user is not None
    user.role = "editor"
    db.session.commit()
    told = admin.ask("GET", "/account").json
    assert (told["email"], told["role"], told["scope"]) == (EMAIL, "editor", "write")
    assert told["token"]["scope"] == "admin" and "hash" not in told["token"]


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"disabled": True}])
def test_the_last_admin_stays_one(admin: Program, change: dict) -> None:
    me = users.by_email(EMAIL)
    assert me is not None
    problem(admin.ask("PATCH", f"/users/{me.id}", change), 409, "last_admin")


def test_a_token_is_not_enough_to_take_its_owners_account_over(app: Flask, admin: Program) -> None:
    me = users.by_email(EMAIL)
    assert me is not None
    users.create(COMMAND_LINE, "other@example.com", PASSWORD, "admin")
    me.totp_secret, me.invite = "on", "a nonce"
    db.session.commit()
    path = f"/users/{me.id}"
    problem(admin.ask("POST", f"{path}/link"), 403, "forbidden")
    problem(admin.ask("GET", f"{path}/link"), 403, "forbidden")
    problem(admin.ask("PATCH", path, {"second_factor": False}), 403, "forbidden")
    problem(admin.ask("PATCH", path, {"role": "viewer"}), 403, "forbidden")
    db.session.expire_all()
    me = users.by_email(EMAIL)
    assert me is not None and (me.role, me.totp_secret) == ("admin", "on")


def test_status_and_jobs_are_told(admin: Program, run_import: Run) -> None:
    run_import("sku,name\nA,x\n")
    told = admin.ask("GET", "/status").json
    assert told["counts"]["imports"] == {"completed": 1} and told["database"]["products"] == 1
    for active in (True, False, True):
        admin.ask("POST", "/bulk", {"action": "set", "ids": [1], "values": {"active": active}})
    first = admin.ask("GET", "/bulk?limit=1").json
    rest = admin.ask("GET", f"/bulk?cursor={first['next_cursor']}").json
    ids = [job["id"] for job in first["jobs"] + rest["jobs"]]
    assert len(ids) == 2 and ids == sorted(ids, reverse=True)


def test_an_import_is_undone(app: Flask, writer: Program, run_import: Run) -> None:
    from catalog.products.bulk import run

    row = run_import("sku,name\nA,x\nB,y\n")
    answer = writer.ask("POST", f"/imports/{row.id}/undo")
    assert answer.status_code == 202
    job_id = answer.json["id"]
    assert writer.ask("POST", f"/imports/{row.id}/undo").json["id"] == job_id
    run.run(job_id)
    job = jobs.get(job_id)
    assert job is not None and job.state == "completed" and catalog() == []
    problem(writer.ask("POST", f"/imports/{row.id}/undo"), 409, "not_undoable")


def test_an_import_that_changed_nothing_has_nothing_to_undo(writer: Program, run_import: Run) -> None:
    file = "sku,name\nA,x\n"
    run_import(file)
    row = run_import(file)
    problem(writer.ask("POST", f"/imports/{row.id}/undo"), 409, "not_undoable")


def test_a_failed_import_has_nothing_to_undo(writer: Program, run_import: Run) -> None:
    row = run_import("nonsense")
    problem(writer.ask("POST", f"/imports/{row.id}/undo"), 409, "not_undoable")


def test_what_programs_do_is_in_the_audit_log(admin: Program, run_import: Run) -> None:
    admin.ask("DELETE", "/products", {"confirm": "delete all products"})
    (event,) = admin.ask("GET", "/audit?group=catalog").json["events"]
    assert (event["action"], event["email"]) == ("delete all", EMAIL)


def test_what_was_denied_is_found_under_its_new_and_its_old_name(admin: Program) -> None:
    db.session.add_all(AuditEvent(action=action, subject="GET /users") for action in ("refused", "denied"))
    db.session.commit()
    for group in ("denied", "refused"):
        events = admin.ask("GET", f"/audit?group={group}").json["events"]
        assert [event["action"] for event in events] == ["denied", "refused"]
    problem(admin.ask("GET", "/audit?group=forbidden"), 422, "invalid")


def test_a_page_and_the_api_write_down_who_made_a_token(writer: Program) -> None:
    writer.ask("POST", "/tokens", {"name": "feed"})
    assert db.session.query(ApiToken).count() == 2
