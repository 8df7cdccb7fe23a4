import csv
import re
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from feedback.models import Answer, BlindLabel, Correction, Reading
from feedback.services.corrections import correct_reading
from feedback.services.rollups import refresh_rollups
from feedback.services.samples import draw_sample, label_blind
from feedback.tests.programme import answer, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def role(client, django_user_model):
    def log_in(name: str):
        call_command("sync_roles", verbosity=0)
        user = django_user_model.objects.create_user(f"{name}-user", password="a long pass phrase")
        user.groups.add(Group.objects.get(name=name))
        client.force_login(user)
        return user

    return log_in


@pytest.fixture
def analyst(role):
    return role("analyst")


@pytest.fixture
def version():
    return make_version()


def heard(version, **fields):
    return answer(version, at=timezone.now() - timedelta(minutes=1), **fields)


@pytest.fixture
def comment(version) -> Answer:
    return heard(version, recommend=9, why="Rude nurse", label="negative").answers.get(question_key="why")


def words(response) -> str:
    body = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def drawn(version, user, n: int = 10) -> list[BlindLabel]:
    for place in range(n):
        heard(version, recommend=3, why=f"Comment {place}", label="negative")
    draw_sample(size=n, seed=1, actor=user, now=timezone.now())
    return list(BlindLabel.objects.waiting())


def test_who_may_not_correct_reads_the_accuracy_but_labels_nothing(client, role, comment):
    user = role("analyst")
    user.groups.clear()
    user.user_permissions.add(*_only("view_reading", "view_response"))
    assert client.get(reverse("accuracy")).status_code == 200
    assert client.get(reverse("label_blind")).status_code == 403
    assert client.post(reverse("draw_sample"), {"size": 10}).status_code == 403
    assert client.post(reverse("correct_comment", args=[comment.pk]), {"label": "neutral"}).status_code == 403
    assert "Not right?" not in words(client.get(reverse("response", args=[comment.response_id])))


def _only(*names: str):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)


def test_a_comment_is_corrected_from_its_response_with_one_click(client, analyst, comment):
    page = client.get(reverse("response", args=[comment.response_id]))
    assert "Not right?" in words(page)
    back = reverse("response", args=[comment.response_id])
    sent = client.post(reverse("correct_comment", args=[comment.pk]), {"label": "mixed", "seen": 0, "back": back})
    assert sent.url == back
    assert "mixed as analyst-user reads it" in words(client.get(back))


def test_nobody_is_sent_to_another_site_after_a_correction(client, analyst, comment):
    wrong = {"label": "mixed", "seen": 0, "back": "https://evil.example/"}
    sent = client.post(reverse("correct_comment", args=[comment.pk]), wrong)
    assert sent.url == reverse("response", args=[comment.response_id])


def test_a_form_without_a_label_comes_back_with_the_reason(client, analyst, comment):
    sent = client.post(reverse("correct_comment", args=[comment.pk]), {"seen": 0})
    assert sent.status_code == 422
    assert "Choose what the comment is." in words(sent)


def test_what_it_is_already_is_no_correction(client, analyst, comment):
    sent = client.post(reverse("correct_comment", args=[comment.pk]), {"label": "negative", "seen": 0})
    assert sent.status_code == 422
    assert "That is how it is read already." in words(sent)


def test_a_label_that_somebody_changed_meanwhile_is_a_conflict(client, analyst, comment):
    correct_reading(comment.pk, label="neutral", seen=0, actor=analyst, now=timezone.now())
    sent = client.post(reverse("correct_comment", args=[comment.pk]), {"label": "mixed", "seen": 0})
    assert sent.status_code == 409
    assert "Somebody else labelled this comment" in words(sent)
    assert Correction.objects.count() == 1


def test_the_history_shows_who_said_what_and_who_took_it_back(client, analyst, comment):
    correction = correct_reading(comment.pk, label="neutral", seen=0, note="A quote", actor=analyst, now=timezone.now())
    client.post(reverse("take_back_correction", args=[comment.pk]), {"seen": correction.pk})
    page = words(client.get(reverse("comment", args=[comment.pk])))
    assert "A quote" in page
    assert "taken back by analyst-user" in page
    assert "test 1 in use" in page


def test_looking_changes_nothing(client, analyst, version):
    drawn(version, analyst)
    for address in (reverse("accuracy"), reverse("label_blind"), reverse("comment", args=[Answer.objects.first().pk])):
        client.get(address)
    assert not BlindLabel.objects.filter(labelled_at__isnull=False).exists()
    assert not Correction.objects.exists()


def test_a_number_has_no_comment_page(client, analyst, comment):
    score = Answer.objects.get(question_key="recommend")
    assert client.get(reverse("comment", args=[score.pk])).status_code == 404


def test_the_labelling_page_shows_neither_the_machines_label_nor_the_score(client, analyst, version):
    (blind,) = drawn(version, analyst, 1)
    Reading.objects.update(label="mixed", spans=[{"start": 0, "end": 7, "weight": -2.0, "rule": "word"}])
    page = client.get(reverse("label_blind")).content.decode()
    body = page[page.index("<main") : page.index("</main")]
    assert blind.answer.text in body
    assert "word-bad" not in body
    assert body.count("mixed") == 2  # the value of its button and the button's words
    assert "score-low" not in body


