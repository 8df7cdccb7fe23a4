from datetime import timedelta

import numpy as np
import pytest

from feedback.analytics.driver_rows import candidates_of, named_candidates, read_table
from feedback.models import CommentRollup, DriverStudy, Theme, ThemeMention
from feedback.services.drivers import ask_driver_study, run_driver_study
from feedback.services.segments import count_segment
from feedback.tasks import sweep_driver_studies
from feedback.tests.programme import NOW, answer, days_ago, make_segment, make_version
from surveys.models import Customer
from vocplatform.lib.periods import Period

pytestmark = pytest.mark.django_db
PERIOD = Period((NOW - timedelta(days=30)).date(), NOW.date())
NUMBERS = {"happy": (1, 5), "easy": (1, 7), "staff": (1, 5)}


@pytest.fixture
def version():
    return make_version()


@pytest.fixture
def heard(version):
    """Sixty answers in which only "staff" goes along with the recommendation."""
    dice = np.random.default_rng(11)
    for place in range(60):
        given = {key: int(dice.integers(low, high + 1)) for key, (low, high) in NUMBERS.items()}
        answer(
            version,
            at=days_ago(place / 3),
            recommend=int(np.clip(2 * given["staff"] + dice.integers(-1, 2), 0, 10)),
            **given,
        )


def ask(version, drivers=("happy", "easy", "staff"), **more) -> DriverStudy:
    return ask_driver_study(
        version, outcome="recommend", drivers=drivers, period=PERIOD, actor=None, now=NOW, samples=60, **more
    )


def test_a_study_is_computed_and_keeps_what_it_was_computed_from(version, heard):
    study = run_driver_study(ask(version).pk, now=NOW)
    assert (study.status, study.result["n"], study.formula_version) == ("done", 60, 1)
    assert study.watermark == version.responses.latest("pk").pk
    first = max(study.result["drivers"], key=lambda each: each["shapley_percent"])
    assert (first["name"], first["rank"], first["rank_stability"]) == ("staff", 1, 1.0)
    assert 0 <= first["performance_interval"][0] < first["performance"] < first["performance_interval"][1] <= 100


def test_the_same_question_gets_the_same_answer(version, heard):
    one, other = (run_driver_study(ask(version).pk, now=NOW) for _turn in range(2))
    assert one.result == other.result


def test_two_workers_compute_a_study_once(version, heard):
    study = ask(version)
    assert run_driver_study(study.pk, now=NOW) is not None
    assert run_driver_study(study.pk, now=NOW) is None


def test_a_study_of_a_worker_that_died_is_taken_up_again(version, heard):
    study = ask(version)
    DriverStudy.objects.update(status="running", begun_at=NOW - timedelta(hours=1))
    sweep_driver_studies()
    study.refresh_from_db()
    assert study.status == "done"


def test_asking_has_it_computed_at_once(version, heard, after_commit):
    with after_commit():
        study = ask(version)
    study.refresh_from_db()
    assert study.status == "done"


def test_too_few_answers_are_refused_in_words(version):
    answer(version, recommend=9, happy=5, easy=7, staff=5)
    study = run_driver_study(ask(version).pk, now=NOW)
    assert (study.status, study.problem) == (
        "refused",
        "1 complete rows are too few for 3 drivers; 8 are needed.",
    )


def test_rows_with_a_missing_answer_are_counted_apart(version, heard):
    answer(version, recommend=9, happy=5)
    assert run_driver_study(ask(version).pk, now=NOW).result["left_out"] == 1


def test_a_person_counts_once_with_the_newest_answer(version):
    who = Customer.objects.create(external_id="C-1")
    for day, score in ((9, 0), (1, 10)):
        answer(version, at=days_ago(day), customer=who, recommend=score, happy=5)
    answer(version, recommend=3, happy=2)
    answer(version, recommend=4, happy=2)
    table = read_table(version, "recommend", ["happy"], period=PERIOD)
    assert (sorted(table.outcome), table.repeated) == ([3, 4, 10], 1)


def test_answers_that_do_not_count_in_figures_are_not_studied(version):
    answer(version, recommend=9, happy=5, is_test=True)
    answer(version, recommend=9, happy=5, is_flagged=True)
    assert len(read_table(version, "recommend", ["happy"], period=PERIOD).outcome) == 0


def test_a_segment_narrows_the_rows_to_its_members(version):
    gold, other = (Customer.objects.create(external_id=plan, attributes={"plan": plan}) for plan in ("gold", "tin"))
    for who in (gold, other):
        answer(version, customer=who, recommend=9, happy=5)
    segment = make_segment("gold", ("customer", "plan", "is", "gold"))
    count_segment(segment.pk, now=NOW)
    assert len(read_table(version, "recommend", ["happy"], period=PERIOD, segment_id=segment.pk).outcome) == 1


def test_a_theme_is_a_driver_that_was_spoken_of_or_not_and_nothing_without_a_comment(version):
    theme = Theme.objects.create(name="Waiting", slug="waiting")
    said = answer(version, recommend=2, why="An hour!", label="negative")
    ThemeMention.objects.create(
        answer=said.answers.get(kind="text"), response=said, theme=theme, taxonomy_version=1, label="negative"
    )
    answer(version, recommend=9, why="Lovely.", label="positive")
    answer(version, recommend=5)
    assert [each.text for each in named_candidates(version, ["theme:waiting", "theme:gone"])] == ["Waiting"]
    column = read_table(version, "recommend", ["theme:waiting"], period=PERIOD).drivers[:, 0]
    assert sorted(column[~np.isnan(column)]) == [0.0, 1.0]
    assert np.isnan(column).sum() == 1


def test_themes_are_offered_where_enough_comments_speak_of_them(version):
    for slug, n in (("waiting", 12), ("parking", 2)):
        theme = Theme.objects.create(name=slug.title(), slug=slug)
        CommentRollup.objects.create(
            on=NOW.date(), version=version, survey=version.survey, about="theme", subject=str(theme.pk), responses=n
        )
    offered = [candidate.key for candidate in candidates_of(version)]
    assert offered == ["recommend", "happy", "easy", "staff", "theme:waiting"]
