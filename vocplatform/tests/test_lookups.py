import pytest

from feedback.models import Answer, Response
from feedback.tests.programme import answer, make_version
from vocplatform.lib import lookups  # noqa: F401  registers any_of

pytestmark = pytest.mark.django_db


def test_any_of_finds_what_in_finds():
    version = make_version()
    pks = [answer(version, recommend=value).pk for value in range(5)]
    wanted = pks[1:3]
    assert set(Response.objects.filter(pk__any_of=wanted)) == set(Response.objects.filter(pk__in=wanted))
    assert Answer.objects.filter(response__any_of=wanted).count() == 2


def test_any_of_nothing_finds_nothing():
    answer(make_version(), recommend=5)
    assert not Response.objects.filter(pk__any_of=[]).exists()


@pytest.mark.parametrize(("texts", "found"), [([], 0), (["csat", "nps"], 1)])
def test_any_of_compares_texts_too_also_with_none(texts, found):
    answer(make_version(), recommend=5)
    assert Answer.objects.filter(kind__any_of=texts).count() == found
