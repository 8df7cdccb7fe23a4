import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from feedback.models import Digest, DigestPlan
from feedback.report import STYLES
from feedback.services.digest_times import next_time, period_before
from feedback.services.digests import letter_of
from feedback.services.rollups import refresh_rollups
from feedback.tasks import sweep_digests
from feedback.tests.programme import answer, make_version
from feedback.tests.test_dashboard_pages import words
from surveys.channels.email import EmailChannel
from surveys.tests.kept_letters import Tags, assert_kept
from vocplatform.lib import pdf
from vocplatform.lib.delivery import ChannelDown, DeliveryError
from vocplatform.lib.periods import Period

pytestmark = pytest.mark.django_db
Status = Digest.Status
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def reader(django_user_model):
    return django_user_model.objects.create_superuser("ana", "ana@example.org")


def plan_of(reader, **fields) -> DigestPlan:
    now = timezone.now()
    given = {"name": "Customer figures", "time_zone": "UTC", "has_pdf": False, "next_at": now, **fields}
    return DigestPlan.objects.create(recipient=reader, **given)


def heard(version, *, days: int = 2, **fields):
    response = answer(version, at=timezone.now() - timedelta(days=days), **fields)
    refresh_rollups(response.pk, now=timezone.now())


@pytest.fixture
def version():
    version = make_version()
    for value in (10, 9, 8, 0, 7):
        heard(version, recommend=value)
    return version


# When


@pytest.mark.parametrize(
    ("fields", "after", "at"),
    [
        ({"weekday": 0, "hour": 8}, datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=BERLIN)),
        ({"weekday": 0, "hour": 8}, datetime(2026, 3, 2, 7, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=BERLIN)),
        ({"weekday": 6, "hour": 2}, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 3, tzinfo=BERLIN)),
        (
            {"rhythm": "monthly", "day_of_month": 28, "hour": 7},
            datetime(2026, 2, 28, 6, tzinfo=UTC),
            datetime(2026, 3, 28, 7, tzinfo=BERLIN),
        ),
        (
            {"rhythm": "monthly", "day_of_month": 1, "hour": 0},
            datetime(2026, 12, 31, 22, tzinfo=UTC),
            datetime(2027, 1, 1, 0, tzinfo=BERLIN),
        ),
    ],
)
def test_the_next_time_is_on_the_reader_s_clock(fields, after, at):
    assert next_time(DigestPlan(time_zone="Europe/Berlin", **fields), after=after) == at


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["weekly", "monthly"]),
    st.integers(0, 6),
    st.integers(1, 28),
    st.integers(0, 23),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_every_plan_comes_again_and_always_later(after, rhythm, weekday, day, hour, zone):
    plan = DigestPlan(rhythm=rhythm, weekday=weekday, day_of_month=day, hour=hour, time_zone=zone)
    at = next_time(plan, after=after)
    assert after < at <= after + timedelta(days=32 if rhythm == "monthly" else 8)
    local = at.astimezone(ZoneInfo(zone))
    assert (local.weekday() == weekday) if rhythm == "weekly" else (local.day == day)


def test_a_week_is_the_seven_days_before_and_a_month_the_calendar_month_before():
    on = datetime(2026, 3, 2).date()
    week, month = (period_before(DigestPlan(rhythm=rhythm), on) for rhythm in ("weekly", "monthly"))
    assert (str(week.first_on), str(week.last_on)) == ("2026-02-23", "2026-03-01")
    assert (str(month.first_on), str(month.last_on)) == ("2026-02-01", "2026-02-28")


# The mail


