import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Export
from feedback.services import export_files, exports
from feedback.services.erasure import erase_customer
from feedback.services.exports import (
    give_back_abandoned,
    make_export,
    path_of,
    remove_past,
)
from feedback.services.rollups import refresh_rollups
from feedback.tasks import sweep_exports
from feedback.tests.programme import answer, make_version
from feedback.tests.test_dashboard_pages import words
from surveys.models import Customer

pytestmark = pytest.mark.django_db
Status = Export.Status


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.STATE_DIR = tmp_path


@pytest.fixture
def owner(django_user_model):
    return django_user_model.objects.create_superuser("ana")


@pytest.fixture
def desk(client, owner):
    client.force_login(owner)
    return client


def heard(version, **fields):
    response = answer(version, at=timezone.now() - timedelta(minutes=5), **fields)
    refresh_rollups(response.pk, now=timezone.now())
    return response


@pytest.fixture
def version():
    version = make_version()
    for value in (10, 9, 8, 0):
        heard(version, recommend=value, why="=1+1, \x0bfine", label="positive")
    return version


def wanted(owner, *, kind: str = "responses", form: str = "csv", query: str = "period=last_30") -> Export:
    return Export.objects.create(kind=kind, format=form, query=query, owner=owner)


def made(owner, **fields) -> Export:
    export = wanted(owner, **fields)
    assert make_export(export.pk, now=timezone.now())
    export.refresh_from_db()
    return export


def streamed(desk) -> list[list[str]]:
    body = b"".join(desk.get(reverse("responses_csv"), {"period": "last_30"}).streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_the_file_is_the_streamed_one_cell_by_cell(desk, owner, version):
    export = made(owner)
    with path_of(export).open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == streamed(desk)
    assert (export.status, export.rows_done, export.percent_done) == (Status.READY, 4, 100)


def test_excel_has_the_same_rows(desk, owner, version):
    sheet = openpyxl.load_workbook(path_of(made(owner, form="xlsx")), read_only=True).active
    rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    expected = [[cell.replace("\x0b", "") for cell in row] for row in streamed(desk)]
    assert [row + [""] * (len(expected[0]) - len(row)) for row in rows] == expected


def test_excel_goes_on_with_a_further_sheet(monkeypatch, owner, version):
    monkeypatch.setattr(export_files, "SHEET_ROWS", 3)
    book = openpyxl.load_workbook(path_of(made(owner, form="xlsx")), read_only=True)
    assert [len(list(sheet.iter_rows())) for sheet in book.worksheets] == [4, 2]


def test_parquet_has_the_same_rows_with_numbers_as_numbers(desk, owner, version):
    from pyarrow import parquet

    table = parquet.read_table(path_of(made(owner, form="parquet")))
    head, *rows = streamed(desk)
    assert table.column_names == head
    assert sorted(table["recommend"].to_pylist()) == [0.0, 8.0, 9.0, 10.0]
    assert table["why"].to_pylist() == [row[head.index("why")] for row in rows]


def test_a_question_called_like_a_number_column_may_hold_words(owner):
    from pyarrow import parquet

    questions = [{"key": "version", "kind": "text", "text": "Which?"}, {"key": "response", "kind": "nps", "text": "?"}]
    response = heard(make_version(questions=questions))
    response.answers.create(question_key="version", kind="text", text="the old one")
    response.answers.create(question_key="response", kind="nps", number=0)
    table = parquet.read_table(path_of(made(owner, form="parquet")))
    assert table["version.answer"].to_pylist() == ["the old one"]
    assert table["response.answer"].to_pylist() == [0.0]


def test_without_its_package_parquet_says_so(monkeypatch, desk, owner, version):
    monkeypatch.setattr(export_files, "has_parquet", lambda: False)
    monkeypatch.setattr("feedback.views.exports.has_parquet", lambda: False)
    assert "requirements-parquet.txt" in words(desk.get(reverse("new_export"), {"query": "period=last_30"}))
    export = wanted(owner, form="parquet")
    assert not make_export(export.pk, now=timezone.now())
    export.refresh_from_db()
    assert (export.status, "pyarrow" in export.reason) == (Status.FAILED, True)


def test_figures_are_those_of_the_page(desk, owner, version):
    export = made(owner, kind="figures")
    with path_of(export).open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["scope"], row["metric"]): row for row in csv.DictReader(file)}
    page = desk.get(reverse("dashboard"), {"period": "last_30"}).context["overview"].headlines[0].figure
    assert (float(rows["all", "nps"]["value"]), int(rows["all", "nps"]["n"])) == (page.value, page.n)


