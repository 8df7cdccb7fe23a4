"""What hearing "you said, we did" does to answering: who heard it at once against who was drawn to hear it later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from feedback.metrics.figure import Figure
from feedback.metrics.rates import rate
from loop.models import Announcement, NewsLetter
from surveys.models import Delivery, Invitation
from vocplatform.lib.stats import Interval, share_difference_interval


@dataclass(frozen=True)
class NewsEffect:
    """`now` and `later` are response rates of customers who were asked before the others heard it."""

    by_status: Mapping[str, int]
    now: Figure | None = None
    later: Figure | None = None
    difference: Interval | None = None

    @property
    def is_clear(self) -> bool:
        return self.difference is not None and self.difference.excludes_zero


def news_effect(news: Announcement, *, now: datetime) -> NewsEffect:
    """A customer counts once, where chance put her, whether her letter arrived or not (intention to treat)."""
    labels = dict(NewsLetter.Status.choices)
    counted = news.letters.order_by().values_list("status").annotate(Count("pk"))
    by_status = {str(labels[status]): n for status, n in counted}
    if not news.half_later:
        return NewsEffect(by_status)
    until = min(now, news.sent_at + timedelta(days=news.later_days))
    tallies = [_answered(news, is_later=is_later, until=until) for is_later in (False, True)]
    (hits, n), (other_hits, other_n) = tallies
    difference = share_difference_interval(hits, n, other_hits, other_n)
    return NewsEffect(by_status, rate(hits, n), rate(other_hits, other_n), difference and difference.scaled(100))


def _answered(news: Announcement, *, is_later: bool, until: datetime) -> tuple[int, int]:
    people = news.letters.filter(is_later=is_later, customer__isnull=False).values("customer")
    asked = Invitation.objects.filter(
        customer__in=people,
        is_test=False,
        deliveries__kind=Delivery.Kind.INVITE,
        deliveries__status=Delivery.Status.SENT,
        deliveries__sent_at__gt=news.sent_at,
        deliveries__sent_at__lte=until,
    )
    found = asked.order_by().aggregate(
        n=Count("customer", distinct=True),
        hits=Count("customer", distinct=True, filter=Q(answered_at__isnull=False, answered_at__lte=until)),
    )
    return found["hits"], found["n"]
