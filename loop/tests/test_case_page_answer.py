import re

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Answer, Correction, Reading
from feedback.sentiment.highlight import cut
from loop.models import Case
from loop.tests.rows import case, customer, team
from loop.tests.staff import browser, staff

SAID = "Rude driver and no apology"


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def desk(care):
    return browser(staff("agent", "ana", team=care))


def opened(care, **answer) -> Case:
    row = case(who=customer("C-1"), **answer)
    Case.objects.filter(pk=row.pk).update(team=care)
    return row


def shown(desk, row: Case) -> str:
    return desk.get(row.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_the_words_that_decided_are_marked_where_they_stand(desk, care):
    row = opened(care, comment=SAID, compound=-0.6)
    Reading.objects.update(spans=[{"start": 0, "end": 4, "weight": -2.0, "rule": "word"}])
    assert re.search(r'<span class="word word-bad" title="−2.0">Rude</span> driver', shown(desk, row))


@pytest.mark.django_db
def test_the_engine_and_its_version_stand_beside_the_reading(desk, care):
    assert "compound −0.60 on −1 to 1, read by test 1" in shown(desk, opened(care, comment=SAID, compound=-0.6))


@pytest.mark.django_db
def test_a_comment_that_nobody_could_read_is_not_scored_with_its_reason(desk, care):
    row = opened(care, nps=1, comment="Sehr schlecht")
    Reading.objects.update(reason="language_without_engine")
    page = shown(desk, row)
    assert "not scored" in page
    assert "No engine here reads this language" in page


@pytest.mark.django_db
def test_what_a_person_says_it_means_stands_before_what_an_engine_read(desk, care):
    row = opened(care, comment=SAID, compound=0.4)
    reader = staff("analyst", "lea")
    Correction.objects.create(answer=Answer.objects.get(kind="text"), label="negative", corrected_by=reader)
    assert "as lea reads it" in shown(desk, row)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<3", "{{7*7}}", '" onmouseover="x', "=1+1"])
def test_what_a_customer_wrote_stays_text(desk, care, text):
    assert escape(text) in shown(desk, opened(care, comment=text, compound=-0.6))


@pytest.mark.django_db
def test_a_score_of_0_stands_at_the_head_of_the_page(desk, care):
    assert "NPS 0 of 10" in shown(desk, opened(care, nps=0))


@given(
    st.text(max_size=60), st.lists(st.tuples(st.integers(-3, 70), st.integers(-3, 70), st.floats(-4, 4)), max_size=6)
)
def test_the_pieces_of_a_comment_are_always_the_whole_comment(text, found):
    spans = [{"start": start, "end": end, "weight": weight} for start, end, weight in found]
    assert "".join(piece.text for piece in cut(text, spans)) == text
