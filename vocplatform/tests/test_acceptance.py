"""What other survey systems get wrong, done from end to end; docs/acceptance.md says which test proves what."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.analytics.answered import answers_of, with_answers
from feedback.models import Answer, Reading, Response, SetAsideAnswer
from feedback.services.collected import Collected, record_responses
from feedback.services.rollups import rebuild_day, recount_rollups
from feedback.tests.survey_page import NPS, THREE_PAGES, WHY, Reader, ask, choices, invite, path_of, publish
from loop.models import Case
from loop.services.defaults import ensure_loop_defaults
from surveys.definition.schema import ShowIf
from surveys.models import ContactPolicy, Customer, Decision, Survey, SurveyVersion
from surveys.services.erasure import erase_customer
from surveys.services.events import process_event
from surveys.services.surveys import close_survey, publish_survey
from surveys.tests import rows
from surveys.tests.designer import change_url, client_of, form_data, saved_rows, seen_by, staff
from surveys.tests.rows import NOON
from surveys.triggers.sampling import in_sample
from vocplatform.lib.periods import Period
from vocplatform.tests.test_api import key

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PAGE = Path(settings.BASE_DIR) / "docs" / "acceptance.md"
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")

ASKED = [
    {"kind": "nps", "text": "Would you recommend us?", "position": 0},
    {
        "kind": "single",
        "text": "What went wrong?",
        "position": 1,
        "choices": [{"text": "Late"}, {"text": "Broken"}, {"text": "Rude"}],
    },
    {"kind": "csat", "text": "And our staff?", "position": 2},
]


# The page


def test_the_page_names_eighteen_checks_and_only_tests_that_exist():
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d+ \|", line)]
    assert [int(line.split("|")[1]) for line in lines] == list(range(1, 19))
    assert [line for line in lines if not TEST.search(line)] == []
    missing = [name for name in TEST.findall(PAGE.read_text()) if not is_there(*name)]
    assert missing == []


def is_there(path: str, name: str) -> bool:
    file = Path(settings.BASE_DIR) / path
    return file.is_file() and f"def {name}(" in file.read_text()


# 5 and 6: a survey is changed while it is answered


class Studio:
    """A live survey as its designer changes it by the admin's form, and what was answered meanwhile."""

    def __init__(self) -> None:
        self.client = client_of(staff("designer"))
        sent = self.client.post(reverse("admin:surveys_survey_add"), form_data(questions=ASKED))
        assert sent.status_code == 302, sent.context["errors"]
        self.survey = Survey.objects.get(slug="visit")
        self.sent: dict[str, dict[str, object]] = {}
        self.now = timezone.now() - 40 * DAY
        self.publish()

    def publish(self) -> SurveyVersion:
        self.now += 9 * DAY
        self.version = publish_survey(self.survey.pk, actor=None, now=self.now)
        return self.version

    def change(self, edit: Callable[[list[dict]], None]) -> None:
        """Saves and publishes what `edit` made of the rows on the screen."""
        screen = saved_rows(self.survey)
        edit(screen)
        data = form_data(self.survey, screen, draft_seen=seen_by(self.client, self.survey))
        sent = self.client.post(change_url(self.survey), data)
        assert sent.status_code == 302, sent.context["errors"]
        self.publish()

    def answer(self, people: int) -> None:
        """Everybody answers everything that is asked today, each in another way."""
        items = []
        for number in range(people):
            reference = f"{self.version.number}-{number}"
            given = {q["key"]: answer_to(q, number) for q in self.version.definition["questions"]}
            self.sent[reference] = given
            items.append(Collected(answers=given, submitted_at=self.now, external_ref=reference))
        assert record_responses(self.version, items, source_type="api", now=self.now) == [True] * people

    def count(self) -> None:
        for on in Response.objects.dates("submitted_at", "day"):
            for day in (on - DAY, on, on + DAY):
                rebuild_day(day, now=timezone.now())


def answer_to(question: dict, number: int) -> int | str:
    if question["kind"] == "single":
        return question["choices"][number % len(question["choices"])]["key"]
    return question["minimum"] + number % (question["maximum"] - question["minimum"] + 1)


def named(screen: list[dict], text: str) -> dict:
    return next(row for row in screen if row["text"] == text)


def rename(screen: list[dict]) -> None:
    named(screen, "What went wrong?")["choices"][0]["text"] = "Came late"
    named(screen, "And our staff?")["text"] = "How was our staff?"


