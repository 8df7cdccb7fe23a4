import pytest
from django.core.management import CommandError, call_command

from feedback.models import Answer, Response, Rollup
from feedback.services.rollups import recount_rollups
from feedback.tests.programme import answer, make_version
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db


def generate(n: int, **options) -> None:
    call_command("generate_load", n, days=20, verbosity=0, **options)


def test_made_up_answers_are_written_and_counted(capsys):
    generate(300)
    assert Response.objects.count() == 300
    counted = sum(Rollup.objects.filter(kind=Rollup.RESPONSES).values_list("answers", flat=True))
    assert counted == Response.objects.complete().count()


def test_the_roll_ups_of_a_load_are_true():
    from django.utils import timezone

    generate(300)
    assert recount_rollups(last_days(22, today=timezone.now().date()), now=timezone.now()).wrong == 0


def test_every_answer_lies_on_its_scale():
    generate(300)
    for kind, (low, high) in {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}.items():
        assert not Answer.objects.filter(kind=kind).exclude(number__range=(low, high)).exists()


def test_a_second_load_comes_on_top(capsys):
    generate(50)
    generate(50, seed=2)
    assert Response.objects.count() == 100


def test_a_load_is_refused_where_real_answers_are():
    answer(make_version(), recommend=9)
    with pytest.raises(CommandError, match="There are real answers here"):
        generate(50)
