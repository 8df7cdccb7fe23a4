import pytest
from django.db import connection

from feedback.analytics.filters import Filters
from feedback.analytics.selection import select_responses
from feedback.models import Answer
from feedback.tests.programme import NOW, answer, make_version
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db
WEEK = Filters(period=last_days(7, today=NOW.date()))


@pytest.mark.parametrize("words", ["LATE", "the par", "ช้ามาก", "50%"])
def test_a_comment_is_found_by_any_part_of_it_in_any_language(words):
    version = make_version()
    for text in ("The parcel was late.", "ส่งช้ามากครับ", "I want 50% back."):
        answer(version, why=text)
    answer(version, why="Something else.")
    assert select_responses(WEEK.narrowed(text=words)).count() == 1


@pytest.mark.services
def test_postgresql_finds_words_by_an_index():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has this index")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = Answer.objects.filter(kind="text", text__icontains="parcel").explain()
    assert "answer_by_its_words" in plan
