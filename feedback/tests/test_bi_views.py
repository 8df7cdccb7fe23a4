import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from feedback import bi
from feedback.analytics.filters import Filters
from feedback.analytics.sums import Daily
from feedback.metrics import METRICS
from feedback.models import Correction, Response, Standing
from feedback.models.standing import standing_case
from feedback.services.rollups import refresh_rollups
from feedback.tests.programme import NOW, answer, make_programme, make_version
from surveys.models import Customer
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db
PAGE = (Path(settings.BASE_DIR) / "docs/bi.md").read_text()


def read(name: str) -> list[dict]:
    view = next(view for view in bi.VIEWS if view.name == name)
    return ask(f"SELECT * FROM {bi.name_of(view, connection)}")


def ask(sql: str) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        heads = [column[0] for column in cursor.description]
        return [dict(zip(heads, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize("view", bi.VIEWS, ids=lambda view: view.name)
def test_the_page_describes_every_column_of_every_view(view):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {bi.name_of(view, connection)} LIMIT 0")
        columns = [column[0] for column in cursor.description]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{view.name}`"))
    assert re.findall(r"`(\w+)`", row)[1:] == columns


def test_no_view_shows_who_a_customer_is_or_what_was_written():
    version = make_version()
    customer = Customer.objects.create(external_id="C-77", name="Ana Silva", attributes={"phone": "+4930123"})
    answer(version, recommend=3, why="Call Ana.", label="negative", customer=customer)
    everything = repr([read(view.name) for view in bi.VIEWS])
    assert not re.search(r"Ana|C-77|4930123", everything)
    assert sorted(row["has_words"] for row in read("fact_answer")) == [0, 1]


def test_anonymous_surveys_have_no_rows():
    answer(make_version("secret", is_anonymous=True), recommend=3, why="Bad.", label="negative")
    assert [read(name) for name in ("fact_response", "fact_answer", "fact_reading")] == [[], [], []]


def test_an_erased_customer_is_no_longer_there():
    customer = Customer.objects.create(external_id="C-1")
    Customer.objects.filter(pk=customer.pk).update(erased_at=NOW)
    assert read("dim_customer") == []


def test_the_standing_in_the_view_is_the_one_that_figures_use():
    for purpose in ("cx", "research", "recovery"):
        version = make_version(purpose, purpose=purpose)
        for is_test in (False, True):
            for is_flagged in (False, True):
                for source in ("survey", "interview"):
                    answer(version, is_test=is_test, is_flagged=is_flagged, source_type=source)
    ours = dict(Response.objects.annotate(standing=standing_case()).values_list("pk", "standing"))
    assert {row["response_id"]: row["standing"] for row in read("fact_response")} == ours
    assert set(ours.values()) == {standing.value for standing in Standing}


def test_a_person_s_correction_is_the_label(django_user_model):
    row = answer(make_version(), why="Great, just great.", label="positive").answers.get()
    person = django_user_model.objects.create_user("ana")
    Correction.objects.create(answer=row, label="negative", corrected_by=person, corrected_at=NOW)
    assert [row["label"] for row in read("fact_reading")] == ["negative"]


def test_a_correction_that_was_taken_back_is_no_label(django_user_model):
    row = answer(make_version(), why="Great, just great.", label="positive").answers.get()
    person = django_user_model.objects.create_user("ana")
    Correction.objects.create(answer=row, label="negative", corrected_by=person, lapsed_at=NOW, lapsed_by=person)
    assert [row["label"] for row in read("fact_reading")] == ["positive"]


def test_the_query_in_the_page_gives_the_dashboard_s_nps():
    programme, now = make_programme(), timezone.now()
    for turn, value in enumerate((10, 9, 9, 7, 3, 0, 6)):
        row = answer(programme.visit, at=now - timedelta(minutes=turn + 1), recommend=value, happy=4)
        refresh_rollups(row.pk, now=now)
    refresh_rollups(answer(programme.study, at=now, recommend=0).pk, now=now)
    sql = re.search(r"```sql\n(.*?)```", PAGE, re.S)[1]
    if connection.vendor == "sqlite":
        sql = sql.replace("bi.", "bi_")
    week = last_days(7, today=now.date() + timedelta(days=1))
    page = Daily.read(Filters(period=week), week).over("nps", week).measured(METRICS["nps"])
    (row,) = ask(sql)
    assert float(next(iter(row.values()))) == pytest.approx(page.value)


def test_a_table_can_be_changed_while_the_views_are_known():
    bi.before_migrations(plan=["something to do"])
    assert not {"bi_fact_response", "fact_response"} & set(connection.introspection.table_names(include_views=True))
    bi.after_migrations()
    assert read("fact_response") == []
