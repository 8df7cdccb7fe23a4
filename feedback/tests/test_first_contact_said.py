"""First contact resolution as customers say it: one number through every door, and only where somebody was asked."""

import csv
import io
from html import unescape

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from feedback.analytics.replay import Verdict, replay
from feedback.forms.filters import FilterForm
from feedback.metrics.catalogue import CATALOGUE
from feedback.metrics.first_contact import share_of_yes
from feedback.metrics.histogram import Histogram
from feedback.metrics.leads import Leads
from feedback.models import DigestPlan, KeptFigure
from feedback.report import read_report
from feedback.tests.programme import make_touchpoint, make_version
from feedback.tests.staff import browser, staff
from feedback.tests.test_dashboard_pages import heard, words
from vocplatform.lib.stats import wilson_interval

pytestmark = pytest.mark.django_db
SAID = (["yes"], ["yes"], ["yes"], ["no"])


@pytest.fixture
def manager():
    return staff("manager")


@pytest.fixture
def reader(manager):
    return browser(manager)


@pytest.fixture
def asked():
    version, place = make_version(), make_touchpoint("Support call")
    for said in SAID:
        heard(version, touchpoint=place, first_contact=said, again=["no"])
    return version


def figure_on(page):
    return next(line.figure for line in page.context["overview"].headlines if line.metric.key == "fcr_said")


def test_it_is_the_share_of_yes_with_wilsons_interval():
    figure = share_of_yes(Histogram.of([1, 1, 1, 0]))
    assert (figure.value, figure.n) == (75.0, 4)
    assert figure.interval == wilson_interval(3, 4).scaled(100)


@pytest.mark.parametrize(
    ("key", "kind", "speaks"),
    [("first_contact", "yes_no", True), ("solved", "yes_no", False), ("first_contact", "single", False)],
)
def test_only_a_yes_or_no_question_with_the_key_speaks_for_its_survey(key, kind, speaks):
    leads = Leads.of({"questions": [{"key": "before", "kind": kind}, {"key": key, "kind": kind}]})
    assert leads.leads("yes_no", key) is speaks


def test_every_door_says_the_same_number(reader, manager, asked):
    figure = figure_on(reader.get(reverse("dashboard")))
    assert (figure.value, figure.n) == (75.0, 4)
    api = reader.get("/api/v1/metrics").json()
    for rows in (api["metrics"], api["measures"]):
        told = next(row for row in rows if row["metric"] == "fcr_said")
        assert (told["value"], told["n"], told["low"], told["high"]) == (75.0, 4, *ends(figure))
    for page, name in (("figures_csv", "all"), ("measures_csv", None)):
        body = b"".join(reader.get(reverse(page)).streaming_content).decode("utf-8-sig")
        rows = [row for row in csv.DictReader(io.StringIO(body)) if row["metric"] == "fcr_said"]
        told = next(row for row in rows if row.get("scope") == name)
        assert (float(told["value"]), int(told["n"]), float(told["low_95"])) == (75.0, 4, figure.interval.low)


def ends(figure) -> tuple[float, float]:
    return figure.interval.low, figure.interval.high


def test_paper_and_mail_carry_it(manager, asked):
    form = FilterForm(QueryDict("period=last_30"), today=timezone.localdate())
    assert form.is_valid()
    report = read_report(form, title="Figures")
    for template in ("feedback/report.html", "emails/digest/body.html"):
        page = unescape(render_to_string(template, {"report": report, "plan": DigestPlan(name="Week")}))
        assert "First contact resolution, as customers say" in page
        assert "75\u202f%" in page


def test_the_figure_leads_to_its_responses_and_each_bar_to_its_own(reader, asked):
    heard(asked, recommend=5)
    assert "4 responses" in words(reader.get(reverse("responses"), {"metric": "fcr_said"}))
    assert "1 response" in words(reader.get(reverse("responses"), {"metric": "fcr_said", "band": "open"}))
    assert "3 responses" in words(reader.get(reverse("responses"), {"metric": "fcr_said", "value": 1}))


def test_a_survey_that_does_not_ask_has_no_tile_and_no_column_for_it(reader):
    heard(make_version(), recommend=9, touchpoint=make_touchpoint("Counter"))
    page = reader.get(reverse("dashboard"))
    assert "FCR, said" not in words(page)
    assert "fcr_said" not in page.context["overview"].places.stages[0].total.cells


def test_it_can_be_shown_where_nobody_was_asked_and_says_so(reader):
    heard(make_version(), recommend=9)
    assert figure_on(reader.get(reverse("dashboard"), {"show": "fcr_said"})).state == "no_answers"


def test_a_kept_figure_of_it_is_the_same_when_computed_again_from_its_rows(reader, asked):
    reader.post(reverse("keep_figure"), {"metric": "fcr_said", "query": "period=last_30"})
    kept = KeptFigure.objects.get()
    form = FilterForm(QueryDict(kept.query), today=timezone.localdate())
    assert form.is_valid()
    assert replay(kept, form.filters()).verdict is Verdict.SAME
    assert replay(kept, form.filters()).now.n == 4


def test_few_anonymous_answers_to_it_are_hidden(reader):
    version = make_version("secret", is_anonymous=True)
    for said in SAID:
        heard(version, first_contact=said)
    assert figure_on(reader.get(reverse("dashboard"))).state == "hidden"


def test_its_definition_has_the_lines_of_the_trade():
    said, counted = CATALOGUE["fcr_said"], CATALOGUE["fcr"]
    assert (said.target, said.act_at, said.benchmark_low, said.benchmark_high) == (70, 65, 70, 75)
    assert (said.target, said.act_at) == (counted.target, counted.act_at)
