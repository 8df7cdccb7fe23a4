"""Comments drawn by lot and labelled without seeing the machine's label: the only fair measure of the machine."""

import random
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.analytics.filters import Filters
from feedback.analytics.selection import Versions, select_responses, without_small_groups
from feedback.models import Answer, BlindLabel, BlindSample, Reading
from feedback.services.erasure import ERASED
from vocplatform.lib.periods import Period, day_of, last_days

DAYS = 90
LARGEST = 500


class NothingToDraw(Exception):
    """There is no comment left that could be drawn; the text says why."""


class AlreadyLabelled(Exception):
    """Somebody else has labelled this comment meanwhile."""


@transaction.atomic
def draw_sample(*, size: int, seed: int, actor: AbstractBaseUser, now: datetime) -> BlindSample:
    """Draw up to `size` comments of the last 90 days that the machine has read and nobody has drawn before.

    Every such comment is as likely as any other. Raises NothingToDraw where there is none.
    """
    period = last_days(DAYS, today=day_of(now, timezone.get_default_timezone()))
    pks = list(_drawable(period).order_by("pk").values_list("pk", flat=True))
    if not pks:
        raise NothingToDraw(_("The machine has read no comment of the last 90 days that was not drawn before."))
    chosen = random.Random(seed).sample(pks, min(size, LARGEST, len(pks)))
    sample = BlindSample.objects.create(
        first_on=period.first_on, last_on=period.last_on, drawn_from=len(pks), seed=seed, drawn_by=actor, drawn_at=now
    )
    BlindLabel.objects.bulk_create(
        [BlindLabel(sample=sample, answer_id=pk, place=place) for place, pk in enumerate(chosen, start=1)],
        batch_size=LARGEST,
    )
    return sample


def _drawable(period: Period) -> QuerySet[Answer]:
    """Comments that count in figures; where so few are anonymous that they would point at people, none of those."""
    filters = Filters(period=period)
    responses, _hidden = without_small_groups(select_responses(filters), Versions.of(filters))
    read = Reading.objects.filter(is_current=True, status=Reading.Status.SCORED)
    comments = Answer.objects.filter(kind="text", response__in=responses.order_by().values("pk"))
    return comments.filter(readings__in=read, blind_label__isnull=True).exclude(text=ERASED)


def label_blind(blind_id: int, *, label: str, actor: AbstractBaseUser, now: datetime) -> None:
    """Keep what one person calls a drawn comment; "" when nobody could tell. Raises AlreadyLabelled for the slower."""
    if label and label not in Reading.Label.values:
        raise ValueError(label)
    waiting = BlindLabel.objects.filter(pk=blind_id, labelled_at__isnull=True)
    if not waiting.update(label=label, labelled_by=actor, labelled_at=now):
        raise AlreadyLabelled(blind_id)
