"""Who has left, by the one definition of this installation, and what the newest risk model is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Min

from feedback.metrics.forecast import CalibrationGroup, Estimate
from feedback.metrics.rates import rate
from feedback.models import ChurnDefinition, ChurnModel
from surveys.models import TouchpointEvent
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.stats import Interval


def churn_definition() -> ChurnDefinition:
    """The row, or what holds while nobody has written one."""
    return ChurnDefinition.objects.select_related("touchpoint").first() or ChurnDefinition(pk=1)


def left_by(customer_ids: Sequence[int], definition: ChurnDefinition, *, now: datetime) -> dict[int, datetime]:
    """When each of those who have left did so: at the first leaving event, or at the last event before the silence."""
    events = (
        TouchpointEvent.objects.happened().filter(customer__any_of=list(customer_ids), occurred_at__lte=now).order_by()
    )
    if definition.kind == ChurnDefinition.Kind.EVENT:
        rows = events.filter(touchpoint=definition.touchpoint).values_list("customer_id")
        return dict(rows.annotate(at=Min("occurred_at")))
    last = dict(events.values_list("customer_id").annotate(at=Max("occurred_at")))
    return {pk: at for pk, at in last.items() if at <= now - timedelta(days=definition.silence_days)}


@dataclass(frozen=True, slots=True)
class RiskModel:
    """The newest fit as pages show it."""

    row: ChurnModel
    auc: Estimate | None
    brier: float | None
    base_brier: float | None
    gain: Estimate | None
    calibration: tuple[CalibrationGroup, ...]
    health_auc: Estimate | None
    top_hits: int
    top: int

    @property
    def is_useful(self) -> bool:
        return self.row.is_useful

    @property
    def base_share(self) -> float:
        return self.row.leavers / self.row.n

    @property
    def base_rate(self):
        return rate(self.row.leavers, self.row.n)

    @property
    def precision(self):
        """Of the customers at the top of the list, the share that did leave."""
        return rate(self.top_hits, self.top)

    @property
    def is_health_telling(self) -> bool:
        """Whether the health score tells leavers from stayers: only then does it deserve a colour."""
        return bool(self.health_auc and self.health_auc.interval and self.health_auc.interval.low > 0.5)


def newest_model() -> RiskModel | None:
    row = ChurnModel.objects.order_by("-fitted_at", "-pk").first()
    if row is None:
        return None
    told = row.result
    return RiskModel(
        row=row,
        auc=_estimate(told.get("auc")),
        brier=told.get("brier"),
        base_brier=told.get("base_brier"),
        gain=_estimate(told.get("gain")),
        calibration=tuple(
            CalibrationGroup(n, said, hits, share, Interval(*ends))
            for n, said, hits, share, ends in told.get("calibration", ())
        ),
        health_auc=_estimate(told.get("health_auc")),
        top_hits=told.get("top_hits", 0),
        top=told.get("top", 0),
    )


def _estimate(told: list | None) -> Estimate | None:
    if told is None:
        return None
    value, ends = told
    return Estimate(value, Interval(*ends) if ends else None)
