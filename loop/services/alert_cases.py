"""A figure past the line from which on somebody must act is work like any other: it stands in the inbox, once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Alert, MetricDefinition
from loop.models import Case, Severity
from loop.services.opening import open_without_answer
from surveys.models import Touchpoint

RECENT = timedelta(days=3)  # when this is switched on, nobody is flooded with what is known
REASONS = {"none": (), "threshold": (Alert.Reason.THRESHOLD,), "all": tuple(Alert.Reason)}


def alerts_without_case(*, now: datetime):
    wanted = Alert.objects.open().filter(reason__in=REASONS[settings.ALERT_CASES], opened_at__gt=now - RECENT)
    return wanted.filter(case__isnull=True).order_by("opened_at")


@transaction.atomic
def open_alert_case(alert_id: int, *, now: datetime) -> Case | None:
    """One case per alert, for the team that owns the touchpoint. None: it has one, is over, or calls for none."""
    Alert.objects.select_for_update(no_key=True).get(pk=alert_id)
    alert = alerts_without_case(now=now).filter(pk=alert_id).first()
    if alert is None:
        return None
    place = Touchpoint.objects.select_related("owner_team__lead").filter(pk=alert.touchpoint_key).first()
    return open_without_answer(
        summary=_said(alert, place),
        note=_("An alert: what was found out about it stands on its own page."),
        touchpoint=place,
        team=place and place.owner_team,
        alert=alert,
        severity=Severity.HIGH,
        now=now,
    )


def _said(alert: Alert, place: Touchpoint | None) -> str:
    known = MetricDefinition.objects.filter(key=alert.metric).first()
    sentence = _("%(metric)s is %(value)s (n = %(n)d): %(reason)s") % {
        "metric": known or alert.metric,
        "value": f"{alert.value:.1f}",
        "n": alert.n,
        "reason": alert.get_reason_display(),
    }
    return f"{sentence} · {place}" if place else sentence
