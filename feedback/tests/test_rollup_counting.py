from datetime import UTC, date, datetime

import pytest

from feedback.metrics.sentiment import LABELS
from feedback.models import Correction, DirtyBucket, Rollup, Standing, TrafficRollup
from feedback.services.rollups import rebuild_day
from feedback.tests.programme import ASKED, NOW, answer, days_ago, invite, make_touchpoint, make_version
from surveys.models import CollectionLink

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def version():
    return make_version()


def row(key: str, **filters) -> Rollup:
    return Rollup.objects.get(question_key=key, **filters)


def test_every_value_has_its_own_bin_and_zero_is_the_first(version):
    for value in (0, 0, 7, 10):
        answer(version, recommend=value)
    rebuild_day(TODAY, now=NOW)
    counted = row("recommend")
    assert (counted.answers, counted.bin_0, counted.bin_7, counted.bin_10) == (4, 2, 1, 1)


def test_responses_are_counted_beside_their_answers(version):
    answer(version, recommend=5)
    answer(version)
    rebuild_day(TODAY, now=NOW)
    assert row("", kind=Rollup.RESPONSES).answers == 2


def test_an_unfinished_response_is_in_no_figure(version):
    answer(version, recommend=5, submitted=False)
    rebuild_day(TODAY, now=NOW)
    assert not Rollup.objects.exists()


def test_the_first_question_of_a_kind_leads_and_the_second_does_not(version):
    answer(version, happy=4, staff=2)
    rebuild_day(TODAY, now=NOW)
    assert (row("happy").is_lead, row("staff").is_lead) == (True, False)


def test_yes_and_no_are_counted_and_only_first_contact_speaks_for_its_survey(version):
    for said in (["yes"], ["yes"], ["no"]):
        answer(version, first_contact=said, again=["no"])
    rebuild_day(TODAY, now=NOW)
    counted = row("first_contact")
    assert (counted.answers, counted.bin_0, counted.bin_1, counted.is_lead) == (3, 1, 2, True)
    assert (row("again").bin_0, row("again").is_lead) == (3, False)


def test_choices_that_were_taken_away_are_no_answer(version):
    answer(version, first_contact=[])
    rebuild_day(TODAY, now=NOW)
    assert not Rollup.objects.filter(question_key="first_contact").exists()


def test_the_first_scale_of_a_survey_opens_it(version):
    answer(version, recommend=9, happy=4)
    rebuild_day(TODAY, now=NOW)
    assert (row("recommend").is_opening, row("happy").is_opening) == (True, False)


def test_a_comment_is_counted_under_its_label(version):
    answer(version, why="Bad.", label="negative")
    answer(version, why="ดี", label="")
    answer(version, why="Not read yet.")
    rebuild_day(TODAY, now=NOW)
    bins = [getattr(row("why"), f"bin_{place}") for place in range(len(LABELS))]
    assert dict(zip(LABELS, bins, strict=True)) == {
        "negative": 1,
        "neutral": 0,
        "mixed": 0,
        "positive": 0,
        "not_scored": 1,
        "waiting": 1,
    }


def test_what_a_person_says_about_a_comment_counts_more_than_the_engine(version, django_user_model):
    response = answer(version, why="Great, another delay.", label="positive")
    user = django_user_model.objects.create(username="ana")
    Correction.objects.create(answer=response.answers.get(), label="negative", corrected_by=user)
    rebuild_day(TODAY, now=NOW)
    assert (row("why").bin_0, row("why").bin_3) == (1, 0)


def test_every_reason_to_stay_out_of_headlines_has_its_own_row(version):
    study, recovery = make_version("study", purpose="research"), make_version("after", purpose="recovery")
    answer(version, recommend=9)
    answer(version, recommend=9, is_test=True, is_flagged=True)
    answer(version, recommend=9, is_flagged=True)
    answer(version, recommend=9, source_type="interview")
    answer(study, recommend=9)
    answer(recovery, recommend=9)
    rebuild_day(TODAY, now=NOW)
    standings = Rollup.objects.filter(kind="nps").values_list("standing", "answers")
    assert dict(standings) == {standing.value: 1 for standing in Standing}


