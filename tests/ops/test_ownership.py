"""The database belongs to a role that is no superuser, in new homes and in older ones, whatever killed the change."""

import os
import subprocess
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, OperationalError

from catalog.cli.local_servers import migrate
from catalog.models import db
from catalog.ops import backup, discovery, doctor, embedded_servers, machine, ownership
from catalog.runtime import Settings
from catalog.runtime.core import create_core
from tests.conftest import set_up_url
from tests.ops.test_servers import ask, without_urls
from tests.support.examples import some

ALL_OF_IT = """
SELECT count(*) FILTER (WHERE owner <> 'catalog'::regrole), count(*) FROM (
    SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT proowner FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname IN ('sku_key', 'tidy', 'longest')
    UNION ALL SELECT typowner FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typname !~ 'gtrgm'
    UNION ALL SELECT nspowner FROM pg_namespace WHERE nspname IN ('public', 'reports')
    UNION ALL SELECT datdba FROM pg_database WHERE datname = 'catalog'
) AS owners
"""
OF_OTHERS = """
CREATE SCHEMA reports;
CREATE EXTENSION pg_trgm;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN "a Name" AS text;
CREATE SEQUENCE alone;
CREATE TABLE "Odd Näme" (id bigint GENERATED ALWAYS AS IDENTITY, n serial, mood mood);
CREATE VIEW reports.odd AS SELECT id FROM "Odd Näme";
CREATE MATERIALIZED VIEW reports.counted AS SELECT count(*) FROM products;
CREATE PROCEDURE tidy(a text DEFAULT 'x, y') LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE longest(text) (sfunc = textcat, stype = text);
CREATE TABLE kept AS SELECT 'Lamp' AS name;
CREATE INDEX ON kept USING gin (name gin_trgm_ops)
"""


def make_old_cluster(programs: Path, data: Path, account: machine.Account) -> None:
    """As Catalog made it before: `catalog` is the superuser."""
    machine.make_private(data, account)
    kind = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    initdb = [programs / "initdb", "-D", data, "--username=catalog", "--auth=trust"]
    machine.run([*initdb, "--no-sync", *kind], account)
    alone = [programs / "postgres", "--single", "-D", data, "postgres"]
    machine.run(alone, account, "CREATE DATABASE catalog")


@contextmanager
def postgres(home: Path) -> Iterator[tuple[Settings, "subprocess.Popen[bytes]"]]:
    """The server of this home, as it is: nothing is handed over."""
    settings = without_urls(home).model_copy(update={"redis_url": "redis://r"})
    with discovery.hold(home):
        (server,) = embedded_servers.prepare(settings)
        process = server.start(subprocess.DEVNULL)
        while not server.answers(process.pid):
            time.sleep(0.02)
        try:
            yield embedded_servers.with_urls(settings, [server]), process
        finally:
            embedded_servers.stop(home)
            process.wait()


@pytest.fixture
def home() -> Iterator[Path]:
    """A short home that does not exist yet."""
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"
        embedded_servers.stop(Path(folder) / "var")


@pytest.fixture(scope="module")
def made_before() -> Iterator[Path]:
    """A home of an older Catalog: tables of ours and of others, all of the superuser `catalog`."""
    with tempfile.TemporaryDirectory(prefix="c-") as folder, pytest.MonkeyPatch.context() as patch:
        Path(folder).chmod(0o755)
        home = Path(folder) / "var"
        patch.setattr(embedded_servers, "_make_cluster", make_old_cluster)
        with postgres(home) as (settings, _):
            app = create_core(settings.model_copy(update={"secret_key": "x"}))
            with app.app_context():
                migrate()
                db.engine.dispose()
            ask(settings, OF_OTHERS)
            assert ask(settings, ownership.IS_SUPERUSER) is True
        yield home


@pytest.fixture
def old_home(made_before: Path, home: Path) -> Path:
    """A copy of it."""
    subprocess.run(["cp", "-a", made_before, home], check=True)
    return home


def only_postgres(home: Path) -> Settings:
    """Settings of a home whose Redis is elsewhere, and not asked."""
    return without_urls(home).model_copy(update={"redis_url": "redis://r"})


def is_handed_over(home: Path) -> bool:
    """Whether everything is the role's, and what was there is there."""
    with embedded_servers.embedded(only_postgres(home)) as settings:
        with closing(psycopg2.connect(settings.libpq_url)) as connection:
            cursor = connection.cursor()
            cursor.execute(ALL_OF_IT)
            foreign, count = cursor.fetchone()
        assert foreign == 0 and count > 50
        assert ask(settings, "SELECT name FROM kept") == "Lamp"
        return ask(settings, ownership.IS_SUPERUSER) is False