def test_page_interface_file_paper_and_mail_say_the_same_number(client, reader, version):
    plan = plan_of(reader, has_pdf=True)
    sweep_digests()
    (letter,) = mail.outbox
    digest = Digest.objects.get()
    days = {"first": str(digest.first_on), "last": str(digest.last_on)}
    client.force_login(reader)
    page = client.get(reverse("dashboard"), days).context["overview"].headlines[0].figure
    interface = client.get("/api/v1/metrics", days).json()["metrics"][0]
    body = b"".join(client.get(reverse("figures_csv"), days).streaming_content).decode("utf-8-sig")
    file = next(row for row in csv.DictReader(io.StringIO(body)) if (row["scope"], row["metric"]) == ("all", "nps"))
    assert (page.value, page.n) == (interface["value"], interface["n"]) == (float(file["value"]), int(file["n"]))
    assert page.interval.low == interface["low"] == float(file["low_95"])
    said = f"{page.text} (n = {page.n_text}, 95 %: {page.interval_text})"
    assert f"{page.text} (n = 5" in said
    assert said in letter.body
    ((name, paper, media),) = letter.attachments
    printed = " ".join("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper)).pages).split())
    assert (name, media) == (f"figures-{days['first']}-{days['last']}.pdf", "application/pdf")
    assert page.text in printed
    assert " ".join(page.interval_text.split()) in printed
    assert page.text in letter.alternatives[0].content
    assert plan.name in letter.subject


def test_the_address_in_the_mail_opens_the_page_with_the_same_figures(client, reader, version):
    plan_of(reader, query="survey=visit")
    sweep_digests()
    address = re.search(r"(/dashboard/\?\S+)", mail.outbox[0].body)[1]
    client.force_login(reader)
    figure = client.get(address).context["overview"].headlines[0].figure
    assert (figure.n, "survey=visit" in address) == (5, True)
    assert f"{figure.text} (n = 5" in mail.outbox[0].body


def test_a_sweep_that_runs_twice_sends_one_mail(reader, version):
    plan_of(reader)
    sweep_digests()
    sweep_digests()
    assert (len(mail.outbox), Digest.objects.get().status) == (1, Status.SENT)


def test_after_a_long_pause_there_is_one_mail(reader, version):
    plan = plan_of(reader, next_at=timezone.now() - timedelta(days=40))
    sweep_digests()
    plan.refresh_from_db()
    assert len(mail.outbox) == 1
    assert plan.next_at > timezone.now()


def test_who_has_switched_it_off_gets_none(client, reader, version):
    plan = plan_of(reader)
    client.force_login(reader)
    client.post(reverse("switch_digest", args=[plan.pk]), {"off": "1"})
    sweep_digests()
    assert mail.outbox == []
    client.post(reverse("switch_digest", args=[plan.pk]), {"on": "1"})
    plan.refresh_from_db()
    assert plan.is_on and plan.next_at > timezone.now()


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"is_active": False}, "left"), ({"email": ""}, "address"), ({"is_superuser": False}, "no longer read")],
)
def test_who_may_not_read_it_any_more_gets_none(reader, version, change, reason):
    plan_of(reader)
    type(reader).objects.filter(pk=reader.pk).update(**change)
    sweep_digests()
    digest = Digest.objects.get()
    assert (mail.outbox, digest.status) == ([], Status.DROPPED)
    assert reason in digest.last_error


@pytest.mark.parametrize(
    ("problem", "status", "attempts"),
    [
        (DeliveryError("not today", permanent=False), Status.QUEUED, 1),
        (DeliveryError("never", permanent=True), Status.FAILED, 1),
        (ChannelDown("nobody there"), Status.QUEUED, 0),
    ],
)
def test_a_mail_that_is_not_taken_waits_or_fails_as_any_mail(monkeypatch, reader, version, problem, status, attempts):
    def refuse(self, letter):
        raise problem

    monkeypatch.setattr(EmailChannel, "send", refuse)
    plan_of(reader)
    sweep_digests()
    digest = Digest.objects.get()
    assert (digest.status, digest.attempts, digest.last_error) == (status, attempts, str(problem))


def test_a_digest_whose_sender_died_is_sent_again(reader, version):
    plan = plan_of(reader, next_at=timezone.now() + timedelta(days=1))
    past = timezone.now() - timedelta(minutes=10)
    day = past.date()
    Digest.objects.create(
        plan=plan, first_on=day, last_on=day, status=Status.SENDING, attempts=1, leased_until=past, due_at=past
    )
    sweep_digests()
    assert (len(mail.outbox), Digest.objects.get().status) == (1, Status.SENT)


def test_filters_that_are_gone_fail_the_mail_with_the_reason(reader, version):
    plan_of(reader, query="survey=gone")
    sweep_digests()
    assert (mail.outbox, Digest.objects.get().last_error) == ([], "These filters do not exist any more.")


