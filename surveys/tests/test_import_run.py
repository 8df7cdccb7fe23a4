import csv

import pytest
from django.utils import timezone

from surveys.imports import run as module
from surveys.imports.mapping import RowError
from surveys.imports.run import BusyImport, Report, resume, singly, take_file
from surveys.imports.table import Input
from surveys.models import Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "teams.csv"
    path.write_text("name\n" + "".join(f"team {number}\n" for number in range(7)))
    return Input(path)


def take_team(row):
    if row["name"] == "team 3":
        raise RowError("name: three is taken.")
    _, created = Team.objects.get_or_create(name=row["name"], defaults={"slug": row["name"].replace(" ", "-")})
    return created


def take(source, tmp_path, function=take_team):
    run = resume("teams", source, "mapping")
    report = Report(tmp_path / "rejected.csv", ["name"], append=run.rows_done > 0)
    try:
        return take_file(run, source, singly(function), report=report, now=timezone.now())
    finally:
        report.close()


def test_every_row_is_taken_or_reported_with_its_reason(source, tmp_path):
    run = take(source, tmp_path)
    assert (run.taken, run.rejected, run.rows_done) == (6, 1, 7)
    with open(tmp_path / "rejected.csv") as file:
        assert list(csv.DictReader(file)) == [{"row": "4", "reason": "name: three is taken.", "name": "team 3"}]


def test_a_stopped_import_goes_on_where_it_stopped(source, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BATCH_ROWS", 2)
    calls = []

    def break_at_five(row):
        calls.append(row["name"])
        if len(calls) == 5:
            raise KeyboardInterrupt
        return take_team(row)

    with pytest.raises(KeyboardInterrupt):
        take(source, tmp_path, break_at_five)
    run = take(source, tmp_path)
    assert (run.rows_done, run.taken, run.rejected, Team.objects.count()) == (7, 6, 1, 6)


def test_the_same_file_again_takes_nothing(source, tmp_path):
    take(source, tmp_path)
    again = take(source, tmp_path, lambda row: pytest.fail("a row was taken twice"))
    assert again.taken == 6


def test_another_file_with_known_rows_counts_them_as_known(source, tmp_path):
    take(source, tmp_path)
    source.path.write_text(source.path.read_text() + "team 7\n")
    run = take(source, tmp_path)
    assert (run.taken, run.known, run.rejected) == (1, 6, 1)


def test_two_processes_that_import_one_file_at_once_do_not_count_it_twice(source, tmp_path):
    behind = resume("teams", source, "mapping")
    take(source, tmp_path)
    with pytest.raises(BusyImport):
        take_file(behind, source, take_team, report=Report(tmp_path / "r.csv", [], append=False), now=timezone.now())
    assert resume("teams", source, "mapping").taken == 6