def move_and_take_away(screen: list[dict]) -> None:
    cause = named(screen, "What went wrong?")
    for row, position in zip(screen, (2, 0, 1), strict=True):
        row["position"] = position
    for choice, position in zip(cause["choices"], (2, 0, 1), strict=True):
        choice["position"] = position
    cause["choices"][1]["DELETE"] = True
    cause["choices"].append({"text": "Lost", "position": 3})
    named(screen, "How was our staff?")["DELETE"] = True


def bring_back(screen: list[dict]) -> None:
    named(screen, "What went wrong?")["choices"].append({"text": "Broken", "position": 4})
    screen.append({"kind": "csat", "text": "How was our staff?", "position": 5})


CHANGES = (rename, move_and_take_away, bring_back)


@pytest.fixture
def studio() -> Studio:
    return Studio()


@pytest.fixture
def edited(studio) -> Studio:
    """A thousand answers, 250 after each change."""
    studio.answer(250)
    for edit in CHANGES:
        studio.change(edit)
        studio.answer(250)
    studio.count()
    return studio


@pytest.fixture
def reader(django_user_model, client):
    client.force_login(django_user_model.objects.create_superuser("reader"))
    return client


def exported(client) -> list[dict[str, str]]:
    body = b"".join(client.get(reverse("responses_csv"), {"period": "last_90"}).streaming_content)
    head, *lines = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert len(head) == len(set(head))
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_after_renaming_moving_removing_and_restoring_summary_and_trend_count_all_thousand(edited, reader):
    overview = reader.get(reverse("dashboard"), {"period": "last_90", "grain": "week"}).context["overview"]
    scores = [given["nps"] if "nps" in given else given["would-you-recommend-us"] for given in edited.sent.values()]
    expected = 100 * sum((score >= 9) - (score <= 6) for score in scores) / 1000
    shown = {line.metric.key: line.figure for line in overview.headlines}
    assert overview.responses == 1000
    assert (shown["nps"].n, shown["nps"].value) == (1000, pytest.approx(expected))
    assert shown["csat"].n == 750  # a quarter was never asked
    assert sum(point.figure.n for point in overview.trends["nps"]) == 1000
    assert sum(point.figure.n for point in overview.trends["csat"]) == 750


def test_after_the_same_changes_the_file_holds_every_one_of_the_thousand_answers(edited, reader):
    lines = exported(reader)
    told = Counter(tuple(sorted((k, str(v)) for k, v in given.items())) for given in edited.sent.values())
    questions = {key for given in edited.sent.values() for key in given}
    kept = Counter(tuple(sorted((k, line[k]) for k in questions if line[k])) for line in lines)
    assert len(lines) == 1000 and kept == told


def test_after_the_same_changes_each_answer_is_shown_in_the_words_in_which_it_was_given(edited, reader):
    worded = {
        version.pk: {question["key"]: question for question in version.definition["questions"]}
        for version in edited.survey.versions.all()
    }
    for response in with_answers(Response.objects.all()):
        given = edited.sent[response.external_ref]
        shown = {each.answer.question_key: each for each in answers_of(response)}
        assert shown.keys() == given.keys()
        for name, value in given.items():
            question = worded[response.version_id][name]
            texts = {choice["key"]: choice["text"] for choice in question.get("choices", ())}
            assert shown[name].question == question["text"]
            assert shown[name].choices == ((texts[value],) if value in texts else ())
    renamed = Response.objects.filter(version__number=2, answers__choices=["late"]).first()
    assert "Came late" in reader.get(reverse("response", args=[renamed.pk])).content.decode()


def test_what_is_brought_back_goes_on_under_its_old_key_and_what_is_new_gets_its_own(studio):
    for edit in CHANGES:
        studio.change(edit)
    first, *_between, last = studio.survey.versions.order_by("number")
    assert {q["key"] for q in first.definition["questions"]} == {q["key"] for q in last.definition["questions"]}
    (cause,) = (question for question in last.definition["questions"] if question["kind"] == "single")
    offered = {choice["key"]: choice["text"] for choice in cause["choices"]}
    assert offered == {"late": "Came late", "broken": "Broken", "rude": "Rude", "lost": "Lost"}


def test_no_old_answer_shows_under_a_question_that_takes_the_place_of_another(studio, reader):
    studio.answer(20)

    def another_third(screen: list[dict]) -> None:
        screen[2]["DELETE"] = True
        screen.append({"kind": "csat", "text": "How was the food?", "position": 2})

    old = studio.version.definition["questions"][2]["key"]
    studio.change(another_third)
    new = studio.version.definition["questions"][2]["key"]
    studio.answer(5)
    studio.count()
    by_version = Counter((line["version"], bool(line[old]), bool(line[new])) for line in exported(reader))
    assert by_version == {("1", True, False): 20, ("2", False, True): 5}
    page = reader.get(reverse("response", args=[Response.objects.filter(version__number=1).first().pk]))
    assert "And our staff?" in page.content.decode() and "How was the food?" not in page.content.decode()


