from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from feedback.models import DirtyBucket, Recount, Rollup, TrafficRollup
from feedback.services import rollups
from feedback.services.edits import dispute_answers
from feedback.services.rollups import (
    mark_recent_invitations,
    rebuild_bucket,
    rebuild_day,
    rebuild_waiting,
    recount_rollups,
    recount_tonight,
    refresh_rollups,
    tonights_share,
)
from feedback.services.scoring import score_response
from feedback.tests.programme import NOW, answer, days_ago, invite, make_touchpoint, make_version
from surveys.definition.schema import DefinedQuestion, Definition
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def version():
    return make_version()


def counted() -> int:
    return sum(Rollup.objects.filter(kind="nps").values_list("answers", flat=True))


def test_a_new_answer_is_counted_at_once(version):
    refresh_rollups(answer(version, recommend=0).pk, now=NOW)
    assert counted() == 1


def test_one_nudge_after_a_rush_counts_what_the_others_marked(version):
    rush = [answer(version, recommend=value, at=days_ago(value)) for value in (1, 2, 3)]
    rollups.mark_responses([response.pk for response in rush[:2]], now=NOW)
    refresh_rollups(rush[2].pk, now=NOW)
    assert (counted(), DirtyBucket.objects.count()) == (3, 0)


def test_the_same_news_twice_counts_once(version):
    response = answer(version, recommend=0)
    refresh_rollups(response.pk, now=NOW)
    refresh_rollups(response.pk, now=NOW)
    assert counted() == 1


def test_a_changed_answer_moves_from_its_old_bin_to_its_new_one(version):
    response = answer(version, recommend=0)
    refresh_rollups(response.pk, now=NOW)
    response.answers.update(number=10)
    refresh_rollups(response.pk, now=NOW)
    row = Rollup.objects.get(kind="nps")
    assert (row.bin_0, row.bin_10) == (0, 1)


def test_news_of_a_response_that_is_gone_is_no_error():
    refresh_rollups(404, now=NOW)
    assert not DirtyBucket.objects.exists()


def test_an_answer_moves_the_funnel_of_the_day_it_was_invited(version):
    invitation = invite(version, at=days_ago(5))
    refresh_rollups(answer(version, invitation=invitation, channel="email", recommend=9).pk, now=NOW)
    assert TrafficRollup.objects.get(on=days_ago(5).date()).finished == 1


def test_a_large_bucket_waits_for_the_sweep(version, monkeypatch):
    monkeypatch.setattr(rollups, "SMALL_BUCKET", 2)
    for value in (1, 2, 3):
        refresh_rollups(answer(version, recommend=value).pk, now=NOW)
    assert (counted(), DirtyBucket.objects.count()) == (2, 1)
    rebuild_waiting()
    assert (counted(), DirtyBucket.objects.count()) == (3, 0)


def test_a_bucket_that_cannot_be_counted_keeps_no_other_waiting(version, monkeypatch):
    older, newer = answer(version, recommend=3, at=days_ago(1)), answer(version, recommend=3)
    rollups.mark_responses([older.pk], now=NOW - timedelta(hours=1))
    rollups.mark_responses([newer.pk], now=NOW)
    count = rollups.count_traffic

    def count_today_only(on, **only):
        return count(on, **only) if on == TODAY else 1 / 0

    monkeypatch.setattr(rollups, "KEPT", ((Rollup, rollups.count_answers), (TrafficRollup, count_today_only)))
    assert rebuild_waiting() == 1
    assert (counted(), DirtyBucket.objects.get().on) == (1, days_ago(1).date())


def test_a_scored_response_has_marked_its_bucket_even_if_every_nudge_is_lost(version):
    response = answer(version, recommend=3, why="The parcel was late.")
    score_response(response.pk, now=NOW)
    rebuild_waiting()
    assert counted() == 1


def test_an_answer_that_is_flagged_afterwards_leaves_the_figures(version):
    response = answer(version, recommend=9)
    refresh_rollups(response.pk, now=NOW)
    asked = DefinedQuestion("recommend", "nps", "?", minimum=0, maximum=10)
    dispute_answers(response.pk, Definition("visit", "Visit", questions=(asked,)), {"recommend": 0}, now=NOW)
    rebuild_waiting()
    assert dict(Rollup.objects.filter(kind="nps").values_list("standing", "answers")) == {"flagged": 1}


