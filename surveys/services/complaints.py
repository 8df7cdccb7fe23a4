"""How many of our mails are reported as spam. Receivers shut out whoever passes 0.3 %; we stop before they do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Q

from surveys.models import Channel, Delivery, DeliveryReport

WATCHED = timedelta(days=7)
LEAST_COMPLAINTS = 3  # one angry reader among few mails is no trend
KEY, SECONDS_KEPT = "voc.complaints", 60  # counted once a minute by each process, not once for each mail


@dataclass(frozen=True, slots=True)
class Complaints:
    """Mails of the last seven days, and how many of them were reported as spam."""

    sent: int
    reported: int

    @property
    def percent(self) -> float:
        return 100 * self.reported / self.sent if self.sent else 0.0

    @property
    def forbid_sending(self) -> bool:
        limit = settings.COMPLAINT_LIMIT_PERCENT
        return bool(limit) and self.reported >= LEAST_COMPLAINTS and self.percent >= limit


def count_complaints(*, now: datetime) -> Complaints:
    lately = Delivery.objects.filter(channel=Channel.EMAIL, status=Delivery.Status.SENT, sent_at__gt=now - WATCHED)
    reported = Q(outcome=DeliveryReport.Kind.COMPLAINED)
    return Complaints(**lately.aggregate(sent=Count("pk"), reported=Count("pk", filter=reported)))


def mail_must_rest(*, now: datetime) -> bool:
    return cache.get_or_set(KEY, lambda: count_complaints(now=now).forbid_sending, SECONDS_KEPT)
