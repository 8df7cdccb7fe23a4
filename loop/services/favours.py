"""Promoters are asked for a favour once, may say no, and may take a yes back whenever they like."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from loop.models import Case, Favour
from loop.reports.advocates import promoters
from loop.services.circulars import give_back_stuck, send_once
from loop.services.history import NotAllowed
from loop.services.languages import spoken_locale
from loop.services.reach import Audience, reach
from vocplatform.lib.delivery import Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.text import storable

Kind, Status = Favour.Kind, Favour.Status
LONGEST_TOKEN = 100
LONGEST_WORDS, LONGEST_NAME = 2000, 100


def audience_for(kind: str, *, now: datetime) -> Audience:
    """Promoters who may be asked: with a plain yes to e-mail, without an open case, and never asked for it before."""
    asked = set(Favour.objects.filter(kind=kind, customer__isnull=False).values_list("customer_id", flat=True))
    waiting = set(Case.objects.filter(status__in=Case.OPEN).values_list("customer_id", flat=True))
    found = promoters(now=now)
    audience = reach(sorted(found - asked - waiting), now=now, needs_yes=True)
    left_out = {
        _("was asked before"): len(asked & found),
        _("has an open case"): len((waiting - asked) & found),
    } | dict(audience.left_out)
    return Audience(audience.reached, {reason: n for reason, n in left_out.items() if n})


@transaction.atomic
def ask_promoters(kind: str, *, expected: int, actor: AbstractBaseUser, now: datetime) -> Sequence[Favour]:
    """Put one letter for each into the outbox. `expected` is the number the person saw; another one sends nothing."""
    if kind == Kind.REFERRAL and not settings.REFERRAL_URL:
        raise NotAllowed(_("Nobody has said yet where a recommendation leads."))
    audience = audience_for(kind, now=now)
    if not audience.reached:
        raise NotAllowed(_("Nobody may be asked now."))
    if len(audience.reached) != expected:
        told = {"now": len(audience.reached), "then": expected}
        raise NotAllowed(_("It would go to %(now)d people now and not to %(then)d. Look again.") % told)
    rows = [
        Favour(customer_id=pk, kind=kind, address=address, asked_by=actor, due_at=now)
        for pk, address in audience.reached
    ]
    return Favour.objects.bulk_create(rows, batch_size=500)


def send_favour(favour_id: int, *, now: datetime) -> bool:
    """Mail one request at most once, to whoever may still be written to. What breaks on the way is "perhaps sent"."""
    if not Favour.objects.claim(favour_id, now=now):
        return False
    row = Favour.objects.select_related("customer").get(pk=favour_id)
    return send_once(row, letter_of, now=now)


def settle_stuck(*, now: datetime) -> int:
    return give_back_stuck(Favour, now=now)


def letter_of(row: Favour) -> Letter:
    page = favour_link(row)
    context = {
        "favour": row,
        "page": page,
        "organisation": settings.ORGANISATION_NAME,
        "address": settings.ORGANISATION_ADDRESS,
    }
    locale = spoken_locale(row.customer)
    headers = {
        "Message-ID": f"<favour.{row.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>",
        "List-Unsubscribe": f"<{page}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return write_letter("favour", context, to=row.address, locale=locale, headers=headers)


@transaction.atomic
def grant_favour(favour_id: int, *, wording: str, words: str = "", shown_as: str = "", now: datetime) -> Favour:
    """The customer says yes to exactly these words. Said again after a change, the newest words hold."""
    row = Favour.objects.select_for_update(of=("self",), no_key=True).get(pk=favour_id)
    if row.customer_id is None:
        raise NotAllowed(_("This can no longer be answered."))
    row.words, row.shown_as = storable(words).strip()[:LONGEST_WORDS], storable(shown_as).strip()[:LONGEST_NAME]
    if row.kind == Kind.QUOTE and not row.words:
        raise NotAllowed(_("Write the words that we may quote."))
    row.agreed_at, row.declined_at, row.withdrawn_at, row.wording = now, None, None, wording
    row.save()
    return row


@transaction.atomic
def decline_favour(favour_id: int, *, now: datetime) -> Favour:
    """A no, or a yes that is taken back: the words are forgotten at once. Twice is once."""
    row = Favour.objects.select_for_update(of=("self",), no_key=True).get(pk=favour_id)
    if row.agreed_at is None:
        row.declined_at = row.declined_at or now
    else:
        row.withdrawn_at = row.withdrawn_at or now
    row.words = row.shown_as = ""
    row.save(update_fields=["declined_at", "withdrawn_at", "words", "shown_as"])
    return row


def follow_link(code: str) -> str | None:
    """Count an opening of a promoter's link, and return where it leads; None where it leads nowhere."""
    granted = Favour.objects.granted().filter(code=code, kind=Kind.REFERRAL)
    if not settings.REFERRAL_URL or not granted.update(visits=F("visits") + 1):
        return None
    glue = "&" if urlsplit(settings.REFERRAL_URL).query else "?"
    return f"{settings.REFERRAL_URL}{glue}{urlencode({'ref': code})}"


def _signer() -> Signer:
    return Signer(salt="voc.favour")


def favour_link(row: Favour) -> str:
    return f"{settings.PUBLIC_URL}/q/{_signer().sign(str(row.pk))}/"


def share_link(row: Favour) -> str:
    return f"{settings.PUBLIC_URL}/r/{row.code}/"


def find_favour(token: str) -> Favour | None:
    """The favour that the link belongs to; None for every link that is none."""
    try:
        pk = _signer().unsign(token[:LONGEST_TOKEN])
    except BadSignature:
        return None
    return Favour.objects.select_related("customer").filter(pk=int(pk)).first()