# 7 and 8: who is asked, over time


def test_under_the_usual_limits_a_year_of_weekly_pulses_takes_no_quarterly_ask_from_anybody():
    pulse, quarter = rows.touchpoint("pulse"), rows.touchpoint("quarter")
    ContactPolicy.objects.create(name="As installed", is_default=True)
    rows.rule(pulse, rows.survey("weekly"), priority=100)
    rows.rule(quarter, rows.survey("nps"), priority=10, reserves_ask=True, window_hours=24 * 14)
    people = [rows.customer(f"C-{number}", f"p{number}@example.org") for number in range(3)]
    for day in range(365):
        now = NOON + day * DAY
        for place, due in ((pulse, day % 7 == 0), (quarter, day % 91 == 45)):
            for who in people if due else ():
                event = rows.event(place, who, f"{place.slug}-{who.pk}-{day}", occurred_at=now, received_at=now)
                process_event(event.pk, now=now)
    asked = Counter(asked_of())
    assert {who.pk: asked[who.pk, "nps"] for who in people} == dict.fromkeys((who.pk for who in people), 4)
    assert all(asked[who.pk, "weekly"] >= 4 for who in people)


def asked_of():
    return Decision.objects.filter(outcome="ask").values_list("event__customer", "rule__survey__slug")


def test_whoever_is_out_of_a_tenth_stays_out_at_every_touch():
    place = rows.touchpoint()
    rule = rows.rule(place, rows.survey(), sampling_percent=10)
    people = [rows.customer(f"C-{number}", f"p{number}@example.org") for number in range(60)]
    for touch in range(3):
        for who in people:
            process_event(rows.event(place, who, f"{who.pk}-{touch}").pk, now=NOON)
    out = set(Decision.objects.filter(reason="sample").values_list("event__customer", flat=True))
    asked = set(Decision.objects.filter(outcome="ask").values_list("event__customer", flat=True))
    assert asked == {who.pk for who in people if in_sample(who.pk, rule.survey_id, "", 10)}
    assert len(out) + len(asked) == 60 and not out & asked and asked


# 11 and 12: reading what came in


@pytest.mark.parametrize("name", ["dashboard", "responses", "responses_csv", "response", "survey page"])
def test_a_page_asks_the_database_as_often_for_forty_questions_as_for_two(reader, name):
    def queries(slug: str, *questions) -> int:
        version = publish(*questions, slug=slug)
        now = timezone.now() - DAY
        given = {question.key: "Good." if question.kind == "text" else 3 for question in questions}
        record_responses(version, [Collected(answers=given, submitted_at=now)], source_type="api", now=now)
        rebuild_day(timezone.localtime(now).date(), now=now)
        pk = Response.objects.latest("pk").pk
        one = {"survey page": lambda: path_of(invite(version)), "response": lambda: reverse(name, args=[pk])}
        address, query = (one[name](), {}) if name in one else (reverse(name), {"survey": slug})
        read(reader, address, query)
        with CaptureQueriesContext(connection) as found:
            read(reader, address, query)
        return len(found)

    few = queries("few", NPS, WHY)
    kinds = ("csat", "ces", "rating", "text")
    many = queries("many", NPS, WHY, *(ask(f"q{number}", kinds[number % 4]) for number in range(38)))
    assert many == few


def read(client, address: str, query: dict[str, str]) -> bytes:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_columns_of_a_file_do_not_hang_on_what_the_newest_answer_holds(reader):
    version = publish(NPS, WHY, ask("cause", "single", choices=choices("Late", "Broken")))
    heads = []
    for number, given in enumerate(
        ({"nps": 9, "why": "=1+1", "cause": "late"}, {"nps": 0}, {"nps": 3, "utm_source": "mail"}, {"cause": "broken"})
    ):
        now = timezone.now() - timedelta(minutes=9 - number)
        record_responses(version, [Collected(answers=given, submitted_at=now)], source_type="api", now=now)
        rebuild_day(timezone.localtime(now).date(), now=now)
        heads.append(list(exported(reader)[0]))
    assert heads == heads[:1] * 4 and {"version", "nps", "why", "why.label", "cause"} <= set(heads[0])
    assert "'=1+1" in {line["why"] for line in exported(reader)}


# 15: a person is forgotten


