"""The application for WSGI servers, and for `flask --app wsgi db upgrade`."""

import runpy
from pathlib import Path

import pytest
from flask import Flask

from catalog.runtime import PROJECT


@pytest.mark.parametrize("is_command", [True, False])
def test_commands_alone_know_the_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_command: bool) -> None:
    monkeypatch.setenv("CATALOG_HOME", str(tmp_path))
    monkeypatch.setenv("FLASK_RUN_FROM_CLI", "true" if is_command else "")
    app = runpy.run_path(str(PROJECT / "wsgi.py"))["app"]
    assert isinstance(app, Flask)
    assert ("migrate" in app.extensions) is is_command
