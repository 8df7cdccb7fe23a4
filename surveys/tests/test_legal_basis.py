"""On what ground a survey writes to people: frozen with each version, and obeyed when it asks."""

import pytest
from django.utils import timezone

from surveys.definition.check import check
from surveys.definition.freeze import checksum, freeze
from surveys.definition.schema import read_definition
from surveys.models import Consent, Delivery, Invitation, Survey
from surveys.services.consent import record_consent
from surveys.services.deliveries import send_delivery
from surveys.services.events import process_event
from surveys.services.surveys import create_from_template, duplicate_survey, publish_survey, restore_draft
from surveys.tests import rows

pytestmark = pytest.mark.django_db


def published(basis: str) -> Survey:
    survey = create_from_template("nps", locale="en")
    Survey.objects.filter(pk=survey.pk).update(legal_basis=basis)
    publish_survey(survey.pk, actor=None, now=timezone.now())
    survey.refresh_from_db()
    return survey


def ask(survey: Survey, who):
    rows.no_limits()
    place = rows.touchpoint()
    rows.rule(place, survey)
    event = rows.event(place, who, occurred_at=timezone.now())
    process_event(event.pk, now=timezone.now())
    return event.decisions.get()


def test_a_survey_that_rests_on_consent_asks_nobody_who_never_said_yes():
    decision = ask(published("consent"), rows.customer())
    assert (decision.reason, decision.sentence) == ("consent", "The survey rests on consent, and there is none.")


def test_it_asks_who_said_yes():
    who = rows.customer()
    record_consent(who, "email", Consent.Status.GRANTED, now=timezone.now(), source="form", wording="Yes, ask me.")
    assert ask(published("consent"), who).reason == "asked"


def test_a_yes_that_was_taken_back_before_the_mail_left_stops_it():
    who = rows.customer()
    record_consent(who, "email", Consent.Status.GRANTED, now=timezone.now(), source="form", wording="Yes, ask me.")
    ask(published("consent"), who)
    Consent.objects.all().delete()
    delivery = Delivery.objects.get()
    send_delivery(delivery.pk, now=timezone.now())
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.DROPPED


def test_after_a_contact_a_customer_is_asked_unless_she_said_no():
    assert ask(published("interest"), rows.customer()).reason == "asked"


def test_the_draft_changes_no_basis_before_it_is_published():
    survey = published("interest")
    Survey.objects.filter(pk=survey.pk).update(legal_basis="consent")
    assert ask(Survey.objects.get(pk=survey.pk), rows.customer()).reason == "asked"


def test_each_invitation_keeps_the_basis_it_was_sent_on():
    ask(published("consent"), rows.customer(email=""))
    assert not Invitation.objects.exists()
    survey = published("interest")
    assert survey.live_version.definition.get("legal_basis", "interest") == "interest"
    Survey.objects.filter(pk=survey.pk).update(legal_basis="consent")
    version = publish_survey(survey.pk, actor=None, now=timezone.now())
    assert (version.number, version.definition["legal_basis"]) == (2, "consent")


def test_who_never_chose_keeps_the_checksum_of_before():
    definition = freeze(Survey.objects.with_draft().get(pk=create_from_template("nps", locale="en").pk))
    assert "legal_basis" not in definition
    assert checksum(definition) == checksum(read_definition(definition).as_data())


def test_a_copy_and_a_draft_taken_back_keep_it():
    survey = published("consent")
    assert duplicate_survey(survey.pk).legal_basis == "consent"
    Survey.objects.filter(pk=survey.pk).update(legal_basis="interest")
    restore_draft(survey.live_version_id)
    assert Survey.objects.get(pk=survey.pk).legal_basis == "consent"


@pytest.mark.parametrize(("basis", "count"), [("interest", 1), ("consent", 0)])
def test_advertising_asks_for_consent_until_it_rests_on_it(basis, count):
    survey = create_from_template("nps", locale="en")
    survey.thanks_text, survey.legal_basis = "Here is your voucher.", basis
    survey.save()
    problems = check(read_definition(freeze(Survey.objects.with_draft().get(pk=survey.pk))))
    assert sum("advertising" in problem.sentence for problem in problems) == count
