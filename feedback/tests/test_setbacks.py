"""A response that can never be read: it fails alone, five times, and then stands aside until somebody looks."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.urls import reverse
from prometheus_client import generate_latest
from prometheus_client.registry import CollectorRegistry

from feedback import tasks
from feedback.models import Reading, Response, ScoringBatch
from feedback.services import scoring
from feedback.services.edits import edit_response
from feedback.services.setbacks import count_attempts, count_lost_batches, replay_response, take_batch
from feedback.tests.rows import NOON, publish, respond
from feedback.tests.survey_page import publish as publish_page
from surveys.models import SurveyVersion
from surveys.services.published import loaded
from vocplatform import checkup
from vocplatform.gauges import Waiting

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)
UNREADABLE = ["not", "a", "survey"]


@pytest.fixture
def good():
    return publish()


@pytest.fixture
def poison(good):
    """A response to a version whose definition nobody can read."""
    version = SurveyVersion.objects.create(
        survey=good.survey, number=2, definition=UNREADABLE, checksum="broken", published_at=NOON
    )
    return respond(version, {"nps": 0, "why": "Terrible."})


def state(response: Response) -> tuple[bool, int, bool]:
    """Whether it is scored, how often it was tried, whether it was set aside."""
    response.refresh_from_db()
    return response.scored_at is not None, response.attempts, response.parked_at is not None


def fail_until_parked(response: Response) -> None:
    for _ in range(5):
        scoring.score_response(response.pk, now=LATER)


def test_one_that_cannot_be_read_does_not_fail_the_others_of_its_batch(good, poison):
    others = [respond(good, {"why": "Great."}) for _ in range(20)]
    assert scoring.score_backlog(now=LATER) == 20
    assert {state(other) for other in others} == {(True, 0, False)}
    assert Reading.objects.count() == 20 and state(poison) == (False, 1, False)
    assert not ScoringBatch.objects.exists()


def test_it_is_set_aside_after_five_attempts_with_what_went_wrong_but_no_words_of_the_customer(poison):
    fail_until_parked(poison)
    assert state(poison) == (False, 5, True)
    assert "AttributeError" in poison.last_error and "Terrible" not in poison.last_error


def test_what_was_set_aside_is_left_alone_by_task_backlog_and_sweep(poison):
    fail_until_parked(poison)
    tasks.score_response(poison.pk)
    tasks.score_backlog()
    tasks.sweep_unscored()
    assert state(poison) == (False, 5, True)


def test_the_sweep_itself_gives_up_in_the_end_and_serves_those_behind_it(good, poison):
    for _ in range(6):
        respond(good, {"why": "Great."})
        tasks.sweep_unscored()
    assert state(poison) == (False, 5, True)
    assert Reading.objects.count() == 6


def lose_batch() -> None:
    """A worker took them on and was never seen again."""
    take_batch(Response.objects.unscored(before=LATER), now=NOON)


def test_one_that_takes_its_worker_with_it_has_counted_before_and_is_set_aside_by_the_sweep(good, poison):
    lose_batch()
    count_lost_batches(now=LATER)
    for _ in range(4):
        count_attempts(Response.objects.filter(pk=poison.pk))  # and then the worker is gone
    tasks.sweep_unscored()
    assert state(poison) == (False, 5, True)


def test_who_was_in_several_batches_of_a_worker_that_fell_again_and_again_has_counted_once(good, poison):
    for _ in range(5):
        lose_batch()
    assert count_lost_batches(now=LATER) == 5
    assert state(poison) == (False, 1, False)


def test_who_was_in_the_batch_of_a_dead_worker_is_tried_singly_and_starts_afresh(good, poison):
    other = respond(good, {"why": "Great."})
    lose_batch()
    count_lost_batches(now=LATER)
    assert scoring.score_again(now=LATER) == 1
    assert state(other) == (True, 0, False) and state(poison) == (False, 2, False)


def test_a_batch_that_was_only_just_taken_is_nobodys_fault(good, poison):
    take_batch(Response.objects.unscored(before=LATER), now=LATER)
    assert count_lost_batches(now=LATER) == 0
    assert state(poison) == (False, 0, False)


def test_a_batch_that_met_a_database_that_is_away_counts_against_nobody(good, monkeypatch):
    response = respond(good, {"why": "Great."})
    monkeypatch.setattr(scoring, "mark_responses", away)
    with pytest.raises(OperationalError):
        scoring.score_backlog(now=LATER)
    assert not ScoringBatch.objects.exists() and state(response) == (False, 0, False)


def away(*args, **kwargs):
    raise OperationalError("server closed the connection")


def test_a_database_that_is_away_counts_against_nobody(good, monkeypatch):
    response = respond(good, {"why": "Great."})

    monkeypatch.setattr(scoring, "mark_responses", away)
    for _ in range(7):
        with pytest.raises(OperationalError):
            scoring.score_response(response.pk, now=LATER)
    assert state(response) == (False, 0, False)


def test_a_response_that_was_mended_and_put_back_is_scored(poison, after_commit):
    fail_until_parked(poison)
    SurveyVersion.objects.filter(pk=poison.version_id).update(definition={"questions": []})
    with after_commit():
        assert replay_response(poison.pk)
    assert state(poison) == (True, 0, False)


def test_only_what_was_set_aside_can_be_put_back(good):
    assert not replay_response(respond(good, {"nps": 0}).pk)


def test_a_customer_who_changes_the_answer_gets_a_new_try():
    version = publish_page()
    response = respond(version, {"nps": 3, "why": "Bad."})
    Response.objects.filter(pk=response.pk).update(attempts=5, parked_at=NOON)
    edit_response(response.pk, loaded(version).definition, {"why": "Fine."}, now=LATER)
    assert state(response) == (False, 0, False)


def test_an_admin_finds_it_and_tries_again(admin_client, poison):
    fail_until_parked(poison)
    listed = admin_client.get(reverse("admin:feedback_response_changelist"), {"parked_at__isempty": "0"})
    assert f"/response/{poison.pk}/change/" in listed.content.decode()
    page = admin_client.get(reverse("admin:feedback_response_change", args=[poison.pk])).content.decode()
    assert "set aside after 5 attempts: AttributeError" in page
    address = reverse("admin:feedback_response_replay", args=[poison.pk])
    assert address in page
    admin_client.post(address)
    assert state(poison)[2] is False


def test_looking_at_the_address_puts_nothing_back(admin_client, poison):
    fail_until_parked(poison)
    assert admin_client.get(reverse("admin:feedback_response_replay", args=[poison.pk])).status_code == 405
    assert state(poison)[2] is True


def test_doctor_and_metrics_name_what_was_set_aside(poison, capsys):
    assert checkup.check_set_aside(LATER).is_good
    fail_until_parked(poison)
    finding = checkup.check_set_aside(LATER)
    assert not finding.is_good and "1 responses" in finding.says
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "Given up on" in capsys.readouterr().out
    registry = CollectorRegistry()
    registry.register(Waiting(now=LATER))
    assert 'voc_parked_rows{what="scoring"} 1.0' in generate_latest(registry).decode()


def test_counting_what_was_set_aside_reads_an_index(poison):
    parked = Response.objects.parked().order_by()
    assert "response_parked" in parked.explain() or connection.vendor == "postgresql"
