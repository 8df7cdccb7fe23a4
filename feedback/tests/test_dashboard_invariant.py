"""A figure and the rows behind it agree, whatever the filters: fifty random ones over a random programme."""

import random
from datetime import timedelta

import pytest

from feedback.analytics.by_touchpoint import by_touchpoint
from feedback.analytics.comparisons import By, compare_groups
from feedback.analytics.distribution import bands, distribution, unread
from feedback.analytics.filters import ANY, PURPOSES, Filters
from feedback.analytics.funnel import funnel
from feedback.analytics.headline import headlines
from feedback.analytics.journey_map import draw_journey
from feedback.analytics.left_out import left_out, responses_by_standing
from feedback.analytics.measures import read_measures
from feedback.analytics.questions import read_questions
from feedback.analytics.selection import select_responses
from feedback.analytics.sums import Daily
from feedback.analytics.trends import trend
from feedback.forms.filters import FilterForm
from feedback.metrics import FCR_SAID, METRICS
from feedback.metrics.catalogue import Source
from feedback.metrics.histogram import Histogram
from feedback.models import Standing
from feedback.services.rollups import rebuild_day
from feedback.services.segments import count_segment
from feedback.tests.programme import NOW, Programme, answer, days_ago, invite, make_programme, make_segment
from feedback.views.pictures import measure_address
from surveys.models import CollectionLink, Journey
from vocplatform.lib.periods import Grain, Period

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAYS = 40


def fill(programme: Programme, dice: random.Random, n: int) -> None:
    link = CollectionLink.objects.create(name="QR", touchpoint=programme.counter, survey=programme.visit.survey)
    for _turn in range(n):
        version = dice.choice([programme.visit, programme.visit, programme.shop, programme.study])
        place = dice.choice([programme.counter, programme.delivery, programme.support, None])
        at = days_ago(dice.uniform(0, DAYS))
        way = dice.random()
        who = dice.choice([None, *programme.customers])
        fields = {"touchpoint": place, "channel": dice.choice(["email", "sms"]), "customer": who}
        if way < 0.4:
            invited = invite(
                version,
                at=at - timedelta(days=dice.uniform(0, 3)),
                touchpoint=place,
                sent=dice.random() < 0.9,
                customer=who,
            )
            fields |= {"invitation": invited, "channel": "email"}
        elif way < 0.55:
            fields |= {"link": link, "channel": "qr"}
        answers = {"why": "Words."} if dice.random() < 0.5 else {}
        if version != programme.shop and dice.random() < 0.9:
            answers |= {"recommend": dice.randint(0, 10), "easy": dice.randint(1, 7)}
        if version != programme.shop and dice.random() < 0.7:
            answers |= {"first_contact": dice.choice([["yes"], ["yes"], ["no"]]), "again": [dice.choice(["yes", "no"])]}
            answers |= {"issues": dice.choice([["late"], ["lost"], ["late", "lost"], []])}
            answers |= {"heard": [dice.choice(["friend", "7"])]}
        if dice.random() < 0.8:
            answers |= {"happy": dice.randint(1, 5)}
        answer(
            version,
            at=at,
            submitted=dice.random() < 0.9,
            is_test=dice.random() < 0.05,
            is_flagged=dice.random() < 0.05,
            source_type="interview" if dice.random() < 0.05 else "survey",
            label=dice.choice([None, "", "negative", "neutral", "positive", "mixed"]),
            **fields,
            **answers,
        )
    for _turn in range(n // 4):
        invite(
            dice.choice([programme.visit, programme.shop]),
            at=days_ago(dice.uniform(0, DAYS)),
            touchpoint=programme.counter,
            customer=dice.choice([None, *programme.customers]),
        )
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=NOW)


def random_filters(dice: random.Random) -> Filters:
    first_on = TODAY - timedelta(days=dice.randint(0, DAYS))
    period = Period(first_on, min(TODAY, first_on + timedelta(days=dice.randint(0, DAYS))))
    choose = lambda *values: dice.choice(("", "", *values))  # noqa: E731
    return Filters(
        period=period,
        survey=choose("visit", "shop", "study"),
        version=dice.choice([None, None, None, 1]),
        journey=choose("shop"),
        stage=choose("shop/buy", "shop/use"),
        touchpoint=choose("counter", "parcel", "support-call", "-"),
        channel=choose("email", "qr"),
        segment=dice.choice(["", "", "gold"]),
        standing=dice.choice(["counted", "counted", ANY, *Standing.values]),
    )


def rows_behind(query: str) -> int:
    """Follow a link as a browser does: the address is all that is kept."""
    from django.http import QueryDict

    form = FilterForm(QueryDict(query), today=TODAY)
    assert form.is_valid(), form.errors
    return select_responses(form.filters()).count()


@pytest.fixture
def dice():
    return random.Random(20250514)


