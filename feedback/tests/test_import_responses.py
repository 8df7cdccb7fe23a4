import pytest
from django.core.management import CommandError, call_command

from feedback.models import Answer, Response
from feedback.services import collected
from surveys.models import Customer, Survey

pytestmark = pytest.mark.django_db
MAPPING = """
[journey]
slug = "shop"
name = "Shop"
[[journey.touchpoint]]
slug = "delivery"
name = "Delivery"
[survey]
slug = "review"
name = "Review"
title = "How was it?"
[[survey.question]]
key = "nps"
kind = "nps"
text = "How likely are you to recommend us?"
[[survey.question]]
key = "food"
kind = "rating"
text = "Food"
[[survey.question]]
key = "why"
kind = "text"
text = "Why?"
[response]
id = "old-{id}"
customer = "{who}"
touchpoint = "delivery"
submitted_at = "{at}"
[answers]
nps = "{nps}"
food = "{food}"
why = "{why}"
[missing]
food = ["0", "6"]
"""
HEADER = "id,who,at,nps,food,why\n"


@pytest.fixture
def take(tmp_path, capsys):
    def run(text: str, mapping: str = MAPPING) -> str:
        (tmp_path / "r.csv").write_text(HEADER + text, encoding="utf-8")
        (tmp_path / "m.toml").write_text(mapping)
        call_command("import_responses", tmp_path / "r.csv", mapping=tmp_path / "m.toml")
        refused = tmp_path / "r.rejected.csv"
        return capsys.readouterr().out + (refused.read_text(encoding="utf-8") if refused.exists() else "")

    return run


def test_a_row_becomes_a_response_of_a_published_survey_and_a_zero_is_an_answer(take):
    take("1,,2026-01-05 10:00,0,3,<3 you\n")
    answers = {row.question_key: row.value for row in Answer.objects.all()}
    assert answers == {"nps": 0, "food": 3, "why": "<3 you"}
    assert Response.objects.get().touchpoint.slug == "delivery"
    assert Survey.objects.get().live_version.number == 1


def test_a_value_that_means_no_answer_is_left_out_where_the_mapping_says_so(take):
    take("1,,2026-01-05,0,0,\n")
    assert [(row.question_key, row.number) for row in Answer.objects.all()] == [("nps", 0)]


def test_a_response_goes_to_its_customer(take):
    ana = Customer.objects.create(external_id="A-1")
    take("1,A-1,2026-01-05,9,,\n")
    assert Response.objects.get().customer == ana


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,nobody,2026-01-05,9,,", "customer: nobody has the number “nobody”"),
        ("1,,someday,9,,", "submitted_at: “someday” is not a date"),
        ("1,,2199-01-01,9,,", "submitted_at: lies in the future"),
        ("1,,2026-01-05,11,,", "nps: "),
        ("1,,2026-01-05,9.5,,", "nps: "),
        ("1,,2026-01-05,,6,", "This row answers no question."),
    ],
)
def test_a_bad_row_is_reported_in_its_fields_own_words_and_the_good_ones_go_in(take, row, reason):
    assert reason in take(f"{row}\n2,,2026-01-05,10,,\n")
    assert [response.external_ref for response in Response.objects.all()] == ["old-2"]


def test_the_same_answers_in_another_file_are_known(take):
    take("1,,2026-01-05,9,,\n")
    assert "1 taken, 1 known before" in take("1,,2026-01-05,9,,\n2,,2026-01-05,9,,\n")
    assert Response.objects.count() == 2


def test_a_mapping_that_names_an_unknown_question_is_refused_with_those_that_exist(take):
    with pytest.raises(CommandError, match="no question npc; it has food, nps, why"):
        take("", MAPPING.replace('nps = "{nps}"', 'npc = "{nps}"'))


