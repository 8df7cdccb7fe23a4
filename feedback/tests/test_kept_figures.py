import csv
import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Answer, KeptFigure, Reading, Response
from feedback.services.rollups import refresh_rollups
from feedback.tests.programme import answer, make_version
from feedback.tests.test_dashboard_pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("ana"))
    return client


def heard(version, **fields):
    response = answer(version, at=timezone.now() - timedelta(minutes=5), **fields)
    refresh_rollups(response.pk, now=timezone.now())
    return response


@pytest.fixture
def version():
    version = make_version()
    for value in (10, 9, 8, 0):
        heard(version, recommend=value, why="Fine.", label="positive")
    return version


def keep(reader, metric: str = "nps", query: str = "period=last_30") -> KeptFigure:
    response = reader.post(reverse("keep_figure"), {"metric": metric, "query": query, "note": "for the board"})
    assert response.status_code == 302
    return KeptFigure.objects.latest("pk")


def page(reader, kept: KeptFigure):
    return reader.get(kept.get_absolute_url())


def test_the_kept_figure_is_the_one_on_the_page(reader, version):
    shown = reader.get(reverse("dashboard"), {"period": "last_30"}).context["overview"].headlines[0].figure
    kept = keep(reader)
    assert (kept.value, kept.n, kept.low, kept.high) == (
        shown.value,
        shown.n,
        shown.interval.low,
        shown.interval.high,
    )


def test_a_named_period_becomes_its_days(reader, version):
    assert re.fullmatch(r"first=[\d-]{10}&last=[\d-]{10}", keep(reader).query)


def test_from_the_same_rows_it_is_the_same(reader, version):
    kept = keep(reader)
    heard(version, recommend=0)
    assert "the same" in words(page(reader, kept))


def test_a_late_import_with_an_old_day_does_not_belong_to_it(reader, version):
    kept = keep(reader)
    answer(version, at=timezone.now() - timedelta(days=3), recommend=0)
    assert page(reader, kept).context["replay"].verdict == "same"


def test_a_changed_answer_is_named_as_the_reason(reader, version):
    kept = keep(reader)
    row = Answer.objects.filter(kind="nps", number=10).get()
    Answer.objects.filter(pk=row.pk).update(number=2)
    Response.objects.filter(pk=row.response_id).update(edited_at=timezone.now() + timedelta(seconds=1))
    replay = page(reader, kept).context["replay"]
    assert (replay.verdict, replay.now.n) == ("changed", 4)
    assert replay.reasons == ("The customer changed 1 response.",)
    assert page(reader, kept).context["figure"].value == kept.value == 25


def test_a_response_that_counts_no_longer_is_named_as_the_reason(reader, version):
    kept = keep(reader)
    Response.objects.filter(answers__number=0).update(is_flagged=True)
    assert page(reader, kept).context["replay"].reasons == ("1 answer is no longer counted.",)


def test_a_new_reading_is_named_as_the_reason(reader, version):
    kept = keep(reader, "sentiment")
    Reading.objects.filter(pk=Reading.objects.earliest("pk").pk).update(
        label="negative", scored_at=timezone.now() + timedelta(seconds=1)
    )
    assert "1 comment was read again." in page(reader, kept).context["replay"].reasons


def test_its_list_has_the_very_responses(reader, version):
    kept = keep(reader)
    heard(version, recommend=0)
    rows = page(reader, kept).context["rows"]
    assert "4 responses" in words(reader.get(f"{reverse('responses')}?{rows}"))
    assert "5 responses" in words(reader.get(reverse("responses"), {"period": "last_30"}))


def test_its_file_holds_then_and_now(reader, version):
    kept = keep(reader)
    body = reader.get(reverse("kept_figure_csv", args=[kept.code])).content.decode("utf-8-sig")
    then, now = csv.DictReader(io.StringIO(body))
    assert (then["scope"], now["scope"], now["verdict"]) == ("kept", "now", "same")
    assert float(then["value"]) == float(now["value"]) == 25


def test_four_anonymous_answers_are_kept_as_hidden(reader):
    version = make_version(is_anonymous=True)
    for value in (10, 9, 8, 0):
        heard(version, recommend=value)
    kept = keep(reader)
    assert (kept.state, kept.value, kept.n) == ("hidden", None, None)
    assert page(reader, kept).context["replay"].verdict == "same"


def test_a_filter_that_is_gone_shows_the_figure_and_says_why_it_cannot_be_computed(reader, version):
    kept = keep(reader, query="period=last_30&survey=visit")
    KeptFigure.objects.filter(pk=kept.pk).update(query=kept.query.replace("visit", "gone"))
    said = words(page(reader, kept))
    assert "+25" in said and "cannot be computed again" in said


def test_a_figure_of_a_wrong_filter_is_not_kept(reader):
    assert reader.post(reverse("keep_figure"), {"metric": "nps", "query": "survey=nope"}).status_code == 400
    assert not KeptFigure.objects.exists()


def test_an_unknown_kept_figure_is_refused_as_a_filter(reader):
    assert reader.get(reverse("responses"), {"figure": "NOPE"}).status_code == 400


def test_the_list_of_kept_figures_costs_the_same_for_many(reader, version, django_assert_max_num_queries):
    for _turn in range(8):
        keep(reader)
    with django_assert_max_num_queries(12):
        assert "for the board" in words(reader.get(reverse("kept_figures")))


def test_every_headline_can_be_kept_from_its_tile(reader, version):
    html = reader.get(reverse("dashboard")).content.decode()
    assert html.count("Keep this figure") == 2
