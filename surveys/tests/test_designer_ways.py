"""The pages around a draft that answer questions: who sees what, and how soon a change would show."""

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from statsmodels.stats.power import NormalIndPower

from surveys.definition.freeze import freeze
from surveys.definition.schema import read_definition
from surveys.models import Survey
from surveys.services.surveys import create_from_template
from surveys.services.volume import power_of
from surveys.tests.designer import client_of, staff
from vocplatform.lib.power import answers_to_detect, nps_variance, share_variance
from vocplatform.lib.stats import nps_difference_interval

NOW = timezone.now()


@pytest.fixture
def designer(db):
    return client_of(staff("designer"))


@pytest.fixture
def survey(db):
    return create_from_template("delivery", locale="en")


def url(name: str, survey) -> str:
    return reverse(f"admin:surveys_survey_{name}", args=[survey.pk])


def power(survey, **planned):
    survey = Survey.objects.with_draft().get(pk=survey.pk)
    return power_of(survey, read_definition(freeze(survey)), now=NOW, **planned)


def test_a_chosen_answer_leads_along_its_path(designer, survey):
    happy = designer.get(url("paths", survey), {"a-csat": "5"}).context
    unhappy = designer.get(url("paths", survey), {"a-csat": "1"}).context
    assert [step["is_shown"] for step in happy["steps"]] == [True, False, True]
    assert [step["is_shown"] for step in unhappy["steps"]] == [True, True, True]


def test_all_paths_are_listed_and_each_can_be_walked(designer, survey):
    page = designer.get(url("paths", survey))
    listed = page.context["paths"]
    assert sorted(one["numbers"] for one in listed) == ["1 → 2 → 3", "1 → 3"]
    walked = [designer.get(f"{url('paths', survey)}?{one['query']}").context["seen"] for one in listed]
    assert walked == [len(one["numbers"].split(" → ")) for one in listed]


def test_a_question_that_nobody_sees_is_named_with_a_way_to_it(designer, survey):
    survey.questions.filter(key="issues").update(show_if_operator="at_least", show_if_value="9")
    page = designer.get(url("paths", survey)).content.decode()
    assert "1 question is seen by nobody" in page
    assert f"{reverse('admin:surveys_survey_change', args=[survey.pk])}#questions-1" in page


def test_a_rotating_question_is_drawn_by_hand(designer, survey):
    for number in (1, 2):
        survey.questions.create(key=f"r{number}", kind="rating", text=f"R{number}?", rotation_slot="x", position=9)
    first = designer.get(url("paths", survey)).context
    second = designer.get(url("paths", survey), {"slot-x": "r2"}).context
    assert [first["steps"][-1]["question"].key, second["steps"][-1]["question"].key] == ["r1", "r2"]


def test_nonsense_in_the_address_of_the_tester_is_no_answer(designer, survey):
    page = designer.get(url("paths", survey), {"a-csat": "77", "a-unknown": "x", "slot-y": "z"})
    assert page.status_code == 200


@pytest.mark.parametrize(("points", "answers"), [(20, 240), (15, 426), (10, 958), (5, 3831), (3, 10640)])
def test_the_answers_needed_are_the_published_ones_for_a_usual_nps(points, answers):
    assert answers_to_detect(points / 100, nps_variance(50, 30, 20)) == answers


@pytest.mark.parametrize(("difference", "share"), [(0.05, 0.5), (0.1, 0.75), (0.2, 0.9)])
def test_the_answers_needed_are_those_of_statsmodels(difference, share):
    variance = share_variance(share)
    other = NormalIndPower().solve_power(difference / variance**0.5, alpha=0.05, power=0.8)
    assert answers_to_detect(difference, variance) == pytest.approx(other, abs=1)


def test_with_so_many_answers_four_of_five_true_changes_show():
    n = answers_to_detect(0.1, nps_variance(50, 30, 20))
    before, after = (
        np.random.default_rng(seed).multinomial(n, mix, 600)
        for seed, mix in enumerate([(0.5, 0.3, 0.2), (0.55, 0.3, 0.15)])
    )
    found = [nps_difference_interval(tuple(new), tuple(old)).low > 0 for new, old in zip(after, before, strict=True)]
    assert 0.76 < np.mean(found) < 0.86  # the second mix varies a little less


def test_no_change_at_all_cannot_be_waited_for():
    with pytest.raises(ValueError, match="greater than 0"):
        answers_to_detect(0, 0.6)


def test_with_a_planned_volume_the_time_follows_from_it(survey):
    found = {change.points: change for change in power(survey, planned=304).changes}
    assert found[10].answers == 295  # 2 * 7.849 * 0.1875 / 0.01
    assert found[10].days == round(295 / 10)


def test_without_answers_nobody_can_tell(survey):
    assert [change.days for change in power(survey).changes] == [None, None, None]


def test_a_volume_too_small_for_ever_is_said_so(designer, survey):
    page = designer.get(url("power", survey), {"answers": "1"}).content.decode()
    assert "more than ten years" in page


def test_the_page_refuses_a_volume_that_is_none(designer, survey):
    page = designer.get(url("power", survey), {"answers": "0"}).content.decode()
    assert "greater than or equal to 1" in page and "Nobody has answered" in page


def test_a_survey_without_a_score_has_nothing_to_wait_for(designer, survey):
    survey.questions.exclude(key="comment").delete()
    assert power(survey) is None
    assert "asks for no score" in designer.get(url("power", survey)).content.decode()


@pytest.mark.parametrize("name", ["paths", "power"])
def test_the_pages_change_nothing(designer, survey, name):
    before = Survey.objects.get().updated_at
    designer.get(url(name, survey), {"answers": "5", "a-csat": "1"})
    assert Survey.objects.get().updated_at == before