def test_a_survey_that_is_neither_known_nor_described_is_refused(take):
    with pytest.raises(CommandError, match="there is no survey “other”"):
        take("", MAPPING.split("[survey]")[0] + '[survey]\nslug = "other"\n' + MAPPING[MAPPING.index("[response]") :])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (('food = ["0", "6"]', 'food = "06"'), "missing.food: expected a list"),
        (('food = ["0", "6"]', 'fod = ["0"]'), "missing: unknown field fod"),
        (('kind = "nps"', 'kind = "npc"'), "there is no kind “npc”"),
        (('key = "food"', 'key = "nps"'), "the key nps stands more than once"),
        (('key = "food"', 'key = "the food"'), "survey.question.key: Enter a valid"),
        (('text = "Food"', f'text = "{"x" * 501}"'), "survey.question.text: Ensure this value has at most 500"),
        (('text = "Food"', 'text = "Food"\nshow_if = "nps"'), "survey.question: unknown field show_if"),
        (('title = "How was it?"', f'title = "{"x" * 201}"'), "survey.title: Ensure this value has at most 200"),
        (('title = "How was it?"', 'titel = "x"'), "survey: unknown field titel"),
        (('touchpoint = "delivery"', 'touchpiont = "delivery"'), "response: unknown field touchpiont"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_in_words_and_nothing_is_made(take, said, reason):
    with pytest.raises(CommandError, match=reason):
        take("1,,2026-01-05,9,,\n", MAPPING.replace(*said, 1))
    assert not Response.objects.exists()
    assert not Survey.objects.exists()


def test_numbers_that_mean_no_answer_may_be_written_as_numbers(take):
    take("1,,2026-01-05,0,6,\n", MAPPING.replace('["0", "6"]', "[0, 6]"))
    assert [(row.question_key, row.number) for row in Answer.objects.all()] == [("nps", 0)]


def test_a_number_that_stands_twice_in_one_file_is_one_response(take):
    assert "1 taken, 1 known before, 0 refused" in take("1,,2026-01-05,0,,\n1,,2026-01-05,0,,\n")
    assert Response.objects.count() == 1


def test_the_same_file_again_takes_nothing_and_says_so(take, tmp_path, capsys):
    take("1,,2026-01-05,0,,\n")
    call_command("import_responses", tmp_path / "r.csv", mapping=tmp_path / "m.toml")
    said = capsys.readouterr()
    assert "with this mapping: now nothing was" in " ".join(said.err.split())
    assert Response.objects.count() == 1


def test_an_anonymous_answer_is_known_again_in_another_file(take):
    anonymous = MAPPING.replace('title = "How was it?"', 'title = "How was it?"\nis_anonymous = true')
    take("1,,2026-01-05,0,,\n", anonymous)
    assert "1 taken, 1 known before" in take("1,,2026-01-05,0,,\n2,,2026-01-05,0,,\n", anonymous)
    assert set(Response.objects.values_list("external_ref", flat=True)) == {None}


def test_a_refused_row_stands_in_nobodys_way(take):
    assert "2 taken, 0 known before, 1 refused" in take("1,,2026-01-05,0,,\n2,,2026-01-05,11,,\n3,,2026-01-05,10,,\n")
    assert list(Answer.objects.order_by("pk").values_list("number", flat=True)) == [0, 10]


def test_rows_that_somebody_else_sends_at_the_same_moment_are_taken_singly(take, monkeypatch):
    monkeypatch.setattr(collected, "_known", lambda items, source_type: set())  # as a look before the other's commit
    take("1,,2026-01-05,0,,\n")
    assert "1 taken, 1 known before" in take("1,,2026-01-05,0,,\n2,,2026-01-05,0,,\n")
    assert Response.objects.count() == 2


def test_a_file_costs_as_many_statements_however_long_it_is(take, django_assert_max_num_queries):
    take("0,,2026-01-05,0,,\n")
    with django_assert_max_num_queries(40):
        take("".join(f"{number},,2026-01-05,{number % 11},,Fine.\n" for number in range(1, 200)))
