import pytest

from feedback.models import Answer
from loop.models import Case, Notice, Recovery
from loop.services import cases
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_response
from loop.services.recovery import offer_recovery, pair_later_score
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, customer, person, resolution, response, survey, touchpoint
from surveys.models import Consent, Invitation, Survey
from surveys.services.consent import record_consent

pytestmark = pytest.mark.django_db
Status = Case.Status


@pytest.fixture
def ben():
    return person("ben")


@pytest.fixture
def resolved(ben):
    return resolve(case(owner=ben, nps=3), ben)


def resolve(opened: Case, ben, now=NOON + HOUR) -> Case:
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=now)
    return cases.resolve_case(opened.pk, **resolution(), actor=ben, now=now)


def answer(recovery: Recovery, solved: str | None, at=NOON + DAY):
    asked = Survey.objects.get(purpose="recovery")
    row = response(nps=None, who=recovery.case.customer, asked=asked, invitation=recovery.invitation, at=at)
    if solved:
        Answer.objects.create(response=row, question_key="solved", kind="yes_no", choices=[solved])
    return triage_response(row.pk, now=at)


def test_closing_asks_the_customer_by_an_invitation_to_the_survey_after_a_case(resolved):
    recovery = offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    assert recovery.invitation.customer == resolved.customer
    assert recovery.invitation.version.survey.purpose == "recovery"
    assert (recovery.metric, recovery.first_number) == ("nps", 3)


def test_asking_twice_asks_once(resolved):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    offer_recovery(resolved.pk, now=NOON + 3 * HOUR)
    assert (Invitation.objects.count(), Recovery.objects.get().round) == (1, 1)


def test_the_sweep_finds_resolved_cases_nobody_asked_about_and_no_others(resolved):
    later = NOON + DAY
    assert Case.objects.owed_a_question(later).get() == resolved
    offer_recovery(resolved.pk, now=later)
    assert not Case.objects.owed_a_question(later).exists()


def test_a_case_resolved_anew_is_swept_up_anew(resolved, ben):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    cases.reopen_case(resolved.pk, note="Still broken", actor=ben, now=NOON + DAY)
    resolve(resolved, ben, now=NOON + DAY + HOUR)
    assert Case.objects.owed_a_question(NOON + 2 * DAY).exists()
    assert offer_recovery(resolved.pk, now=NOON + 2 * DAY).round == 2
    assert list(Invitation.objects.order_by("pk").values_list("status", flat=True)) == ["withdrawn", "issued"]


def test_yes_confirms_the_case(resolved):
    triage = answer(offer_recovery(resolved.pk, now=NOON + 2 * HOUR), "yes")
    resolved.refresh_from_db()
    assert (resolved.status, resolved.confirmed_at) == (Status.CONFIRMED, NOON + DAY)
    assert (triage.case, triage.reason) == (resolved, "The customer says it is solved.")
    assert Case.objects.count() == 1


def test_no_reopens_the_same_case_and_tells_the_owner(resolved, ben):
    answer(offer_recovery(resolved.pk, now=NOON + 2 * HOUR), "no")
    resolved.refresh_from_db()
    assert (resolved.status, Case.objects.count()) == (Status.REOPENED, 1)
    assert Notice.objects.filter(recipient=ben, kind="reopened").exists()
    assert Recovery.objects.get().solved is False


def test_an_answer_that_says_neither_moves_nothing(resolved):
    answer(offer_recovery(resolved.pk, now=NOON + 2 * HOUR), None)
    resolved.refresh_from_db()
    assert (resolved.status, Recovery.objects.get().solved) == (Status.RESOLVED, None)


def test_a_yes_after_the_case_was_reopened_is_kept_and_confirms_nothing(resolved, ben):
    recovery = offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    cases.reopen_case(resolved.pk, note="Found more", actor=ben, now=NOON + 3 * HOUR)
    answer(recovery, "yes")
    resolved.refresh_from_db()
    assert (resolved.status, Recovery.objects.get().solved) == (Status.REOPENED, True)


def test_an_answer_to_a_case_nobody_knows_opens_none():
    ensure_loop_defaults(now=NOON)
    row = response(nps=0, asked=Survey.objects.get(purpose="recovery"))
    assert triage_response(row.pk, now=NOON).case is None


