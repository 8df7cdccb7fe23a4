"""Kind words reach whom they are about; nobody is guessed, and nobody is counted."""

from datetime import time

import pytest
from django.core import mail
from django.urls import reverse

from feedback.models import Reading
from loop.models import Notice, Praise, PraiseNotice, StaffProfile
from loop.services.defaults import ensure_loop_defaults
from loop.services.erasure import erase_customer
from loop.services.intake import triage_response
from loop.services.notices import CALM, give_back_stuck, praise_due_alone, send_notice, send_praise_notice
from loop.services.praise import route_praise, see_praise
from loop.tasks import sweep_notices
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, response, team, touchpoint
from loop.tests.staff import browser, staff
from surveys.models import Invitation
from surveys.tests import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    made, place = team("Care"), touchpoint()
    place.owner_team = made
    place.save()
    return made


def kind_words(comment: str = "So kind, thank you!", **fields):
    row = response(nps=10, comment=comment, compound=0.9, where=touchpoint(), who=customer(), **fields)
    Reading.objects.filter(answer__response=row).update(intent=Reading.Intent.PRAISE, is_current=True)
    return row


def ben(care, **names):
    made = person("ben", care)
    made.first_name, made.last_name = names.get("first", "Ben"), names.get("last", "Okafor")
    made.save()
    return made


def routed(row):
    return route_praise(row, now=NOON)


def test_praise_goes_to_the_team_of_the_touchpoint(care):
    found = routed(kind_words())
    assert (found.team, found.person) == (care, None)


def test_whoever_is_named_gets_it(care):
    who = ben(care)
    assert routed(kind_words("Ben was wonderful.")).person == who


def test_a_word_that_only_begins_like_a_name_names_nobody(care):
    ben(care)
    assert routed(kind_words("Benefits were explained well.")).person is None


def test_of_two_with_the_same_first_name_only_the_full_name_decides(care):
    who = ben(care)
    other = person("ben2", care)
    other.first_name, other.last_name = "Ben", "Lind"
    other.save()
    assert routed(kind_words("Ben was wonderful.")).person is None
    assert routed(kind_words("Ben Okafor was wonderful.")).person == who


def test_the_event_that_names_the_person_counts_more_than_the_words(care):
    ben(care)
    eva = person("eva", care)
    row = kind_words("Ben was wonderful.")
    event = rows.event(touchpoint(), row.customer, "e-1", attributes={"staff": "eva"})
    row.invitation = Invitation.objects.create(
        version=row.version,
        event=event,
        token_nonce="n" * 32,
        token_digest="d" * 64,
        due_at=NOON,
        expires_at=NOON.replace(year=2027),
    )
    row.save()
    assert routed(row).person == eva


def test_praise_is_routed_once(care):
    row = kind_words()
    assert routed(row) == routed(row)
    assert Praise.objects.count() == 1


@pytest.mark.parametrize("fields", [{"is_test": True}, {"is_flagged": True}])
def test_test_answers_and_doubtful_ones_praise_nobody(care, fields):
    assert routed(kind_words(**fields)) is None


def test_a_comment_that_is_no_praise_goes_nowhere(care):
    row = kind_words()
    Reading.objects.update(intent=Reading.Intent.SUGGESTION)
    assert routed(row) is None


def test_triage_passes_praise_on_by_itself(care):
    ensure_loop_defaults(now=NOON)
    row = kind_words()
    triage_response(row.pk, now=NOON)
    assert Praise.objects.get().response == row


def test_it_is_new_until_the_praised_person_says_that_it_was_read(care):
    desk_person = staff("agent")
    care.members.add(desk_person)
    desk_person.first_name = "Ada"
    desk_person.save()
    routed(kind_words("Ada was wonderful."))
    desk = browser(desk_person)
    assert "A customer said something kind about you." in desk.get("/").content.decode()
    page = desk.get(reverse("loop:praise")).content.decode()
    assert "Ada was wonderful." in page and reverse("loop:praise_seen") in page
    assert "A customer said something kind about you." in desk.get("/").content.decode()  # looking changes nothing
    desk.post(reverse("loop:praise_seen"))
    assert reverse("loop:praise_seen") not in desk.get(reverse("loop:praise")).content.decode()
    assert "A customer said something kind about you." not in desk.get("/").content.decode()


def test_praise_for_another_team_stands_on_the_page_for_everybody_alone(care):
    routed(kind_words())
    desk = browser(staff("agent"))
    assert "So kind" not in desk.get(reverse("loop:praise")).content.decode()
    assert "So kind" in desk.get(reverse("loop:praise") + "?show=all").content.decode()


def test_erasing_the_customer_takes_the_praise_along(care):
    routed(kind_words())
    erase_customer(customer().pk)
    assert not Praise.objects.exists()


# The mail to the praised person.
def ada(care, **profile):
    made = staff("agent")
    made.first_name = "Ada"
    made.save()
    care.members.add(made)
    StaffProfile.objects.update_or_create(user=made, defaults=profile)
    return made


