"""What people say a comment means. It counts before the machine's label at once, and every word of it is kept."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.hooks import comment_corrected
from feedback.models import Answer, BlindLabel, Correction, Reading, Response
from feedback.sentiment.conflict import conflict_with
from feedback.services.rollups import mark_responses
from feedback.services.scoring import context_of
from vocplatform.lib.text import storable

NOTE_LENGTH = 300


class NotCorrectable(ValueError):
    """This comment cannot be labelled so; the text says why."""


class StaleLabel(Exception):
    """Somebody else labelled the comment while this person was looking at it."""


@transaction.atomic
def correct_reading(
    answer_id: int, *, label: str, seen: int, note: str = "", actor: AbstractBaseUser, now: datetime
) -> Correction:
    """Say what a comment means. `seen` is the correction that the person saw in force, 0 for none.

    Raises StaleLabel when another one is in force by now, NotCorrectable for a label that says nothing new.
    """
    answer, standing, reading = _locked(answer_id, seen)
    in_use = standing.label if standing else reading.label if reading else ""
    if label not in Reading.Label.values:
        raise NotCorrectable(_("Choose what the comment is."))
    if label == in_use:
        raise NotCorrectable(_("That is how it is read already."))
    correction = Correction.objects.create(
        answer=answer,
        reading=reading,
        label=label,
        conflict=conflict_with(context_of(answer).goodness, label),
        note=storable(note).strip()[:NOTE_LENGTH],
        corrected_by=actor,
        corrected_at=now,
    )
    _recount(answer, now)
    return correction


@transaction.atomic
def take_back_correction(answer_id: int, *, seen: int, actor: AbstractBaseUser, now: datetime) -> None:
    """Let the machine's label count again. The corrections stay on record. Raises as `correct_reading`."""
    answer, standing, _reading = _locked(answer_id, seen)
    if standing is None:
        raise NotCorrectable(_("Nobody has corrected this comment."))
    answer.corrections.in_force().order_by().update(lapsed_at=now, lapsed_by=actor)
    _recount(answer, now)


def forget_labels(answer_id: int, *, now: datetime) -> None:
    """The customer wrote something else: what people said of the earlier words says nothing of these."""
    Correction.objects.filter(answer_id=answer_id, lapsed_at__isnull=True).update(lapsed_at=now)
    BlindLabel.objects.filter(answer_id=answer_id).delete()


def _locked(answer_id: int, seen: int) -> tuple[Answer, Correction | None, Reading | None]:
    answer = Answer.objects.select_for_update(of=("self",)).select_related("response__version").get(pk=answer_id)
    if not (answer.text or "").strip():
        raise NotCorrectable(_("There is no comment to label."))
    standing = answer.corrections.in_force().first()
    if (standing.pk if standing else 0) != seen:
        raise StaleLabel(answer_id)
    return answer, standing, answer.readings.filter(is_current=True).first()


def _recount(answer: Answer, now: datetime) -> None:
    Response.objects.filter(pk=answer.response_id).update(themed_at=None)  # its themes sound different now
    mark_responses([answer.response_id], now=now)
    comment_corrected.announce(answer.response_id)
