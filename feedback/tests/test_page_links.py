"""Links that lead no further, and answers that come twice, too late or too fast."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from feedback.models import Answer, Response, SetAsideAnswer
from feedback.tests.survey_page import NPS, THREE_PAGES, Reader, ask, collect, invite, path_of, publish
from surveys.models import Invitation, Survey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_guessed_before():
    cache.clear()


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC), tick=False)
    return time_machine


def opened(invitation=None) -> Reader:
    reader = Reader(path_of(invitation or invite()))
    reader.open()
    return reader


def page(reader: Reader, status: int = 200) -> str:
    response = reader.open()
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize(
    "token", ["unknown", "x" * 32, "x" * 8000, "%00", "%c0%ae", "a%0d%0aSet-Cookie:x=1", "..", "‮", "-"]
)
def test_every_link_that_is_none_gets_the_same_page(token, client):
    answer = client.get(f"/s/{token}/")
    assert answer.status_code == 404
    assert answer.content == client.get("/s/another/").content
    assert answer["Cache-Control"] == "no-store"


def test_one_changed_character_is_another_link(client):
    path = path_of(invite())
    assert client.get(path[:-2] + ("A" if path[-2] != "A" else "B") + "/").status_code == 404


def test_an_unknown_collection_code_gets_the_same_page(client):
    assert client.get("/c/NOTHING2/").content == client.get("/s/unknown/").content


@pytest.mark.parametrize("sign", [".", ")", ",", ">"])
def test_a_sign_that_a_mail_program_added_is_forgiven_once(sign, client):
    path = path_of(invite())
    assert client.get(f"{path[:-1]}{sign}/").status_code == 200
    assert client.get(f"{path[:-1]}{sign}").status_code == 200
    assert client.get(f"{path[:-1]}{sign}{sign}/").status_code == 404


def test_a_link_without_its_last_slash_works(client):
    assert client.get(path_of(invite())[:-1]).status_code == 200


def test_guessing_is_stopped_but_a_real_customer_is_not(client):
    statuses = [client.get(f"/s/guess{number}/").status_code for number in range(40)]
    assert statuses[0] == 404 and statuses[-1] == 429
    assert 590 <= int(client.get("/s/guess/")["Retry-After"]) <= 600
    assert client.get(path_of(invite())).status_code == 200
    assert client.get("/s/guess/", REMOTE_ADDR="10.9.8.7").status_code == 404


def test_a_header_does_not_make_a_guesser_somebody_else(client):
    for number in range(40):
        last = client.get("/s/guess/", headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert last.status_code == 429


def test_a_link_that_ran_out_says_so_and_stores_nothing(clock):
    invitation = invite(days=1)
    reader = Reader(path_of(invitation))
    clock.shift(timedelta(days=2))
    assert "This link has run out" in page(reader, 410)
    assert reader.client.post(reader.path, {"q_nps": "3"}).status_code == 410
    assert not Response.objects.exists()


def test_who_began_in_time_may_finish_within_a_day(clock):
    reader = opened(invite(days=1))
    clock.shift(timedelta(hours=24, minutes=30))
    assert reader.send(q_nps="3").status_code == 303


def test_who_began_in_time_may_finish_though_the_link_was_marked_as_run_out(clock):
    reader = opened(invite(days=1))
    clock.shift(timedelta(hours=24, minutes=30))
    Invitation.objects.update(status="expired")
    assert reader.send(q_nps="3").status_code == 303


def test_a_form_kept_for_days_is_too_late(clock):
    reader = opened(invite(days=1))
    clock.shift(timedelta(days=3))
    assert reader.send(q_nps="3").status_code == 410


def test_a_withdrawn_link_says_so():
    invitation = invite()
    reader = opened(invitation)
    Invitation.objects.update(status="withdrawn")
    assert "This link was withdrawn" in page(reader, 410)
    assert reader.send(q_nps="3").status_code == 410


def test_a_closed_survey_says_so_and_keeps_what_it_has():
    version = publish()
    opened(invite(version)).send(q_nps="3")
    reader = Reader(path_of(invite(version)))
    Survey.objects.update(closed_at=datetime.now(UTC) - timedelta(days=2))
    assert "This survey is closed" in page(reader, 410)
    assert Response.objects.complete().count() == 1


def test_who_was_answering_when_the_survey_closed_may_finish(clock):
    reader = opened()
    clock.shift(timedelta(minutes=2))
    Survey.objects.update(closed_at=datetime.now(UTC) - timedelta(minutes=1))
    assert reader.send(q_nps="3").status_code == 303


def test_a_closed_collection_link_says_so():
    link = collect(is_open=False)
    assert "This survey is closed" in page(Reader(f"/c/{link.code}/"), 410)


def test_an_answered_link_offers_to_change_the_answer():
    reader = opened()
    reader.send(q_nps="3")
    assert "You have already answered" in page(Reader(reader.path))
    assert "?edit=1" in page(Reader(reader.path))


def test_after_the_window_an_answer_stands(clock):
    reader = opened()
    reader.send(q_nps="3")
    reader.open("?edit=1")
    clock.shift(timedelta(hours=25))
    assert "?edit=1" not in page(Reader(reader.path))
    reader.client.post(reader.path, reader.fields() | {"q_nps": "9"} if "form" in reader.fields() else {"q_nps": "9"})
    assert Answer.objects.get().number == 3


def test_a_second_different_answer_is_put_aside_and_the_first_stays(clock):
    invitation = invite()
    first, second = opened(invitation), opened(invitation)
    clock.shift(timedelta(seconds=30))
    first.send(q_nps="3")
    clock.shift(timedelta(minutes=5))
    assert "You have already answered" in second.send(q_nps="9").content.decode()
    assert Answer.objects.get().number == 3
    assert list(SetAsideAnswer.objects.values_list("question_key", "value", "reason")) == [("nps", 9, "disputed")]
    assert not Response.objects.get().is_flagged


def test_the_same_answer_from_a_second_tab_is_thanked():
    invitation = invite()
    first, second = opened(invitation), opened(invitation)
    first.send(q_nps="3")
    assert "/thanks/" in second.send(q_nps="3")["Location"]
    assert not SetAsideAnswer.objects.exists()


def test_different_scores_within_seconds_are_a_machine(clock):
    invitation = invite()
    readers = [opened(invitation) for _ in range(3)]
    clock.shift(timedelta(seconds=5))
    for score, reader in enumerate(readers):
        reader.send(q_nps=str(score))
    response = Response.objects.get()
    assert response.is_flagged and "several_scores" in response.flags
    assert Answer.objects.get().number == 0


def test_an_answer_faster_than_anybody_reads_is_taken_but_not_counted():
    opened().send(q_nps="3")
    assert Response.objects.get().flags == ["too_fast"]
    assert not Response.objects.counted().exists()


def test_an_answer_after_reading_counts(clock):
    reader = opened()
    clock.shift(timedelta(seconds=3))
    reader.send(q_nps="0")
    assert Response.objects.counted().get().flags == []


def test_a_filled_trap_is_taken_but_not_counted(clock):
    reader = opened()
    clock.shift(timedelta(seconds=3))
    reader.send(q_nps="3", leave_empty="buy now")
    assert Response.objects.get().flags == ["trap"]
    assert not Response.objects.counted().exists()


def test_an_answer_without_our_form_is_taken_and_says_so(clock):
    path = path_of(invite())
    assert Reader(path).client.post(path, {"q_nps": "3"}).status_code == 303
    assert Response.objects.get().flags == ["no_form"]


def test_a_partial_in_one_tab_is_finished_by_the_other(clock):
    invitation = invite(publish(*THREE_PAGES))
    one, other = opened(invitation), opened(invitation)
    one.send(q_nps="3", q_why="Mine.")
    other.follow(other.send(q_nps="4"))
    other.follow(other.send(q_ease="2"))
    assert "/thanks/" in other.send(q_better="Yes.")["Location"]
    assert "/thanks/" in one.send(q_nps="4", q_why="Mine.")["Location"]
    assert Response.objects.count() == 1


def test_a_page_left_open_while_another_tab_finished_is_thanked(clock):
    invitation = invite(publish(NPS, ask("better", "text", page=2)))
    one, other = opened(invitation), opened(invitation)
    one.follow(one.send(q_nps="3"))
    other.open("?page=2")
    other.send(q_better="Yes.")
    assert "/thanks/" in one.send(q_better="Yes.")["Location"]
    assert Response.objects.count() == 1


def test_a_token_of_another_purpose_opens_nothing(client):
    from vocplatform.lib.tokens import derive_token

    invitation = invite()
    assert client.get(f"/s/{derive_token('unsubscribe', invitation.token_nonce)}/").status_code == 404


def test_a_program_that_posts_to_a_link_for_many_is_slowed_down_and_a_person_elsewhere_is_not(client, settings):
    settings.LINK_ANSWERS_PER_MINUTE = 5
    path = f"/c/{collect().code}/"
    statuses = [client.post(path, {"q_nps": "9"}).status_code for _ in range(6)]
    assert statuses == [303] * 5 + [429]
    slowed = client.post(path, {"q_nps": "9"})
    assert 1 <= int(slowed["Retry-After"]) <= 60 and "Open the survey again" in slowed.content.decode()
    assert Response.objects.count() == 5
    assert client.get(path).status_code == 200
    assert client.post(path, {"q_nps": "9"}, REMOTE_ADDR="10.9.8.7").status_code == 303


def test_a_personal_link_is_not_counted_with_the_others(client, settings):
    settings.LINK_ANSWERS_PER_MINUTE = 1
    path = path_of(invite())
    assert {client.post(path, {"q_nps": "9"}).status_code for _ in range(3)} <= {200, 303}
