"""Cases on the journey map: how many were opened at each touchpoint, and how many still are."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.overlays import Mark, Overlay
from loop.models import Case
from vocplatform.lib.periods import Period


def cases_on_the_way(touchpoints: Sequence[int], period: Period, reader: AbstractBaseUser) -> Overlay | None:
    """Opened in these days, of all teams: numbers, no names. Whoever may not see cases is told of none."""
    if not reader.has_perm("loop.view_case"):
        return None
    zone = timezone.get_default_timezone()
    opened = Q(opened_at__gte=period.starts_at(zone), opened_at__lt=period.ends_at(zone))
    rows = (
        Case.objects.filter(opened, touchpoint_id__in=touchpoints)
        .order_by()
        .values_list("touchpoint_id")
        .annotate(n=Count("pk"), still=Count("pk", filter=Q(status__in=Case.OPEN)))
    )
    return Overlay(_("Cases"), {pk: _mark(pk, n, still) for pk, n, still in rows})


def _mark(touchpoint: int, n: int, still: int) -> Mark:
    words = ngettext("%(n)d case, %(open)d open", "%(n)d cases, %(open)d open", n) % {"n": n, "open": still}
    return Mark(words, f"{reverse('loop:inbox')}?touchpoint={touchpoint}", is_alarming=still > 0)