def praised(care, **profile) -> PraiseNotice:
    ada(care, **profile)
    return routed(kind_words("Ada was wonderful.")).notice


def test_the_praised_person_hears_of_it_by_mail_once_and_the_words_stay_here(care):
    row = praised(care)
    assert [send_praise_notice(row.pk, now=NOON), send_praise_notice(row.pk, now=NOON)] == [True, False]
    (letter,) = mail.outbox
    assert letter.subject == "A customer said something kind about you"
    assert reverse("loop:praise") in letter.body
    assert "wonderful" not in letter.body + letter.alternatives[0][0]


@pytest.mark.parametrize(
    ("profile", "due_at"),
    [
        ({}, NOON),
        ({"mail_rhythm": "hourly"}, NOON + HOUR),
        ({"mail_rhythm": "daily"}, NOON + DAY - 4 * HOUR),
        ({"quiet_from": time(11), "quiet_until": time(14)}, NOON + 2 * HOUR),
    ],
)
def test_it_comes_at_the_persons_own_rhythm_and_never_in_quiet_hours(care, profile, due_at):
    assert praised(care, time_zone="UTC", **profile).due_at == due_at


def test_who_reads_on_the_page_only_gets_no_mail(care):
    row = praised(care, wants_mail=False)
    assert not send_praise_notice(row.pk, now=NOON)
    row.refresh_from_db()
    assert (row.status, mail.outbox) == ("dropped", [])


def test_what_was_read_on_the_page_before_is_not_mailed(care):
    row = praised(care)
    see_praise(row.praise.person, now=NOON)
    assert not send_praise_notice(row.pk, now=NOON)
    assert mail.outbox == []


def test_whoever_may_not_open_the_page_and_a_whole_team_get_no_mail(care):
    ben(care)
    routed(kind_words("Ben was wonderful."))
    assert not PraiseNotice.objects.exists()


def test_praise_comes_along_with_the_notices_that_are_due(care):
    row = praised(care)
    opened = case(owner=row.praise.person)
    assert send_notice(Notice.objects.get(case=opened, recipient=row.praise.person).pk, now=NOON)
    assert [letter.subject for letter in mail.outbox] == [f"[{opened.code}] new case: Delivery (normal)"]
    assert "A customer said something kind about you. Read it:" in mail.outbox[0].body
    row.refresh_from_db()
    assert row.status == "sent"


def test_it_is_mailed_as_soon_as_it_is_passed_on(care, django_capture_on_commit_callbacks):
    ada(care)
    with django_capture_on_commit_callbacks(execute=True):
        routed(kind_words("Ada was wonderful."))
    assert len(mail.outbox) == 1


def send_all(*, now) -> list[str]:
    """What the sweep finds at that time; the subjects of what left."""
    before = len(mail.outbox)
    for pk in praise_due_alone(now=now).values_list("pk", flat=True):
        send_praise_notice(pk, now=now)
    return [letter.subject for letter in mail.outbox[before:]]


def test_of_many_kind_words_one_mail_a_day_says_how_many_they_were(care):
    praised(care)
    send_all(now=NOON)
    for number in range(3):
        route_praise(kind_words("Ada was wonderful."), now=NOON + number * HOUR)
    assert send_all(now=NOON + 5 * HOUR) == []
    assert send_all(now=NOON + DAY) == ["3 customers said something kind about you"]
    assert send_all(now=NOON + 3 * DAY) == []


def test_what_is_put_off_comes_at_the_persons_own_rhythm_too(care):
    praised(care, time_zone="UTC", quiet_from=time(11), quiet_until=time(14))
    send_all(now=NOON + 2 * HOUR)
    PraiseNotice.objects.update(sent_at=NOON)
    waiting = routed(kind_words("Ada was wonderful.")).notice
    send_all(now=NOON + 3 * HOUR)
    waiting.refresh_from_db()
    assert waiting.due_at == NOON + DAY + 2 * HOUR


def test_a_mail_about_a_case_and_one_of_praise_do_not_come_in_one_breath(care):
    row = praised(care)
    opened = case(owner=row.praise.person)
    assert send_praise_notice(row.pk, now=NOON)
    about_case = Notice.objects.get(case=opened, recipient=row.praise.person)
    assert not send_notice(about_case.pk, now=NOON + CALM / 2)
    assert send_notice(about_case.pk, now=NOON + CALM)
    later = routed(kind_words("Ada was wonderful.")).notice
    PraiseNotice.objects.filter(pk=row.pk).update(sent_at=NOON - DAY)
    assert not send_praise_notice(later.pk, now=NOON + CALM + CALM / 2)


def test_a_notice_of_praise_whose_sender_died_is_found_by_the_sweep(care):
    row = praised(care)
    PraiseNotice.objects.claim(row.pk, now=NOON)
    give_back_stuck(now=NOON + HOUR)
    sweep_notices()
    assert len(mail.outbox) == 1