def test_the_counted_rows_are_the_counted_responses(version):
    from feedback.models import Response

    answer(version, recommend=9)
    answer(version, recommend=9, is_flagged=True)
    answer(version, recommend=9, source_type="interview")
    rebuild_day(TODAY, now=NOW)
    assert Response.objects.counted().count() == row("recommend", standing="counted").answers == 1


def test_an_answer_belongs_to_the_day_in_the_account_s_zone(version, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    answer(version, recommend=9, at=datetime(2025, 5, 13, 22, 30, tzinfo=UTC))
    rebuild_day(date(2025, 5, 14), now=NOW)
    assert row("recommend").on == date(2025, 5, 14)


def test_answers_without_a_touchpoint_have_a_bucket_of_their_own(version):
    answer(version, recommend=9)
    answer(version, recommend=9, touchpoint=make_touchpoint("Counter"))
    rebuild_day(TODAY, now=NOW)
    assert Rollup.objects.filter(kind="nps", touchpoint_key=0).count() == 1


def test_an_anonymous_survey_is_remembered_on_its_rows():
    answer(make_version("secret", is_anonymous=True), recommend=9)
    rebuild_day(TODAY, now=NOW)
    assert row("recommend").is_anonymous


def test_counting_a_day_twice_changes_nothing(version):
    answer(version, recommend=3, why="Late.", label="negative")
    invite(version)
    rebuild_day(TODAY, now=NOW)
    once = list(Rollup.objects.values_list("question_key", "answers")), TrafficRollup.objects.get().invited
    rebuild_day(TODAY, now=NOW)
    assert once == (list(Rollup.objects.values_list("question_key", "answers")), TrafficRollup.objects.get().invited)
    assert not DirtyBucket.objects.exists()


def test_the_funnel_counts_invitations_by_the_day_they_were_issued(version):
    invite(version, at=days_ago(3), sent=False)
    invite(version, at=days_ago(3))
    answer(version, invitation=invite(version, at=days_ago(3)), recommend=9, submitted=False)
    answer(version, invitation=invite(version, at=days_ago(3)), recommend=9)
    rebuild_day(days_ago(3).date(), now=NOW)
    traffic = TrafficRollup.objects.get()
    assert (traffic.invited, traffic.delivered, traffic.started, traffic.finished) == (4, 3, 2, 1)


def test_an_answer_proves_that_the_invitation_arrived(version):
    answer(version, invitation=invite(version, sent=False), recommend=9)
    rebuild_day(TODAY, now=NOW)
    assert TrafficRollup.objects.get().delivered == 1


def test_test_invitations_are_in_no_funnel(version):
    invite(version, is_test=True)
    rebuild_day(TODAY, now=NOW)
    assert not TrafficRollup.objects.exists()


def test_visits_by_link_are_counted_apart_from_invitations(version):
    link = CollectionLink.objects.create(name="Counter", touchpoint=make_touchpoint("Counter"), survey=version.survey)
    answer(version, link=link, touchpoint=link.touchpoint, channel="qr", recommend=9)
    answer(version, link=link, touchpoint=link.touchpoint, channel="qr", submitted=False)
    rebuild_day(TODAY, now=NOW)
    traffic = TrafficRollup.objects.get()
    assert (traffic.invited, traffic.link_started, traffic.link_finished) == (0, 2, 1)


def test_a_survey_without_questions_is_counted_too():
    answer(make_version("bare", questions=[]))
    rebuild_day(TODAY, now=NOW)
    assert row("", kind=Rollup.RESPONSES).answers == 1
    assert ASKED[0]["key"] == "recommend"