def test_without_pango_the_mail_goes_out_without_its_paper(monkeypatch, reader, version):
    def missing(*_args, **_rest):
        raise pdf.PdfMissing(pdf.HINT)

    monkeypatch.setattr(pdf, "_library", missing)
    plan_of(reader, has_pdf=True)
    sweep_digests()
    assert mail.outbox[0].attachments == []


# The pages


def test_a_plan_is_made_on_the_page_and_previewed(client, reader, version):
    client.force_login(reader)
    asked = {
        "name": "Board", "rhythm": "weekly", "weekday": "0", "day_of_month": "1", "hour": "7",
        "time_zone": "Asia/Tokyo", "query": "survey=visit&period=last_7&view=X",
    }  # fmt: skip
    page = client.post(reverse("new_digest"), asked, follow=True)
    plan = DigestPlan.objects.get()
    assert (plan.query, plan.recipient, plan.time_zone) == ("survey=visit", reader, "Asia/Tokyo")
    assert "Net Promoter Score" in words(page)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("day_of_month", "31", "28"),
        ("time_zone", "Mars/Olympus", "Select a valid choice"),
        ("query", "survey=nope", "These filters do not exist any more"),
    ],
)
def test_a_wrong_plan_is_refused_in_the_field_s_words(client, reader, field, value, says):
    client.force_login(reader)
    asked = {
        "name": "Board", "rhythm": "weekly", "weekday": "0", "day_of_month": "1", "hour": "7", "time_zone": "UTC",
        "query": "",
    }  # fmt: skip
    assert says in words(client.post(reverse("new_digest"), asked | {field: value}))
    assert not DigestPlan.objects.exists()


def test_a_plan_is_its_reader_s_alone(client, reader, django_user_model):
    plan = plan_of(reader)
    client.force_login(django_user_model.objects.create_superuser("ben"))
    assert client.get(reverse("change_digest", args=[plan.pk])).status_code == 404
    assert client.get(reverse("digest_preview", args=[plan.pk])).status_code == 404
    assert client.post(reverse("switch_digest", args=[plan.pk]), {"remove": "1"}).status_code == 404


def test_the_page_is_had_on_paper(client, reader, version):
    client.force_login(reader)
    answer = client.get(reverse("dashboard_pdf"), {"period": "last_30"})
    page = client.get(reverse("dashboard"), {"period": "last_30"}).context["overview"].headlines[0].figure
    assert answer.headers["Content-Type"] == "application/pdf"
    printed = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages)
    assert page.text in printed


def test_without_pango_the_page_says_what_to_install(monkeypatch, client, reader, version):
    def missing(*_args, **_rest):
        raise pdf.PdfMissing(pdf.HINT)

    monkeypatch.setattr(pdf, "_library", missing)
    client.force_login(reader)
    answer = client.get(reverse("dashboard_pdf"))
    assert (answer.status_code, "libpango" in words(answer)) == (503, True)


def test_paper_fetches_nothing_from_anywhere(tmp_path):
    picture = tmp_path / "picture.png"
    Image.new("RGB", (4, 4), "red").save(picture)
    written = pdf.write_pdf(f'<p>Kept.</p><img src="{picture.as_uri()}">', styles=STYLES)
    (page,) = PdfReader(io.BytesIO(written)).pages
    assert ("Kept." in page.extract_text(), list(page.images)) == (True, [])


def test_the_letter_is_the_kept_one(reader, settings):
    settings.PUBLIC_URL, settings.DEFAULT_FROM_EMAIL = (
        "https://voice.example",
        "Blue Harbour <feedback@blueharbour.example>",
    )
    version, monday = make_version(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    for days, scores in ((-5, (10, 9, 6, 0, 7)), (1, (10, 10, 9, 8, 3))):
        for score in scores:
            made = answer(version, at=monday + timedelta(days=days), recommend=score)
            refresh_rollups(made.pk, now=timezone.now())
    with time_machine.travel(monday + timedelta(days=8)):
        letter = letter_of(plan_of(reader), Period(monday.date(), monday.date() + timedelta(days=6)))
    assert_kept(Path(__file__).parent / "golden" / "digest.eml", letter)
    links = Tags(letter.html).links() + re.findall(r"https?://\S+", letter.text)
    assert {urlsplit(link).netloc for link in links} == {"voice.example"}
    assert letter.headers == {"Auto-Submitted": "auto-generated"}