def test_the_role_of_a_new_home_owns_its_database_and_is_no_superuser(home: Path) -> None:
    with embedded_servers.embedded(only_postgres(home)) as settings:
        assert ask(settings, "SELECT current_user::text") == ownership.ROLE
        assert ask(settings, ownership.IS_SUPERUSER) is False
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert ask(settings, owner) == ownership.ROLE
        owner = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'"
        assert ask(settings, owner) == ownership.ROLE
        ask(settings, "CREATE TABLE of_a_script (n integer)")
        ask(settings, "CREATE EXTENSION pg_trgm")
        for statement in (
            "COPY (SELECT 1) TO PROGRAM 'cat'",
            "COPY of_a_script FROM '/etc/passwd'",
            "SELECT pg_read_file('/etc/passwd')",
            "CREATE ROLE other SUPERUSER",
            f"SET ROLE {ownership.SETUP}",
        ):
            with pytest.raises(InsufficientPrivilege):
                ask(settings, statement)


def test_an_older_home_is_handed_over_object_by_object(old_home: Path) -> None:
    assert is_handed_over(old_home)
    assert is_handed_over(old_home)  # the next start finds nothing to do


def test_a_kill_in_the_middle_of_it_leaves_it_to_the_next_start(old_home: Path) -> None:
    """Killed while it waits for a table that is being read: some objects have their new owner, others not."""
    with postgres(old_home) as (settings, process):
        reader = psycopg2.connect(settings.libpq_url)
        reader.cursor().execute("SELECT FROM products")
        failed: list[Exception] = []

        def hand_over() -> None:
            try:
                ownership.hand_over(settings.libpq_url)
            except psycopg2.Error as error:
                failed.append(error)

        thread = threading.Thread(target=hand_over)
        thread.start()
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while not ask(settings, waits):
            time.sleep(0.02)
        process.kill()  # its children see it and end
        process.wait()
        thread.join()
        assert [type(error) for error in failed] == [OperationalError]
    with postgres(old_home) as (settings, _):
        assert ask(settings, ownership.IS_SUPERUSER) is True
    assert is_handed_over(old_home)


@pytest.mark.long
def test_a_kill_before_its_end_leaves_it_to_the_next_start(old_home: Path) -> None:
    with postgres(old_home) as (settings, process):
        open_transaction = psycopg2.connect(settings.libpq_url)
        open_transaction.cursor().execute(ownership.HAND_OVER.read_text())
        process.kill()
    assert is_handed_over(old_home)


@pytest.mark.long
def test_a_backup_of_an_older_home_is_restored_by_the_role(old_home: Path, home: Path, tmp_path: Path) -> None:
    """Tables, functions and extensions were a superuser's; then, with the extension in place, once more by force."""
    file = tmp_path / "old.tar"
    with postgres(old_home) as (settings, _):
        backup.write(file, settings)
    new = home.with_name("new")
    with embedded_servers.embedded(only_postgres(new)) as settings:
        backup.restore(file, settings)
        ask(settings, "DROP SCHEMA reports CASCADE")
        ask(settings, "INSERT INTO kept VALUES ('later')")
        backup.restore(file, settings, force=True)
        broken = tmp_path / "broken.tar"
        with tarfile.open(broken, "w") as tar:
            tar.add(__file__, backup.DUMP)
        with pytest.raises(backup.BackupError):
            backup.restore(broken, settings, force=True)
    assert is_handed_over(new)
    embedded_servers.stop(new)


@pytest.mark.parametrize("is_old", some([True, False], 1))
def test_the_script_of_compose_hands_over_too(made_before: Path, home: Path, is_old: bool) -> None:
    """It is run over the socket at every start, and gives the role its password; the superuser has none."""
    if is_old:
        subprocess.run(["cp", "-a", made_before, home], check=True)
    script = Path(__file__).parents[2] / "deploy" / "hand_over.sh"
    with postgres(home) as (settings, _):
        env = {
            "PATH": f"{machine.postgres_programs()}:{os.defpath}",
            "PGHOST": str(machine.sockets(home.resolve())),
            "POSTGRES_PASSWORD": "it's secret",
        }
        for _ in range(2):
            subprocess.run(["sh", script, ownership.HAND_OVER], check=True, env=env)
        assert ask(settings, ownership.IS_SUPERUSER) is False
        connection = psycopg2.connect(set_up_url(settings))
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT rolname, rolpassword IS NOT NULL FROM pg_authid WHERE rolname ~ '^catalog'")
            assert dict(cursor.fetchall()) == {"catalog": True, "catalog_setup": False}
    if is_old:
        assert is_handed_over(home)


def is_superuser(settings: Settings) -> bool:
    """What the doctor says of the account."""
    (finding,) = [one for one in doctor.examine(settings) if "superuser" in one.what]
    return not finding.fine


def test_doctor_warns_of_a_superuser_in_the_url(old_home: Path) -> None:
    with postgres(old_home) as (settings, _):
        assert is_superuser(settings)
    with embedded_servers.embedded(only_postgres(old_home)) as settings:
        assert not is_superuser(settings)
