"""After a backup was restored: no customer gets a letter or a question twice."""

from datetime import datetime

from loop.models import Case, Favour, Message, NewsLetter
from loop.services.recovery import offer_recovery
from surveys.models import Delivery
from surveys.services.promises import RESTORED

Status = Message.Status


def settle_restored(*, now: datetime) -> dict[str, int]:
    """Whatever was due when the backup was made has perhaps happened since: it is shown to staff, not done again."""
    unknown = {"status": Status.UNKNOWN, "last_error": RESTORED, "leased_until": None, "updated_at": now}
    letters = Message.objects.filter(status__in=(Status.QUEUED, Status.SENDING), due_at__lte=now).update(**unknown)
    waiting = NewsLetter.objects.filter(status__in=(Status.QUEUED, Status.SENDING), due_at__lte=now)
    letters += waiting.update(**unknown)
    asked = Favour.objects.filter(status__in=(Status.QUEUED, Status.SENDING), due_at__lte=now)
    letters += asked.update(**unknown)
    owed = list(Case.objects.owed_a_question(now).values_list("pk", flat=True))
    asked = [recovery.invitation_id for pk in owed if (recovery := offer_recovery(pk, now=now))]
    questions = Delivery.objects.filter(invitation__in=[pk for pk in asked if pk], status=Status.QUEUED)
    return {"letters": letters, "questions": questions.update(**unknown)}
