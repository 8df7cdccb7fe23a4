"""What was deleted by mistake comes back within 30 days; afterwards it is gone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.definition.freeze import freeze
from surveys.models import Discarded, Survey
from surveys.services.discards import NothingToBringBack, bring_back, discard_survey
from surveys.services.languages import add_language, write_texts
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tasks import sweep_expired
from surveys.tests.designer import change_url, client_of, form_data, saved_rows, seen_by, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer():
    return client_of(staff("designer"))


@pytest.fixture
def admin():
    return client_of(staff("admin"))


@pytest.fixture
def survey():
    return create_from_template("delivery", locale="en")


def frozen(survey) -> dict:
    return freeze(Survey.objects.with_draft().get(pk=survey.pk))


def remove(client, survey, place: int) -> None:
    rows = saved_rows(survey)
    rows[place]["DELETE"] = True
    data = form_data(survey, rows, draft_seen=seen_by(client, survey))
    assert client.post(change_url(survey), data).status_code == 302


def back(client, row: Discarded):
    return client.post(reverse("admin:surveys_survey_bring_back", args=[row.pk]), follow=True)


def test_a_question_comes_back_with_key_choices_and_condition(designer, survey):
    rows = saved_rows(survey)
    rows[1], rows[2] = rows[2] | {"position": 1}, rows[1] | {"position": 2}
    designer.post(change_url(survey), form_data(survey, rows, draft_seen=seen_by(designer, survey)))
    before = frozen(survey)
    remove(designer, survey, 2)
    assert len(frozen(survey)["questions"]) == 2
    back(designer, Discarded.objects.get())
    assert frozen(survey) == before
    assert not Discarded.objects.exists()


def test_a_question_whose_condition_lost_its_question_comes_back_without(designer, survey):
    remove(designer, survey, 1)
    survey.questions.filter(key="csat").delete()
    back(designer, Discarded.objects.get())
    assert survey.questions.get(key="issues").show_if_question is None


def test_a_question_whose_key_is_taken_by_now_stays_where_it_is(designer, survey):
    remove(designer, survey, 2)
    survey.questions.create(key="comment", kind="text", text="Another")
    answer = back(designer, Discarded.objects.get())
    assert "a question with the same key is back" in answer.content.decode()
    assert survey.questions.get(key="comment").text == "Another"


def test_a_whole_draft_comes_back_with_its_languages(admin, survey):
    add_language(survey.pk, "de")
    write_texts(survey.pk, "de", {"title": "Ihre Lieferung"})
    before = frozen(survey)
    discard_survey(survey.pk, actor=None, now=timezone.now())
    assert not Survey.objects.exists()
    back(admin, Discarded.objects.get())
    assert frozen(Survey.objects.get()) == before


def test_a_draft_whose_short_name_was_taken_meanwhile_gets_another(survey):
    discard_survey(survey.pk, actor=None, now=timezone.now())
    create_from_template("delivery", locale="en")
    assert bring_back(Discarded.objects.get().pk, now=timezone.now()).slug == f"{survey.slug}-2"


def test_deleting_in_the_admin_keeps_a_copy(admin, designer, survey):
    other = create_from_template("nps", locale="en")
    admin.post(reverse("admin:surveys_survey_delete", args=[survey.pk]), {"post": "yes"})
    admin.post(
        reverse("admin:surveys_survey_changelist"),
        {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"},
    )
    assert not Survey.objects.exists()
    assert {row.name for row in Discarded.objects.all()} == {survey.name, other.name}


def test_what_was_published_is_not_deleted_by_the_list_either(admin, survey):
    publish_survey(survey.pk, actor=None, now=timezone.now())
    admin.post(
        reverse("admin:surveys_survey_changelist"),
        {"action": "delete_selected", "_selected_action": [survey.pk], "post": "yes"},
    )
    assert Survey.objects.filter(pk=survey.pk).exists()


def test_after_thirty_days_nothing_is_listed_and_nothing_comes_back(survey, time_machine):
    now = timezone.now()
    discard_survey(survey.pk, actor=None, now=now)
    time_machine.move_to(now + timedelta(days=30, minutes=1))
    page = client_of(staff("designer")).get(reverse("admin:surveys_survey_discarded")).content.decode()
    assert "Nothing was deleted in the last 30 days." in page
    with pytest.raises(NothingToBringBack):
        bring_back(Discarded.objects.get().pk, now=timezone.now())


def test_after_thirty_days_the_sweep_forgets(survey, time_machine):
    now = timezone.now()
    discard_survey(survey.pk, actor=None, now=now)
    sweep_expired()
    assert Discarded.objects.exists()
    time_machine.move_to(now + timedelta(days=30, minutes=1))
    sweep_expired()
    assert not Discarded.objects.exists()


def test_the_list_names_what_and_who(designer, survey):
    remove(designer, survey, 2)
    page = designer.get(reverse("admin:surveys_survey_discarded")).content.decode()
    assert "Question “" in page and "a-designer" in page and survey.name in page


def test_the_list_needs_as_many_queries_for_many_as_for_one(designer, survey, django_assert_max_num_queries):
    for number in range(20):
        Discarded.objects.create(survey=survey, name=f"Q{number}", content={}, discarded_at=timezone.now())
    with django_assert_max_num_queries(9):
        designer.get(reverse("admin:surveys_survey_discarded"))
