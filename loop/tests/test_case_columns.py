"""The file of responses says what became of each, as far as the reader may open its case."""

import csv
import io

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from feedback.models import Export
from feedback.services.exports import ask_export, make_export, path_of
from feedback.tests.programme import answer, make_version
from feedback.tests.staff import browser, staff
from loop.models import ActionTaken, Case, CaseEvent, Cause, Tag
from surveys.models import Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return staff("manager")


def opened(version=None, *, team=None, tags=("late", "vip"), note="Rang twice.") -> Case:
    response = answer(version or make_version(), at=timezone.now(), recommend=2, why="Too late.")
    cause = Cause.objects.create(name="Queue", parent=Cause.objects.create(name="Waiting"))
    case = Case.objects.create(
        response=response, team=team, status="resolved", cause=cause, action=ActionTaken.objects.create(name="Refund")
    )
    case.tags.set([Tag.objects.create(name=name) for name in tags])
    case.history.create(kind=CaseEvent.Kind.NOTE, note=note)
    case.history.create(kind=CaseEvent.Kind.MOVED, note="Not for the file.")
    return case


def rows(user) -> list[dict[str, str]]:
    answered = browser(user).get(reverse("responses_csv"))
    return list(csv.DictReader(io.StringIO(b"".join(answered.streaming_content).decode("utf-8-sig"))))


def test_a_case_stands_beside_its_response(manager):
    case = opened()
    (row,) = rows(manager)
    told = {head: row[f"case.{head}"] for head in ("code", "status", "tags", "cause", "action", "outcome", "notes")}
    assert told == {
        "code": case.code,
        "status": "resolved",
        "tags": "late|vip",
        "cause": "Waiting › Queue",
        "action": "Refund",
        "outcome": "",
        "notes": "Rang twice.",
    }


def test_a_response_without_a_case_has_empty_cells(manager):
    answer(make_version(), at=timezone.now(), recommend=9)
    (row,) = rows(manager)
    assert (row["case.code"], row["case.notes"], row["recommend"]) == ("", "", "9")


def test_who_may_not_open_cases_gets_no_column_about_them(manager):
    opened()
    (row,) = rows(staff("analyst"))
    assert not [head for head in row if head.startswith("case.")]


def test_cases_of_other_teams_stay_out(manager):
    mine, theirs = Team.objects.create(name="Desk", slug="desk"), Team.objects.create(name="Shop", slug="shop")
    case = opened(team=mine)
    Case.objects.create(response=answer(case.response.version, at=timezone.now(), recommend=1), team=theirs)
    agent = staff("agent", team=mine)
    permit(agent, "export_response")
    assert sorted(row["case.code"] for row in rows(agent)) == ["", case.code]


def test_notes_are_only_for_those_who_may_read_histories(manager):
    opened()
    reader = staff("analyst")
    permit(reader, "view_case", "view_all_cases")
    (row,) = rows(reader)
    assert (row["case.tags"], "case.notes" in row) == ("late|vip", False)


def permit(user, *names: str) -> None:
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))


def test_tags_and_notes_that_look_like_formulas_come_out_as_words(manager):
    opened(tags=("=1+1",), note="@SUM(A1)")
    (row,) = rows(manager)
    assert (row["case.tags"], row["case.notes"]) == ("'=1+1", "'@SUM(A1)")


def test_a_case_about_an_anonymous_answer_is_not_told(manager):
    secret = make_version("secret", is_anonymous=True)
    opened(secret)
    for _turn in range(5):
        answer(secret, at=timezone.now(), recommend=3)
    assert {row["case.code"] + row["case.notes"] for row in rows(manager)} == {""}


def test_a_file_in_the_background_has_the_same_columns_for_its_owner(manager):
    opened()
    export = ask_export(Export.Kind.RESPONSES, Export.Format.XLSX, "period=last_30", actor=manager)
    make_export(export.pk, now=timezone.now())
    export.refresh_from_db()
    heads, cells = load_workbook(path_of(export)).active.iter_rows(values_only=True)
    assert dict(zip(heads, cells, strict=True))["case.tags"] == "late|vip"


def test_more_cases_cost_no_more_queries(manager):
    version = opened().response.version
    before = queries_of(manager)
    for number in range(6):
        case = Case.objects.create(response=answer(version, at=timezone.now(), recommend=number))
        case.tags.set(Tag.objects.all())
        case.history.create(kind=CaseEvent.Kind.NOTE, note="Rang.")
    assert queries_of(manager) == before


def queries_of(user) -> int:
    with CaptureQueriesContext(connection) as seen:
        rows(user)
    return len(seen)