def test_a_bucket_that_nobody_marked_is_not_counted_again(version):
    key = (TODAY, version.pk, 0, "link")
    assert rebuild_bucket(key) is False


def test_invitations_sent_lately_reach_the_funnel_without_any_answer(version):
    invite(version, at=days_ago(1), touchpoint=make_touchpoint("Counter"))
    assert mark_recent_invitations(now=NOW) == 1
    rebuild_waiting()
    assert TrafficRollup.objects.get().invited == 1


def test_a_recount_finds_repairs_and_records_a_wrong_bucket(version):
    answer(version, recommend=9)
    rebuild_day(TODAY, now=NOW)
    Rollup.objects.filter(kind="nps").update(answers=7, bin_9=7)
    recount = recount_rollups(last_days(1, today=TODAY), now=NOW)
    assert (recount.buckets, recount.wrong) == (1, 1)
    assert counted() == 1


def test_a_recount_of_true_roll_ups_finds_nothing(version):
    answer(version, recommend=9, why="Fine.", label="positive")
    invite(version)
    rebuild_day(TODAY, now=NOW)
    assert recount_rollups(last_days(2, today=TODAY), now=NOW).wrong == 0


def test_a_marked_bucket_is_late_and_not_wrong(version, monkeypatch):
    monkeypatch.setattr(rollups, "SMALL_BUCKET", 0)
    refresh_rollups(answer(version, recommend=9).pk, now=NOW)
    assert recount_rollups(last_days(1, today=TODAY), now=NOW).wrong == 0


def test_tonight_s_recount_writes_an_error_to_the_log_when_something_was_wrong(version, caplog):
    answer(version, recommend=9)
    recount_tonight(now=NOW)
    assert Recount.objects.first().wrong == 1
    assert "rollups_were_wrong" in caplog.text


def counted_by_the_version_before(version, *, at=NOW) -> None:
    answer(version, first_contact=["yes"], at=at)
    rebuild_day(at.date(), now=NOW)
    Rollup.objects.filter(kind="yes_no").delete()
    Recount.objects.update(rule=None)


def test_the_night_after_an_upgrade_counts_what_the_version_before_did_not_and_raises_no_alarm(version, caplog):
    counted_by_the_version_before(version, at=days_ago(100))
    recount_tonight(now=NOW)
    rebuild_waiting()
    assert Rollup.objects.get(question_key="first_contact").bin_1 == 1
    assert "rollups_were_wrong" not in caplog.text


def test_a_later_night_marks_nothing_anew(version):
    counted_by_the_version_before(version, at=days_ago(100))
    recount_tonight(now=NOW)
    rebuild_waiting()
    recount_tonight(now=NOW + timedelta(days=1))
    assert not DirtyBucket.objects.exists()


def test_within_a_rotation_every_older_day_is_recounted_once():
    first_on = TODAY - timedelta(days=400)
    nights = [TODAY + timedelta(days=step) for step in range(rollups.ROTATION_DAYS)]
    seen = [period.first_on for night in nights for period in tonights_share(night, first_on)[1:]]
    assert all(seen.count(first_on + timedelta(days=step)) == 1 for step in range(0, 360, 17))


class EndState(TestCase):
    """However answers, nudges and sweeps are mixed, the roll-ups end up as if counted once from the rows."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 10), st.integers(0, 3), st.sampled_from(["nudge", "sweep", "lost"])), max_size=12
        )
    )
    def test_the_end_does_not_depend_on_which_nudges_arrived(self, steps):
        version = make_version(f"survey-{len(steps)}")
        for value, back, news in steps:
            response = answer(version, recommend=value, at=days_ago(back))
            if news == "nudge":
                refresh_rollups(response.pk, now=NOW)
            score_response(response.pk, now=NOW)
            if news == "sweep":
                rebuild_waiting()
        rebuild_waiting()
        assert recount_rollups(last_days(5, today=TODAY), now=NOW).wrong == 0
