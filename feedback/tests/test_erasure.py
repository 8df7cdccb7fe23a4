import pytest
from django.utils import timezone

from feedback.models import Answer, Reading, Response
from feedback.services.erasure import ERASED, erase_customer, responses_with_traces
from surveys.models import Customer, Survey, SurveyVersion

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def response():
    survey = Survey.objects.create(name="s", slug="s", title="s")
    version = SurveyVersion.objects.create(survey=survey, number=1, definition={}, checksum="x", published_at=NOW)
    customer = Customer.objects.create(external_id="C-1")
    response = Response.objects.create(
        survey=survey, version=version, customer=customer, started_at=NOW, submitted_at=NOW, external_ref="order of C-1"
    )
    Answer.objects.create(response=response, question_key="nps", kind="nps", number=0)
    words = Answer.objects.create(response=response, question_key="why", kind="text", text="call me, I am C-1")
    Reading.objects.create(
        answer=words,
        engine="e",
        engine_version="1",
        status="scored",
        compound=-0.5,
        label="negative",
        spans=[{"t": "call"}],
    )
    return response


def test_erasure_takes_the_words_and_keeps_the_score(response):
    erase_customer(response.customer_id)
    texts = dict(Answer.objects.values_list("question_key", "text"))
    assert texts == {"nps": None, "why": ERASED}
    assert Answer.objects.get(question_key="nps").number == 0


def test_erasure_cuts_the_tie_to_the_person_and_leaves_no_quoted_words(response):
    erase_customer(response.customer_id)
    response.refresh_from_db()
    assert (response.customer, response.external_ref, Reading.objects.get().spans) == (None, None, [])


def test_erasing_twice_erases_nothing_more(response):
    assert (erase_customer(response.customer_id), erase_customer(response.customer_id)) == (1, 0)


def test_a_response_that_still_names_an_erased_customer_is_found_by_the_sweep(response):
    Customer.objects.update(erased_at=NOW)
    assert list(responses_with_traces()) == [response]