def test_labels_are_given_one_after_the_other(client, analyst, version):
    first, second = drawn(version, analyst, 2)
    assert client.post(reverse("label_blind"), {"blind": first.pk, "label": "positive"}).status_code == 302
    assert second.answer.text in words(client.get(reverse("label_blind")))
    client.post(reverse("label_blind"), {"blind": second.pk, "label": "unclear"})
    assert list(BlindLabel.objects.values_list("label", flat=True)) == ["positive", ""]
    assert "Nothing waits to be labelled" in words(client.get(reverse("label_blind")))


def test_a_comment_that_somebody_else_has_labelled_is_not_labelled_again(client, analyst, version):
    (blind,) = drawn(version, analyst, 1)
    label_blind(blind.pk, label="negative", actor=analyst, now=timezone.now())
    sent = client.post(reverse("label_blind"), {"blind": blind.pk, "label": "positive"})
    assert sent.status_code == 409
    assert "Somebody else has labelled that comment meanwhile" in words(sent)


def test_a_sample_is_drawn_from_the_page(client, analyst, version):
    for place in range(12):
        heard(version, why=f"Comment {place}", label="negative")
    assert client.post(reverse("draw_sample"), {"size": 10}).url == reverse("label_blind")
    assert BlindLabel.objects.count() == 10


@pytest.mark.parametrize(
    ("size", "says"), [("3", "at least 10"), ("9999", "at most 500"), ("10", "has read no comment")]
)
def test_a_sample_that_cannot_be_drawn_says_why(client, analyst, size, says):
    sent = client.post(reverse("draw_sample"), {"size": size})
    assert sent.status_code == 422
    assert says in words(sent)


def test_before_anybody_labels_the_page_says_what_to_do(client, analyst):
    page = words(client.get(reverse("accuracy")))
    assert "Nobody has labelled a comment blindly yet" in page
    assert "no blind labels yet" in page


def test_the_accuracy_stands_with_its_n_and_interval(client, analyst, version):
    for place, blind in enumerate(drawn(version, analyst)):
        label_blind(blind.pk, label="negative" if place < 8 else "positive", actor=analyst, now=timezone.now())
    page = words(client.get(reverse("accuracy")))
    assert "80 % 95 %: 49 % to 94 % n = 10 few answers" in page.replace("\u202f", " ")


def test_the_page_costs_the_same_whatever_there_is(client, analyst, version, django_assert_max_num_queries):
    for blind in drawn(version, analyst, 12):
        label_blind(blind.pk, label="positive", actor=analyst, now=timezone.now())
        correct_reading(blind.answer_id, label="neutral", seen=0, actor=analyst, now=timezone.now())
    with django_assert_max_num_queries(14):
        client.get(reverse("accuracy"))


@pytest.fixture
def contradicting(version):
    """Three responses: angry words at 9, kind words at 1, and one whose words and score agree."""
    for score, label, conflict in (
        (9, "negative", "comment_is_worse"),
        (1, "positive", "comment_is_better"),
        (9, "positive", ""),
    ):
        response = heard(version, recommend=score, why=f"Said with a {score}, {label}", label=label)
        Reading.objects.filter(answer__response=response).update(conflict=conflict)
        refresh_rollups(response.pk, now=timezone.now())


def test_the_dashboard_counts_what_contradicts_its_score(client, analyst, contradicting):
    page = words(client.get(reverse("dashboard")))
    assert "2 comments contradict their score : 1 worse, 1 better" in page
    assert "Nobody has checked yet how well the machine reads your comments" in page


@pytest.mark.parametrize(
    ("which", "listed"),
    [
        ("any", {"9, negative", "1, positive"}),
        ("comment_is_worse", {"9, negative"}),
        ("comment_is_better", {"1, positive"}),
    ],
)
def test_the_list_can_be_narrowed_to_what_contradicts_its_score(client, analyst, contradicting, which, listed):
    page = words(client.get(reverse("responses"), {"conflict": which}))
    assert {
        found for found in ("9, negative", "1, positive", "9, positive") if f"Said with a {found}" in page
    } == listed


def test_a_filter_that_does_not_exist_is_refused(client, analyst):
    assert client.get(reverse("responses"), {"conflict": "maybe"}).status_code == 400


def test_a_response_says_that_its_comment_contradicts_its_score(client, analyst, contradicting):
    reading = Reading.objects.get(conflict="comment_is_worse")
    assert "comment worse than its score" in words(client.get(reverse("response", args=[reading.answer.response_id])))


def test_so_few_anonymous_contradictions_that_they_point_at_people_are_not_counted(client, analyst):
    secret = make_version("secret", is_anonymous=True)
    for _ in range(6):
        response = heard(secret, recommend=9, why="Secret", label="negative")
    Reading.objects.filter(answer__response=response).update(conflict="comment_is_worse")
    refresh_rollups(response.pk, now=timezone.now())
    assert "contradict" not in words(client.get(reverse("dashboard")))


def test_the_accuracy_travels_with_the_figures_of_export_and_api(client, analyst, version):
    (blind,) = drawn(version, analyst, 1)
    label_blind(blind.pk, label="negative", actor=analyst, now=timezone.now())
    body = b"".join(client.get(reverse("figures_csv")).streaming_content).decode("utf-8-sig")
    (row,) = [row for row in csv.DictReader(StringIO(body)) if row["metric"] == "sentiment_accuracy"]
    assert (float(row["value"]), row["n"]) == (100, "1")
    metrics = {line["metric"]: line for line in client.get("/api/v1/metrics").json()["metrics"]}
    assert (metrics["sentiment"]["accuracy"]["value"], metrics["nps"]["accuracy"]) == (100, None)