def test_every_figure_has_as_many_rows_as_it_says(dice):
    fill(make_programme(), dice, 260)
    for back in range(DAYS + 5):
        rebuild_day(TODAY - timedelta(days=back), now=NOW)
    seen = 0
    for _turn in range(50):
        filters = random_filters(dice)
        for name, n, query in some(figures_of(filters, dice), dice, 40):
            assert rows_behind(query) == n, (name, filters)
            seen += n
    assert seen > 1000


def some(figures, dice: random.Random, most: int) -> list:
    """As many of them, rather those that count something."""
    found = sorted(figures, key=lambda each: (each[1] == 0, dice.random()))
    return found[:most]


def figures_of(filters: Filters, dice: random.Random):
    """Yield numbers that link to rows, on dashboard, journey map, metrics and comparisons, as (name, n, address)."""
    daily = Daily.read(filters, filters.period.previous, filters.period)
    for line in headlines(daily, filters, filters.period.previous):
        yield line.metric.key, line.figure.n, line.rows
        for bar in (*bands(line.metric, line.counted, filters), *distribution(line.metric, line.counted, filters)):
            yield bar.label, bar.count, bar.rows
        for point in trend(line.metric, daily, filters, Grain.WEEK, today=TODAY):
            yield point.slot, point.figure.n, point.rows
    comments = unread(daily.over("text", filters.period), filters)
    yield "not scored", comments.not_scored, comments.not_scored_rows
    yield "waiting", comments.waiting, comments.waiting_rows
    yield from figures_of_places(filters)
    yield from figures_of_questions(filters)
    yield from figures_of_measures(
        filters, dice.choice(["nps", "effort", "fcr_said", "completion", "survey_abandonment"])
    )
    yield from figures_of_groups(filters, dice.choice([By.TOUCHPOINT, By.STAGE, By.CHANNEL, By.VERSION, By.SEGMENT]))
    for out in left_out(responses_by_standing(filters), filters):
        yield out.standing, out.count, out.rows
    found = funnel(filters, filters.period.previous)
    for step in found.steps:
        if step.rows:
            yield step.name, step.count, step.rows
    if filters.standing in PURPOSES:
        yield "by link", found.traffic.link_started, found.link_started_rows
        yield "by link, finished", found.traffic.link_finished, found.link_finished_rows


def figures_of_measures(filters: Filters, key: str):
    """The page of a metric: its figure and each point of its trend."""
    found = read_measures(filters, filters.period.previous, now=NOW, today=TODAY, grain=Grain.WEEK, only=key)
    for line in found.lines:
        if line.described.source is Source.TRAFFIC and filters.standing not in PURPOSES:
            continue
        for part, figure in [(filters.period, line.figure), *((slot.period, figure) for slot, figure in line.trend)]:
            yield key, figure.n, measure_address(line.described, filters.during(part)).partition("?")[2]


def figures_of_questions(filters: Filters):
    for question in read_questions(filters) if filters.survey else ():
        yield question.key, question.n, question.rows
        for option in question.options:
            yield f"{question.key}/{option.key}", option.chose, option.rows


def figures_of_groups(filters: Filters, by: By):
    for group in compare_groups(METRICS["csat"], by, filters, filters.period.previous).groups:
        yield group.label, group.figure.n, group.filters.query()


def figures_of_places(filters: Filters):
    places = by_touchpoint(filters)
    lines = [line for stage in places.stages for line in (stage.total, *stage.lines)]
    for line in (*lines, *filter(None, [places.elsewhere])):
        for metric in METRICS:
            yield line.name, line.cells[metric].figure.n, line.cells[metric].rows
    for stop in draw_journey(Journey.objects.get(), filters).stops:
        yield stop.touchpoint, stop.level.n, stop.rows
        yield stop.touchpoint, stop.sentiment.n, stop.sentiment_rows


def test_a_figure_from_roll_ups_equals_the_one_from_the_rows(dice):
    fill(make_programme(), dice, 200)
    for back in range(DAYS + 5):
        rebuild_day(TODAY - timedelta(days=back), now=NOW)
    compared = 0
    for _turn in range(60):
        filters = random_filters(dice)
        daily = Daily.read(filters, filters.period.previous, filters.period)
        for line in headlines(daily, filters, filters.period.previous)[:4]:
            numbers = numbers_behind(filters, line.metric)
            assert line.figure == line.metric.measure(Histogram.of(numbers)), filters
            compared += len(numbers)
    assert compared > 200


def numbers_behind(filters: Filters, metric) -> list[int]:
    """The first answer of its kind in each response, taken one by one; of yes and no only the one that counts."""
    found = []
    for response in select_responses(filters).prefetch_related("answers").select_related("version"):
        asked = [each["key"] for each in response.version.definition["questions"] if each["kind"] == metric.kind]
        lead = "first_contact" if metric is FCR_SAID else next(iter(asked), None)
        mine = [each for each in response.answers.all() if each.question_key == lead]
        found += [int(each.choices == ["yes"]) if metric is FCR_SAID else each.number for each in mine]
    return found
