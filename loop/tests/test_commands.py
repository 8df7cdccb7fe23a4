import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from loop.models import BusinessCalendar, Case, Cause, SlaPolicy, TriageRule
from loop.tests.rows import HOUR, response
from surveys.models import Survey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _defaults():
    call_command("load_defaults")


def an_hour_ago():
    return timezone.now() - HOUR


def counts():
    return [model.objects.count() for model in (BusinessCalendar, SlaPolicy, Cause, TriageRule, Survey)]


def test_the_defaults_are_laid_once(capsys):
    before = counts()
    call_command("load_defaults")
    assert counts() == before
    assert all(before)


def test_what_an_admin_changed_is_left_as_it_is():
    TriageRule.objects.exclude(name__startswith="Hard").delete()
    call_command("load_defaults")
    assert TriageRule.objects.count() == 1


def test_the_survey_after_a_case_is_published():
    assert Survey.objects.live().get(purpose="recovery").live_version is not None


def test_every_service_level_promises_less_time_the_worse_it_is():
    policy = SlaPolicy.objects.get(is_default=True)
    minutes = {target.severity: target.contact_minutes for target in policy.targets.all()}
    assert minutes["critical"] < minutes["high"] < minutes["normal"] < minutes["low"]
    assert list(policy.steps.values_list("level", flat=True)) == [1, 2, 3]


def test_a_rehearsal_is_told_in_sentences_and_opens_nothing(capsys):
    response(nps=5, at=an_hour_ago())
    rule = TriageRule.objects.get(name__startswith="Detractor (NPS")
    call_command("rehearse_rule", rule.pk)
    said = capsys.readouterr().out
    assert "would have opened 1 cases for 1 of 1 answers" in said
    assert "Nobody would get them" in said
    assert not Case.objects.exists()


def test_with_apply_the_cases_are_opened(capsys):
    response(nps=5, at=an_hour_ago())
    rule = TriageRule.objects.get(name__startswith="Detractor (NPS")
    call_command("rehearse_rule", rule.pk, apply=True)
    assert Case.objects.count() == 1


@pytest.mark.parametrize(("pk", "more", "said"), [(999_999, {}, "no case rule"), (None, {"days": 0}, "--days")])
def test_bad_input_gets_a_clear_answer(pk, more, said):
    with pytest.raises(CommandError, match=said):
        call_command("rehearse_rule", pk or TriageRule.objects.first().pk, **more)


def test_a_rule_that_is_not_active_opens_nothing():
    rule = TriageRule.objects.first()
    TriageRule.objects.update(is_active=False)
    with pytest.raises(CommandError, match="not active"):
        call_command("rehearse_rule", rule.pk, apply=True)
