"""A backup is whole, read back, and refused where it does not belong."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from surveys.tests import rows
from vocplatform import backup
from vocplatform.backup import BadBackup, make_backup, verify_backup
from vocplatform.models import Heartbeat

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "logo.svg").write_text("<svg/>")
    rows.customer()
    return make_backup(tmp_path / "backups", now=NOW)


def test_a_backup_is_read_back_with_its_rows_and_uploads(folder):
    manifest = verify_backup(folder)
    assert manifest["rows"]["surveys_customer"] == 1
    assert "media/logo.svg" in manifest["files"] and (folder / "media" / "logo.svg").read_text() == "<svg/>"


def test_a_backup_holds_no_key_and_nobody_else_may_read_it(folder, settings):
    written = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert settings.PEPPER.encode() not in written
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["promises.json", "media/logo.svg"])
def test_one_changed_byte_is_found(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(BadBackup, match="is not what was written"):
        verify_backup(folder)


def test_a_missing_file_and_a_folder_that_is_none_are_found(folder, tmp_path):
    (folder / "promises.json").unlink()
    with pytest.raises(BadBackup, match="missing"):
        verify_backup(folder)
    with pytest.raises(BadBackup, match="no manifest"):
        verify_backup(tmp_path)


def test_other_keys_are_refused_before_anything_is_replaced(folder, settings, monkeypatch):
    settings.PEPPER = "another one"
    monkeypatch.setattr(backup, "_load", lambda *args, **kwargs: pytest.fail("replaced"))
    with pytest.raises(BadBackup, match="PEPPER"):
        backup.restore_backup(folder, now=NOW)


def test_a_backup_that_breaks_off_is_not_there(tmp_path, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_dump", full)
    with pytest.raises(OSError, match="No space"):
        make_backup(tmp_path, now=NOW)
    assert not [path for path in tmp_path.iterdir() if not path.name.endswith(".partial")]


def test_a_backup_in_the_middle_of_a_transaction_is_refused_and_not_waited_for(tmp_path):
    with transaction.atomic(), pytest.raises(BadBackup, match="transaction"):
        make_backup(tmp_path, now=NOW)


def test_a_restore_is_refused_while_a_worker_runs(folder, monkeypatch):
    monkeypatch.setattr(backup, "_load", lambda *args, **kwargs: pytest.fail("replaced"))
    Heartbeat.objects.create(name="worker@host:1", kind="worker", beat_at=timezone.now())
    with pytest.raises(CommandError, match="worker@host:1 runs"):
        call_command("restore", folder, "--yes")
