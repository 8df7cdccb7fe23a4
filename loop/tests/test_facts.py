from decimal import Decimal

from loop.rules.facts import AnswerSeen, CustomerSeen, ReadingSeen, ResponseSeen, facts_of, without_personal_data


def seen(*answers: AnswerSeen, **more) -> ResponseSeen:
    return ResponseSeen(survey="after-delivery", answers=answers, **more)


def test_a_score_of_zero_is_a_fact():
    assert facts_of(seen(AnswerSeen("recommend", "nps", 0)))["nps"] == 0


def test_the_lowest_of_several_scores_of_a_kind_counts():
    facts = facts_of(seen(AnswerSeen("staff", "csat", 4), AnswerSeen("food", "csat", 1), AnswerSeen("room", "csat")))
    assert facts["csat"] == 1


def test_a_question_that_was_left_out_is_not_a_fact():
    assert "nps" not in facts_of(seen(AnswerSeen("recommend", "nps")))


def test_the_worst_comment_speaks_for_the_response():
    readings = (ReadingSeen(0.7, "positive"), ReadingSeen(-0.8, "negative"))
    facts = facts_of(seen(readings=readings))
    assert (facts["compound"], facts["label"]) == (-0.8, "negative")


def test_a_comment_in_a_language_without_an_engine_has_no_compound_and_no_label():
    facts = facts_of(
        seen(AnswerSeen("why", "text", text="Ужасно"), readings=(ReadingSeen(language="ru", is_scored=False),))
    )
    assert facts["comment_not_scored"] == "yes"
    assert facts["language"] == "ru"
    assert not {"compound", "label"} & facts.keys()


def test_a_neutral_compound_of_zero_is_a_fact():
    assert facts_of(seen(readings=(ReadingSeen(0.0, "neutral"),)))["compound"] == 0.0


def test_spaces_are_not_a_comment():
    assert facts_of(seen(AnswerSeen("why", "text", text="  \n")))["has_comment"] == "no"


def test_a_happy_score_over_a_negative_comment_is_a_conflict():
    facts = facts_of(seen(AnswerSeen("recommend", "nps", 10), readings=(ReadingSeen(-0.7, "negative"),)))
    assert facts["conflict"] == "comment_is_worse"


def test_an_unhappy_score_over_a_positive_comment_is_the_other_conflict():
    facts = facts_of(seen(AnswerSeen("recommend", "nps", 0), readings=(ReadingSeen(0.7, "positive"),)))
    assert facts["conflict"] == "comment_is_better"


def test_score_and_comment_that_agree_are_no_conflict():
    facts = facts_of(seen(AnswerSeen("recommend", "nps", 0), readings=(ReadingSeen(-0.7, "negative"),)))
    assert "conflict" not in facts


def test_choices_and_numbers_are_facts_under_the_key_of_their_question():
    facts = facts_of(
        seen(AnswerSeen("topics", "multiple", choices=("price", "wait")), AnswerSeen("solved", "yes_no", 0))
    )
    assert (facts["answer.topics"], facts["answer.solved"]) == (["price", "wait"], 0)


def test_a_customer_brings_value_and_attributes():
    customer = CustomerSeen("de", Decimal("1200.50"), {"plan": "gold", "visits": 0, "history": {"a": 1}})
    facts = facts_of(seen(customer=customer))
    assert (facts["customer.annual_value"], facts["customer.plan"], facts["customer.visits"]) == (1200.5, "gold", 0)
    assert "customer.history" not in facts


def test_a_customer_cannot_fake_the_value_that_staff_entered():
    facts = facts_of(seen(customer=CustomerSeen(annual_value=Decimal(5), attributes={"annual_value": 9999})))
    assert facts["customer.annual_value"] == 5


def test_an_answer_without_a_customer_says_so():
    assert facts_of(seen())["customer_known"] == "no"


def test_what_is_kept_beside_a_triage_names_no_attribute_and_no_word_of_the_customer():
    facts = facts_of(
        seen(AnswerSeen("name", "single", choices=("Ana",)), customer=CustomerSeen("de", None, {"plan": "x"}))
    )
    assert not [name for name in without_personal_data(facts) if name.startswith(("customer.", "answer."))]
