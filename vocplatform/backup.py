"""A copy of everything that rows and files hold, and the way back that mails nobody twice and forgets nobody's wish."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from loop.services import restoring
from surveys.services import promises
from vocplatform.lib.tokens import derive_token, keyed_digest

MANIFEST, PROMISES, MEDIA = "manifest.json", "promises.json", "media"
DUMPS = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
DUMP_SECONDS = 3600


class BadBackup(Exception):
    """This folder is no whole backup, or not one of this installation; the text says why."""


@dataclass(frozen=True)
class Restored:
    """How many rows were settled so that nothing happens twice, and how many people were erased again."""

    settled: dict[str, int]
    erased_again: int
    kept_aside: Path | None


def make_backup(below: Path, *, now: datetime) -> Path:
    """Write a folder that is either whole or not there. Keys are not in it: they belong elsewhere."""
    whole = below / f"voc-{now:%Y%m%dT%H%M%SZ}"
    folder = below / f"{whole.name}.partial"
    folder.mkdir(mode=0o700, parents=True)
    _dump(folder / DUMPS[connection.vendor])
    (folder / PROMISES).write_text(json.dumps(promises.promises()))
    if Path(settings.MEDIA_ROOT).is_dir():
        shutil.copytree(settings.MEDIA_ROOT, folder / MEDIA)
    manifest = {
        "made_at": now.isoformat(),
        "database": connection.vendor,
        "rows": _rows(),
        "keys": _keys(),
        "files": {str(path.relative_to(folder)): _digest(path) for path in _files(folder)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    folder.rename(whole)
    return whole


def verify_backup(folder: Path) -> dict:
    """Read every byte back and return the manifest. Raises BadBackup."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as problem:
        raise BadBackup(f"{folder} holds no manifest of a backup.") from problem
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file():
            raise BadBackup(f"{name} is missing.")
        if _digest(folder / name) != digest:
            raise BadBackup(f"{name} is not what was written.")
    if manifest["database"] != connection.vendor:
        raise BadBackup(f"It was made of a {manifest['database']} database; DATABASE_URL names another kind.")
    wrong = [name for name, mark in _keys().items() if manifest["keys"].get(name) != mark]
    if wrong:
        raise BadBackup(f"{' and '.join(wrong)} differ: links and opt-outs could not be read. Set the former ones.")
    _check_dump(folder / DUMPS[connection.vendor], manifest["rows"])
    return manifest


def restore_backup(folder: Path, *, now: datetime, made_since: Path | None = None) -> Restored:
    """Put the rows back and settle what would happen twice. Raises BadBackup.

    Erasures and opt-outs are taken from the database that is replaced, where it still answers, and from `made_since`,
    the promises of a later backup.
    """
    verify_backup(folder)
    kept = [_read_promises(folder / PROMISES), _promises_of_today()]
    if made_since is not None:
        kept.append(_read_promises(made_since))
    aside = _load(folder / DUMPS[connection.vendor], now=now)
    call_command("migrate", interactive=False, verbosity=0)
    if (folder / MEDIA).is_dir():
        shutil.copytree(folder / MEDIA, settings.MEDIA_ROOT, dirs_exist_ok=True)
    settled = restoring.settle_restored(now=now) | promises.settle_restored(now=now)
    erased = sum(promises.keep_promises(made, now=now) for made in kept)
    return Restored(settled, erased, aside)


def _promises_of_today() -> dict[str, list]:
    try:
        return promises.promises()
    except DatabaseError:  # it is lost, or empty: that is why somebody restores
        return {"erased": [], "suppressed": []}


def _read_promises(path: Path) -> dict[str, list]:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as problem:
        raise BadBackup(f"{path} holds no promises of a backup.") from problem


def _dump(target: Path) -> None:
    if connection.in_atomic_block:  # SQLite would wait for ourselves, and for ever
        raise BadBackup("A backup cannot be made in the middle of a transaction.")
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
        target.chmod(0o600)
        return
    _run_tool("pg_dump", "--format=custom", f"--file={target}")


def _load(dump: Path, *, now: datetime) -> Path | None:
    """Replace the rows; return where the former database file stands now, if it was a file."""
    connections.close_all()
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        aside = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
        if database.exists():
            with closing(sqlite3.connect(database)) as former:  # what stands in its log belongs to it
                former.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            database.rename(aside)
        for leftover in ("-wal", "-shm"):
            database.with_name(database.name + leftover).unlink(missing_ok=True)
        shutil.copyfile(dump, database)
        database.chmod(0o600)
        return aside if aside.exists() else None
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    _run_tool("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump))
    return None


def _check_dump(dump: Path, rows: dict[str, int]) -> None:
    """Raises BadBackup for a database that is damaged or lacks rows."""
    if connection.vendor == "postgresql":
        listed = subprocess.run(  # noqa: S603
            [_tool("pg_restore"), "--list", str(dump)], capture_output=True, text=True, timeout=DUMP_SECONDS
        )
        missing = [table for table in rows if f" {table} " not in listed.stdout]
        if listed.returncode or missing:
            raise BadBackup(f"pg_restore cannot read {dump.name}: {listed.stderr.strip() or ', '.join(missing)}.")
        return
    with closing(sqlite3.connect(f"file:{dump}?mode=ro", uri=True)) as copy:
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BadBackup(f"{dump.name} is damaged.")
        for table, count in rows.items():
            found = copy.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]  # noqa: S608  our own tables
            if found < count:
                raise BadBackup(f"{dump.name} has {found} rows in {table}; {count} were written.")


def _run_tool(name: str, *options: str) -> None:
    """Run a program of PostgreSQL against our database. Raises BadBackup with what it says."""
    arguments, env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    where = [*arguments[1:-1], f"--dbname={arguments[-1]}"]
    done = subprocess.run(  # noqa: S603  without a shell
        [_tool(name), *where, *options],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=DUMP_SECONDS,
    )
    if done.returncode:
        raise BadBackup(f"{name}: {done.stderr.strip()}")


def _tool(name: str) -> str:
    if found := shutil.which(name):
        return found
    raise BadBackup(
        f"{name} is not installed here. Install the client programs of PostgreSQL, of the server's version."
    )


def _rows() -> dict[str, int]:
    models = [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    return {model._meta.db_table: model._default_manager.count() for model in models}


def _keys() -> dict[str, str]:
    """A mark of each key, by which it is known again and from which it cannot be made."""
    return {"SECRET_KEY": derive_token("backup", "mark")[:12], "PEPPER": keyed_digest("backup", "mark")[:12]}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
