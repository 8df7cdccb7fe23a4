import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from feedback.analytics import export
from feedback.analytics.export import safe_cell
from feedback.services.rollups import refresh_rollups
from feedback.tests.programme import answer, make_touchpoint, make_version
from surveys.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("ana"))
    return client


def heard(version, **fields):
    response = answer(version, at=timezone.now() - timedelta(minutes=5), **fields)
    refresh_rollups(response.pk, now=timezone.now())
    return response


def read(client, page: str, **filters) -> list[dict[str, str]]:
    response = client.get(reverse(page), filters)
    assert response.status_code == 200
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def test_a_score_of_zero_is_exported_as_zero(reader):
    heard(make_version(), recommend=0)
    assert [row["recommend"] for row in read(reader, "responses_csv")] == ["0"]


def test_each_response_is_one_row_with_its_place_and_its_words(reader):
    customer = Customer.objects.create(external_id="C-1", name="Ana")
    heard(
        make_version(),
        recommend=3,
        why='Late, "again"\nand wet.',
        label="negative",
        customer=customer,
        touchpoint=make_touchpoint("Counter"),
    )
    (row,) = read(reader, "responses_csv")
    assert (row["survey"], row["stage"], row["touchpoint"], row["customer"]) == ("visit", "use", "counter", "C-1")
    assert (row["why"], row["why.label"]) == ('Late, "again"\nand wet.', "negative")


def test_several_choices_stand_in_one_cell(reader):
    questions = [{"key": "which", "kind": "multiple", "text": "Which?"}]
    response = heard(make_version(questions=questions))
    response.answers.create(question_key="which", kind="multiple", choices=["a", "b"])
    assert read(reader, "responses_csv")[0]["which"] == "a|b"


def test_questions_of_all_versions_have_a_column(reader):
    heard(make_version("visit"), recommend=3)
    heard(make_version("other", questions=[{"key": "extra", "kind": "csat", "text": "?"}]))
    (first, *_rest) = read(reader, "responses_csv")
    assert {"recommend", "extra"} <= set(first)


TAKEN = [
    {"key": "version", "kind": "text", "text": "Which version?"},
    {"key": "customer", "kind": "nps", "text": "?"},
    {"key": "why", "kind": "nps", "text": "?"},
]


def test_a_question_that_is_called_like_a_column_has_a_column_of_its_own(reader):
    heard(make_version("visit"), recommend=3, why="late")
    response = heard(make_version("other", questions=TAKEN))
    response.answers.create(question_key="version", kind="text", text="old")
    response.answers.create(question_key="customer", kind="nps", number=0)
    response.answers.create(question_key="why", kind="nps", number=7)
    body = b"".join(reader.get(reverse("responses_csv")).streaming_content).decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(body))
    assert len(head) == len(set(head))
    row = next(dict(zip(head, line, strict=True)) for line in lines if "other" in line)
    assert (row["version"], row["version.answer"]) == ("1", "old")
    assert (row["customer"], row["customer.answer"]) == ("", "0")
    assert (row["why"], row["why.nps"]) == ("", "7")


@given(st.sampled_from("=+-@＝＋－＠﹦﹢﹣﹫\t\r\n\0"), st.text(max_size=10))
def test_a_cell_that_a_spreadsheet_would_run_becomes_text(sign, rest):
    assert safe_cell(sign + rest) == f"'{sign}{rest}"


@pytest.mark.parametrize("unseen", ["  ", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u202e", "\x0b", " \u2060 ", "\x7f"])
def test_a_formula_behind_what_nobody_sees_is_a_formula_still(unseen):
    assert safe_cell(f"{unseen}=1+1") == f"'{unseen}=1+1"


@pytest.mark.parametrize("text", ["", "a=1", "0", "<3 you", "😡 =1", "'quoted'", "(see below)", "é", " fine"])
def test_an_ordinary_cell_stays_as_it_is(text):
    assert safe_cell(text) == text


def test_numbers_stay_numbers():
    assert [safe_cell(value) for value in (-3, 0, -1.5)] == [-3, 0, -1.5]


def test_a_customer_s_formula_comes_out_as_words(reader):
    heard(make_version(), why="=HYPERLINK(1)", label="neutral")
    assert read(reader, "responses_csv")[0]["why"] == "'=HYPERLINK(1)"


def test_the_file_has_as_many_rows_as_the_list_says(reader, monkeypatch):
    monkeypatch.setattr(export, "CHUNK", 4)
    version = make_version()
    for turn in range(11):
        heard(version, recommend=turn % 11)
    assert len(read(reader, "responses_csv")) == 11
    assert len(read(reader, "responses_csv", metric="nps", band="detractors")) == 7


def test_the_figures_in_the_file_are_those_on_the_page(reader):
    version = make_version()
    for value in (10, 9, 8, 0):
        heard(version, recommend=value, touchpoint=None)
    rows = {(row["scope"], row["metric"]): row for row in read(reader, "figures_csv")}
    everything = rows["all", "nps"]
    page = reader.get(reverse("dashboard")).context["overview"].headlines[0].figure
    assert (float(everything["value"]), int(everything["n"])) == (page.value, page.n)
    assert float(everything["low_95"]) == page.interval.low
    assert rows["all", "csat"]["state"] == "no_answers"


def test_the_file_is_sent_while_it_is_made(reader):
    heard(make_version(), recommend=5)
    assert reader.get(reverse("responses_csv")).streaming
