"""You said, we did: who raised it hears what was changed, once, and only who may be written to."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.models import Response
from loop.models import Announcement, Case, Initiative, NewsLetter
from loop.services.circulars import give_back_stuck, send_once
from loop.services.history import NotAllowed
from loop.services.languages import spoken_locale
from loop.services.reach import Audience, reach
from loop.trial.allocation import arm_at
from vocplatform.lib.delivery import Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.periods import day_of, start_of_day
from vocplatform.lib.text import storable

Status = NewsLetter.Status
LONGEST_TOKEN = 100


def audience_of(initiative: Initiative, *, now: datetime) -> Audience:
    """Everybody who raised it before it went live, each with an address or with the first reason against it."""
    return reach(_who_raised(initiative), now=now)


def _who_raised(initiative: Initiative) -> list[int]:
    """Customers whose comment spoke of the theme, whose case has the cause, or whose words are linked as evidence."""
    said = Q(initiatives=initiative)
    if initiative.theme_id:
        said |= Q(mentions__theme=initiative.theme_id) | Q(mentions__theme__parent=initiative.theme_id)
    by_words = Response.objects.complete().filter(said, is_test=False, customer__isnull=False)
    held = Q(initiatives=initiative)
    if initiative.cause_id:
        held |= Q(cause=initiative.cause_id) | Q(cause__parent=initiative.cause_id)
    by_case = Case.objects.filter(held, customer__isnull=False)
    live_at = start_of_day(initiative.go_live_on, timezone.get_default_timezone())
    wrote = by_words.filter(submitted_at__lt=live_at).order_by().values_list("customer_id", flat=True)
    called = by_case.filter(opened_at__lt=live_at).order_by().values_list("customer_id", flat=True)
    return sorted({*wrote.distinct(), *called.distinct()})


@transaction.atomic
def write_news(initiative_id: int, *, now: datetime, **fields: object) -> Announcement:
    """Write or rewrite the letter. What has left is not rewritten."""
    texts = {name: storable(value) if isinstance(value, str) else value for name, value in fields.items()}
    written = Announcement.objects.select_for_update(no_key=True).filter(initiative_id=initiative_id).first()
    if written is not None and written.sent_at is not None:
        raise NotAllowed(_("It has left and stays as it was."))
    news, _created = Announcement.objects.update_or_create(initiative_id=initiative_id, defaults=texts)
    return news


@transaction.atomic
def send_news(news_id: int, *, expected: int, actor: AbstractBaseUser, now: datetime) -> Announcement:
    """Put one letter for each into the outbox. `expected` is the number the person saw; another one sends nothing."""
    news = (
        Announcement.objects.select_for_update(of=("self",), no_key=True).select_related("initiative").get(pk=news_id)
    )
    if news.sent_at is not None:
        raise NotAllowed(_("It was sent before; nobody hears it twice."))
    if not news.initiative.is_live(day_of(now, timezone.get_default_timezone())):
        raise NotAllowed(_("Nothing has changed for customers yet: it goes live first."))
    audience = audience_of(news.initiative, now=now)
    if not audience.reached:
        raise NotAllowed(_("Nobody who raised it may be written to."))
    if len(audience.reached) != expected:
        told = {"now": len(audience.reached), "then": expected}
        raise NotAllowed(_("It would go to %(now)d people now and not to %(then)d. Look again.") % told)
    news.seed, news.sent_at, news.sent_by, news.left_out = secrets.token_hex(32), now, actor, dict(audience.left_out)
    news.save(update_fields=["seed", "sent_at", "sent_by", "left_out", "updated_at"])
    NewsLetter.objects.bulk_create(
        [_letter(news, turn, pk, address, now) for turn, (pk, address) in enumerate(audience.reached)], batch_size=500
    )
    return news


def _letter(news: Announcement, turn: int, customer_id: int, address: str, now: datetime) -> NewsLetter:
    is_later = news.half_later and bool(arm_at(news.seed, "news", turn, (0, 1)))
    due_at = now + timedelta(days=news.later_days) if is_later else now
    return NewsLetter(news=news, customer_id=customer_id, address=address, is_later=is_later, due_at=due_at)


def send_news_letter(letter_id: int, *, now: datetime) -> bool:
    """Mail one letter at most once, to whoever may still be written to. What breaks after it left is "perhaps sent"."""
    if not NewsLetter.objects.claim(letter_id, now=now):
        return False
    row = NewsLetter.objects.select_related("news__initiative__read_out", "customer").get(pk=letter_id)
    return send_once(row, letter_of, now=now)


def settle_stuck(*, now: datetime) -> int:
    return give_back_stuck(NewsLetter, now=now)


def letter_of(row: NewsLetter) -> Letter:
    news = row.news
    off = news_off_link(row)
    made = getattr(news.initiative, "read_out", None)
    context = {
        "news": news,
        "read_out": made if made and made.verdict == "helped" else None,
        "initiative": news.initiative,
        "unsubscribe": off,
        "organisation": settings.ORGANISATION_NAME,
        "address": settings.ORGANISATION_ADDRESS,
    }
    locale = spoken_locale(row.customer)
    headers = {
        "Message-ID": f"<news.{news.pk}.{row.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
        "List-Unsubscribe": f"<{off}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return write_letter("news", context, to=row.address, locale=locale, headers=headers)


def _signer() -> Signer:
    return Signer(salt="voc.news")


def news_off_link(row: NewsLetter) -> str:
    return f"{settings.PUBLIC_URL}/n/{_signer().sign(str(row.pk))}/"


def find_news_letter(token: str) -> NewsLetter | None:
    """The letter that the link came with; None for every link that is none."""
    try:
        pk = _signer().unsign(token[:LONGEST_TOKEN])
    except BadSignature:
        return None
    return NewsLetter.objects.select_related("customer").filter(pk=int(pk)).first()
