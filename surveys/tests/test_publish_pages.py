"""The pages around a draft: publish, versions, copies, closing."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from surveys.models import Delivery, Question, Survey
from surveys.services.surveys import create_from_template, duplicate_survey, publish_survey
from surveys.tests import rows
from surveys.tests.designer import change_url, client_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer():
    return client_of(staff("designer"))


@pytest.fixture
def survey():
    return create_from_template("nps", locale="en")


def url(name: str, pk: int) -> str:
    return reverse(f"admin:surveys_survey_{name}", args=[pk])


def publish(survey):
    return publish_survey(survey.pk, actor=None, now=timezone.now())


def reword(survey, text="Why do you say so?") -> None:
    Question.objects.filter(survey=survey, key="why").update(text=text)


def test_a_template_becomes_a_draft_with_one_click(designer):
    answer = designer.post(reverse("admin:surveys_survey_begin"), {"template": "nps"})
    survey = Survey.objects.get()
    assert answer.url == url("change", survey.pk)
    assert survey.live_version is None


def test_an_unknown_template_is_not_found(designer):
    assert designer.post(reverse("admin:surveys_survey_begin"), {"template": "horoscope"}).status_code == 404


def test_publishing_asks_first_and_changes_nothing(designer, survey):
    page = designer.get(url("publish", survey.pk))
    assert "Publish version 1" in page.content.decode()
    assert not survey.versions.exists()


def test_publishing_makes_the_version_live_and_writes_it_down(designer, survey):
    designer.post(url("publish", survey.pk), {"note": "The first one"})
    version = survey.versions.get()
    assert (version.note, version.published_by.username) == ("The first one", "a-designer")
    assert "Published version 1." in LogEntry.objects.latest("pk").change_message


def test_a_draft_with_errors_cannot_be_published_and_says_why_with_a_link(designer, survey):
    Question.objects.create(survey=survey, key="which", kind="single", text="Which?", position=5)
    page = designer.get(url("publish", survey.pk)).content.decode()
    assert "Publish version" not in page
    assert f'href="{url("change", survey.pk)}#questions-2"' in page
    refused = designer.post(url("publish", survey.pk))
    assert refused.status_code == 409
    assert not survey.versions.exists()


def test_what_publishing_does_to_the_trend_is_shown_before(designer, survey):
    publish(survey)
    Question.objects.filter(survey=survey, key="nps").update(high_label="for sure")
    page = designer.get(url("publish", survey.pk)).content.decode()
    assert "new series" in page
    assert "trends begin anew there" in page


def test_nothing_to_publish_is_said(designer, survey):
    publish(survey)
    assert "Nothing to publish" in designer.get(url("publish", survey.pk)).content.decode()


def test_versions_are_listed_newest_first_with_what_changed(designer, survey):
    publish(survey)
    reword(survey)
    publish(survey)
    page = designer.get(url("versions", survey.pk)).content.decode()
    assert page.index("Version 2") < page.index("Version 1")
    assert "is worded anew: “Why do you say so?”" in page


def test_an_old_version_is_made_live_again_by_one_click(designer, survey):
    first = publish(survey)
    reword(survey)
    publish(survey)
    designer.post(reverse("admin:surveys_survey_roll_back", args=[first.pk]))
    survey.refresh_from_db()
    assert (survey.live_version.number, survey.live_version.checksum) == (3, first.checksum)


def test_a_version_is_put_back_into_the_draft(designer, survey):
    first = publish(survey)
    reword(survey)
    designer.post(reverse("admin:surveys_survey_restore", args=[first.pk]))
    assert survey.questions.get(key="why").text == "What is the most important reason for your score?"


def test_a_copy_is_opened_at_once(designer, survey):
    answer = designer.post(url("duplicate", survey.pk))
    assert answer.url == url("change", Survey.objects.latest("pk").pk)
    assert Survey.objects.count() == 2


def test_a_survey_is_closed_and_opened_again(designer, survey):
    publish(survey)
    designer.post(url("close", survey.pk))
    survey.refresh_from_db()
    assert survey.closed_at is not None
    designer.post(url("reopen", survey.pk))
    survey.refresh_from_db()
    assert survey.closed_at is None


def test_a_test_is_sent_to_the_address_that_was_typed(designer, survey):
    publish(survey)
    designer.post(url("test", survey.pk), {"address": "me@example.org"})
    assert Delivery.objects.get().address == "me@example.org"


def test_a_survey_that_is_not_published_cannot_be_tested_by_mail(designer, survey):
    designer.post(url("test", survey.pk), {"address": "me@example.org"})
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("name", ["duplicate", "close", "reopen", "roll_back", "restore"])
def test_looking_at_an_address_changes_nothing(designer, survey, name):
    version = publish(survey)
    target = version.pk if name in {"roll_back", "restore"} else survey.pk
    assert designer.get(url(name, target)).status_code == 405


@pytest.mark.parametrize("role", ["analyst", "agent"])
@pytest.mark.parametrize("name", ["publish", "close", "reopen", "test", "duplicate"])
def test_who_may_only_look_publishes_and_copies_nothing(survey, role, name):
    publish(survey)
    assert client_of(staff(role)).post(url(name, survey.pk)).status_code == 403


@pytest.mark.parametrize("name", ["roll_back", "restore"])
def test_who_may_only_look_moves_no_version(survey, name):
    version = publish(survey)
    assert client_of(staff("analyst")).post(url(name, version.pk)).status_code == 403


def test_the_list_says_where_each_survey_stands(designer, survey):
    publish(survey)
    reword(survey)
    page = designer.get(reverse("admin:surveys_survey_changelist")).content.decode()
    assert "live, draft changed" in page


def test_the_list_of_surveys_costs_the_same_for_one_as_for_many(designer, survey, django_assert_max_num_queries):
    page = reverse("admin:surveys_survey_changelist")
    designer.get(page)
    with CaptureQueriesContext(connection) as one:
        designer.get(page)
    for _number in range(4):
        duplicate_survey(survey.pk)
    with django_assert_max_num_queries(len(one)):
        designer.get(page)


def test_a_live_survey_that_reaches_nobody_offers_a_rule_and_a_link(designer, survey):
    publish_survey(survey.pk, actor=None, now=timezone.now())
    page = designer.get(change_url(survey)).content.decode()
    assert "Nobody gets it yet." in page
    assert f"{reverse('admin:surveys_triggerrule_add')}?survey={survey.pk}" in page
    rows.rule(rows.touchpoint(), survey)
    page = designer.get(change_url(survey)).content.decode()
    assert "1 rule asks with it" in page and "Nobody gets it yet." not in page


def test_what_is_asked_after_a_case_waits_for_no_rule(designer, survey):
    publish_survey(survey.pk, actor=None, now=timezone.now())
    Survey.objects.filter(pk=survey.pk).update(purpose="recovery")
    assert "Nobody gets it yet." not in designer.get(change_url(survey)).content.decode()


def test_the_gallery_reads_as_customers_would(designer):
    page = designer.get(reverse("admin:surveys_survey_changelist") + "templates/").content.decode()
    assert "How satisfied are you with your last contact with us?" in page and "{{" not in page