def test_after_an_erasure_last_quarter_s_nps_is_as_it_was_and_the_words_are_nowhere(reader, after_commit):
    version = publish(NPS, WHY)
    now = timezone.now()
    then = now - 100 * DAY
    quarter = {"first": str((then - 20 * DAY).date()), "last": str((then + 20 * DAY).date())}
    people = [rows.customer(f"C-{number}", f"p{number}@example.org") for number in range(12)]
    items = [
        Collected(answers={"nps": n % 11, "why": f"Parcel {n} of Zebulon."}, submitted_at=then, customer=who)
        for n, who in enumerate(people)
    ]
    record_responses(version, items, source_type="api", now=now)
    link = path_of(invite(version, customer=people[0]))
    period = Period((then - DAY).date(), (then + DAY).date())
    recount_rollups(period, now=now)

    def figures() -> tuple:
        overview = reader.get(reverse("dashboard"), quarter).context["overview"]
        nps = next(line.figure for line in overview.headlines if line.metric.key == "nps")
        return nps.value, nps.n, nps.interval, [(point.slot, point.figure) for point in overview.trends["nps"]]

    before = figures()
    assert before[1] == 12
    with after_commit():
        erase_customer(people[0].pk, now=now)
    assert figures() == before
    recount_rollups(period, now=now)
    assert figures() == before

    words = "Parcel 0 of Zebulon."
    file = read(reader, reverse("responses_csv"), quarter).decode()
    assert words not in file and "Parcel 1 of Zebulon." in file
    assert not Answer.objects.filter(text__contains=words).exists()
    assert not Reading.objects.filter(spans__icontains="Zebulon", answer__response__customer=None).exists()
    erased = Customer.objects.get(pk=people[0].pk)
    assert (erased.name, erased.external_id, erased.addresses.count()) == ("", None, 0)
    sent = Reader(link)
    sent.open()
    assert "<form" not in sent.page
    assert not Response.objects.filter(customer=erased).exists()


# 17: no door is less strict than the page


@pytest.fixture
def send(client):
    sender = key("responses:write")

    def send(answers: dict[str, object], number: int = 1):
        body = {"response_id": f"r-{number}", "survey": "delivery", "answers": answers}
        return client.post("/api/v1/responses", body, "application/json", headers=sender)

    return send


def test_an_interface_takes_no_finished_answer_without_what_this_path_requires(send):
    publish(*THREE_PAGES, ask("sorry", "text", page=3, is_required=True, show_if=ShowIf("nps", "at_most", 6)))
    happy, unhappy = send({"nps": 9}), send({"nps": 0, "better": "Be quick."}, 2)
    assert (happy.status_code, unhappy.status_code) == (422, 422)
    assert "better" in happy.json()["message"] and "sorry" in unhappy.json()["message"]
    assert not Response.objects.exists()
    assert send({"nps": 9, "better": "Nothing."}, 3).status_code == 201


def test_an_interface_puts_an_answer_off_the_path_aside_and_says_which(send, after_commit):
    ensure_loop_defaults(now=timezone.now())
    publish(NPS, ask("cause", "single", choices=choices("Late", "Broken"), show_if=ShowIf("nps", "at_most", 6)))
    with after_commit():
        sent = send({"nps": 10, "cause": "late"})
    assert (sent.status_code, sent.json()["set_aside"]) == (201, ["cause"])
    assert [answer.question_key for answer in Answer.objects.all()] == ["nps"]
    assert SetAsideAnswer.objects.get().reason == "hidden"
    assert not Case.objects.exists()


@pytest.mark.parametrize("answers", [{"nps": -1}, {"nps": 11}, {"nps": "ten"}, {"nps": 9, "cause": "other"}, {}])
def test_an_interface_takes_no_answer_that_the_page_does_not_offer(send, answers):
    publish(NPS, ask("cause", "single", choices=choices("Late", "Broken")))
    assert send(answers).status_code in {400, 422}
    assert not Response.objects.exists()


def test_a_closed_survey_takes_nothing_by_any_door(send):
    version = publish(NPS)
    link = Reader(path_of(invite(version)))
    close_survey(version.survey_id, now=timezone.now())
    assert send({"nps": 9}).status_code == 422
    assert link.client.post(link.path, {"page": "1", "go": "next", "q_nps": "9", "nps": "9"}).status_code >= 400
    assert not Response.objects.exists()


def test_a_link_that_ran_out_takes_nothing_from_a_program_that_never_opened_it():
    link = Reader(path_of(invite(publish(NPS), days=1, now=timezone.now() - 3 * DAY)))
    assert link.client.post(link.path, {"page": "1", "go": "next", "q_nps": "9", "nps": "9"}).status_code >= 400
    assert not Response.objects.exists()
