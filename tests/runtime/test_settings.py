"""Settings come from their own variables and from nothing else."""

from pathlib import Path

import pytest

from catalog.runtime import PROJECT, Settings, variables


def test_variables_of_the_system_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "PASSWORD", "STREAMS", "UPLOADS"):
        monkeypatch.setenv(name, "/not/ours")
    settings = Settings()
    assert settings.home == PROJECT / "var"
    assert (settings.password, settings.streams) == ("", 256)


def test_every_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALOG_HOME", "~/shop")
    monkeypatch.setenv("PORT", "9000")
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", "old, older")
    settings = Settings()
    assert settings.home == Path("~/shop").expanduser()
    assert (settings.port, settings.secret_key_fallbacks) == (9000, ["old", "older"])


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_a_database_url_is_given_to_each_library_as_it_takes_it(scheme: str) -> None:
    settings = Settings(database_url=f"{scheme}://ann@/shop?host=/run/pg&port=5432")
    assert settings.sqlalchemy_url == "postgresql+psycopg2://ann@/shop?host=/run/pg&port=5432"
    assert settings.libpq_url == "postgresql://ann@/shop?host=/run/pg&port=5432"


def test_a_changed_copy_of_settings_has_its_own_values() -> None:
    settings = Settings(home=Path("/one"), database_url="postgresql://one/x")
    before = (settings.uploads, settings.libpq_url, settings.this_host)
    other = settings.model_copy(update={"home": Path("/two"), "database_url": "postgresql://two/x", "host_name": "two"})
    after = (other.uploads, other.libpq_url, other.this_host)
    assert all(now != then for now, then in zip(after, before, strict=True))
