"""Two of the same thing at the same moment, with real connections."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from feedback.models import Answer, Response, SetAsideAnswer
from feedback.tests.survey_page import THREE_PAGES, Reader, collect, invite, path_of, publish

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite in memory has one connection only"),
]
ROUNDS = 4


def at_once(*calls):
    """Run all calls in threads that start together; return what they gave."""
    start = Barrier(len(calls))

    def run(call):
        start.wait()
        try:
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def sender(reader: Reader, **answers):
    fields = reader.fields() | {"go": "next"} | answers
    return lambda: reader.client.post(reader.path, fields)


def opened(path: str) -> Reader:
    reader = Reader(path)
    reader.open()
    return reader


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_identical_posts_make_one_response_and_two_thanks(round_):
    reader = opened(path_of(invite()))
    answers = at_once(*[sender(reader, q_nps="3")] * 2)
    assert ["/thanks/" in answer["Location"] for answer in answers] == [True, True]
    assert Response.objects.count() == Answer.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_different_posts_make_one_response_and_one_dispute(round_):
    path = path_of(invite())
    answers = at_once(sender(opened(path), q_nps="3"), sender(opened(path), q_nps="9"))
    assert sorted(answer.status_code for answer in answers) == [200, 303]
    assert Response.objects.count() == Answer.objects.count() == SetAsideAnswer.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_identical_posts_to_a_collection_link_make_one_response(round_):
    reader = opened(f"/c/{collect().code}/")
    answers = at_once(*[sender(reader, q_nps="3")] * 3)
    assert [answer.status_code for answer in answers] == [303] * 3
    assert Response.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_partial_and_a_finish_at_once_make_one_response(round_):
    version = publish(*THREE_PAGES)
    path = path_of(invite(version))
    last = opened(path)
    last.open("?page=3")
    everything = {"q_nps": "9", "q_ease": "7", "q_better": "Nothing."}
    answers = at_once(sender(opened(path), q_nps="3"), sender(last, **everything))
    assert all(answer.status_code in {200, 303} for answer in answers)
    assert Response.objects.count() == 1
    assert Answer.objects.filter(question_key="nps").count() == 1