def test_one_of_two_workers_writes_it(owner, version):
    export = wanted(owner)
    assert make_export(export.pk, now=timezone.now())
    assert not make_export(export.pk, now=timezone.now())


def test_what_a_killed_worker_left_is_started_over(owner, version):
    export = wanted(owner)
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(
        status=Status.RUNNING, attempts=1, leased_until=now - timedelta(seconds=1), rows_done=2000
    )
    exports.folder().mkdir()
    (exports.folder() / f"{export.code}.1.part").write_text("half")
    sweep_exports()
    export.refresh_from_db()
    assert (export.status, export.rows_done, export.attempts) == (Status.READY, 4, 2)
    assert [file.name for file in exports.folder().iterdir()] == [path_of(export).name]


def test_a_worker_that_comes_back_too_late_leaves_the_file_to_the_other(monkeypatch, owner, version):
    export = wanted(owner)

    def rows(filters, reader=None):
        yield ["response"]
        Export.objects.filter(pk=export.pk).update(attempts=7)  # the lease ran out: somebody else began
        yield [1]

    monkeypatch.setattr(exports, "response_rows", rows)
    monkeypatch.setattr(exports, "BEAT", 1)
    assert not make_export(export.pk, now=timezone.now())
    assert list(exports.folder().iterdir()) == []


def test_what_never_finishes_is_given_up_and_says_so(owner, version):
    export = wanted(owner)
    past = timezone.now() - timedelta(minutes=5)
    Export.objects.filter(pk=export.pk).update(status=Status.RUNNING, attempts=3, leased_until=past)
    give_back_abandoned(now=timezone.now())
    export.refresh_from_db()
    assert (export.status, export.reason) == (Status.FAILED, "It was started several times and never finished.")


def test_an_erased_customer_is_in_no_file_that_is_kept(owner, version):
    customer = Customer.objects.create(external_id="C-1")
    heard(version, recommend=3, why="Elm Street 5", label="negative", customer=customer)
    export = made(owner)
    assert "Elm Street" in path_of(export).read_text()
    erase_customer(customer.pk)
    export.refresh_from_db()
    assert (export.status, path_of(export).exists()) == (Status.REMOVED, False)
    assert "A customer was erased" in export.reason


def test_a_file_goes_when_its_time_is_over(owner, version):
    export = made(owner)
    remove_past(now=timezone.now() + timedelta(days=8))
    export.refresh_from_db()
    assert (export.status, path_of(export).exists()) == (Status.REMOVED, False)


def test_asking_fetching_and_removing(desk, owner, version, after_commit):
    with after_commit():
        desk.post(reverse("new_export"), {"kind": "responses", "format": "csv", "query": "period=last_30"})
    export = Export.objects.get()
    assert "4 rows" in words(desk.get(reverse("exports")))
    file = desk.get(reverse("export_file", args=[export.code]))
    assert b"".join(file.streaming_content) == path_of(export).read_bytes()
    desk.post(reverse("remove_export", args=[export.code]))
    assert not path_of(export).exists()
    assert desk.get(reverse("export_file", args=[export.code])).status_code == 404


def test_progress_is_asked_for_until_it_is_there(desk, owner, version):
    export = wanted(owner)
    assert 'hx-trigger="every 2s"' in desk.get(export.get_absolute_url()).content.decode()
    make_export(export.pk, now=timezone.now())
    assert "hx-trigger" not in desk.get(export.get_absolute_url()).content.decode()


def test_a_file_is_its_owner_s_alone(client, owner, version, django_user_model):
    export = made(owner)
    client.force_login(django_user_model.objects.create_superuser("ben"))
    for page in ("export", "export_file"):
        assert client.get(reverse(page, args=[export.code])).status_code == 404
    assert client.post(reverse("remove_export", args=[export.code])).status_code == 404


def test_a_wrong_format_is_refused_and_nothing_is_asked_for(desk):
    answer = desk.post(reverse("new_export"), {"kind": "responses", "format": "exe", "query": ""})
    assert (answer.status_code, Export.objects.count()) == (400, 0)


def test_nobody_fills_the_disk_with_files(desk, owner, version):
    for _turn in range(5):
        wanted(owner)
    answer = desk.post(reverse("new_export"), {"kind": "responses", "format": "csv", "query": ""}, follow=True)
    assert "Wait until one of your files is ready" in words(answer)
    assert Export.objects.count() == 5


def test_filters_that_are_gone_end_the_export_with_the_reason(owner):
    export = wanted(owner, query="survey=gone")
    assert not make_export(export.pk, now=timezone.now())
    export.refresh_from_db()
    assert (export.status, export.reason) == (Status.FAILED, "These filters do not exist any more.")