def test_an_answer_that_a_program_may_have_given_moves_nothing_and_a_person_is_told(resolved, ben):
    recovery = offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    row = response(
        nps=None,
        who=resolved.customer,
        asked=Survey.objects.get(purpose="recovery"),
        invitation=recovery.invitation,
        is_flagged=True,
        flags=["too_fast"],
    )
    Answer.objects.create(response=row, question_key="solved", kind="yes_no", choices=["yes"])
    triage = triage_response(row.pk, now=NOON + DAY)
    resolved.refresh_from_db()
    assert (resolved.status, triage.case) == (Status.RESOLVED, resolved)
    assert "too_fast" in triage.reason
    assert Notice.objects.filter(recipient=ben, kind="replied").exists()


def test_only_a_resolved_case_calls_for_a_question(ben):
    opened = case(owner=ben)
    assert offer_recovery(opened.pk, now=NOON) is None
    cases.decline_case(opened.pk, note="Wants nothing", actor=ben, now=NOON)
    assert offer_recovery(opened.pk, now=NOON) is None


@pytest.mark.parametrize("why", ["anonymous", "opted out", "no survey"])
def test_where_nobody_can_be_asked_the_reason_is_kept(ben, why):
    opened = case(owner=ben, who=None if why == "anonymous" else customer())
    if why == "opted out":
        record_consent(opened.customer, "email", Consent.Status.WITHDRAWN, now=NOON)
    if why == "no survey":
        Survey.objects.filter(purpose="recovery").update(closed_at=NOON)
    recovery = offer_recovery(resolve(opened, ben).pk, now=NOON + DAY)
    assert (recovery.invitation, bool(recovery.not_asked_reason)) == (None, True)
    assert not Case.objects.owed_a_question(NOON + 2 * DAY).exists()


def test_the_survey_in_the_customers_language_is_chosen(ben):
    ensure_loop_defaults(now=NOON)
    survey("danach", purpose="recovery", locale="de")
    opened = resolve(case(owner=ben, who=customer(locale="de-AT")), ben)
    assert offer_recovery(opened.pk, now=NOON + DAY).invitation.version.survey.locale == "de"


# Later scores.
def test_the_next_score_of_the_same_kind_stands_beside_the_first(resolved):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    later = response(nps=8, who=resolved.customer, where=touchpoint("claim"), at=NOON + 40 * DAY)
    triage_response(later.pk, now=NOON + 40 * DAY)
    recovery = Recovery.objects.get()
    assert (recovery.first_number, recovery.later_number, recovery.later_response) == (3, 8, later)
    resolved.refresh_from_db()
    assert resolved.status == Status.RESOLVED  # no detractor any more, but that happens without us, too


def test_a_happy_later_score_confirms_what_the_customer_never_answered(resolved):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    triage_response(response(nps=9, who=resolved.customer, at=NOON + 40 * DAY).pk, now=NOON + 40 * DAY)
    resolved.refresh_from_db()
    assert resolved.status == Status.CONFIRMED


def test_a_later_score_of_zero_is_a_later_score(resolved):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    triage_response(response(nps=0, who=resolved.customer, at=NOON + 40 * DAY).pk, now=NOON + 40 * DAY)
    assert Recovery.objects.get().later_number == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "csat", "nps": 5},
        {"at": NOON + MINUTE},
        {"at": NOON + 200 * DAY},
        {"is_test": True, "at": NOON + 2 * DAY},
        {"is_flagged": True, "at": NOON + 2 * DAY},
        {"who": None, "at": NOON + 2 * DAY},
    ],
)
def test_other_scales_other_times_and_doubtful_answers_are_not_paired(resolved, fields):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    fields = {"nps": 9, "who": resolved.customer, "at": NOON + 2 * DAY} | fields
    assert pair_later_score(response(**fields), now=NOON + 201 * DAY) == 0


def test_only_the_first_later_score_counts(resolved):
    offer_recovery(resolved.pk, now=NOON + 2 * HOUR)
    for number, days in ((7, 30), (10, 60)):
        triage_response(response(nps=number, who=resolved.customer, at=NOON + days * DAY).pk, now=NOON + days * DAY)
    assert Recovery.objects.get().later_number == 7
