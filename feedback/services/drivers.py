"""Studies of what goes along with an outcome: asked for by a person, computed by a worker, kept as they were."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import numpy as np
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from feedback.analytics.driver_rows import Candidate, DriverTable, named_candidates, read_table
from feedback.hooks import driver_study_asked
from feedback.metrics.contrast import Contrast, penalty_reward
from feedback.metrics.drivers import DriverAnalysis, TooFewRows, analyse_drivers
from feedback.metrics.forecast import mid_ranks
from feedback.models import DriverStudy, Segment
from surveys.models import SurveyVersion
from vocplatform.lib.periods import Period
from vocplatform.lib.stats import Moments, mean_interval

FORMULA_VERSION = 1
SEED = 20_000
SAMPLES = 1_000
Status = DriverStudy.Status


@transaction.atomic
def ask_driver_study(
    version: SurveyVersion,
    *,
    outcome: str,
    drivers: Sequence[str],
    period: Period,
    segment: Segment | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
    samples: int = SAMPLES,
) -> DriverStudy:
    """Keep the question; a worker answers it. The same data, formulas and seed give the same answer."""
    study = DriverStudy.objects.create(
        version=version,
        outcome=outcome,
        drivers=list(drivers),
        first_on=period.first_on,
        last_on=period.last_on,
        segment=segment,
        seed=SEED,
        samples=samples,
        formula_version=FORMULA_VERSION,
        asked_by=actor,
        asked_at=now,
    )
    driver_study_asked.announce(study.pk)
    return study


def run_driver_study(study_id: int, *, now: datetime) -> DriverStudy | None:
    """Compute one study that waits; None where another worker has it or it is done."""
    free = Q(status=Status.WAITING) | Q(status=Status.RUNNING, begun_at__lt=now - DriverStudy.LONGEST)
    if not DriverStudy.objects.filter(free, pk=study_id).update(status=Status.RUNNING, begun_at=now):
        return None
    study = DriverStudy.objects.select_related("version").get(pk=study_id)
    drivers = named_candidates(study.version, study.drivers)
    table = read_table(
        study.version,
        study.outcome,
        [driver.key for driver in drivers],
        period=Period(study.first_on, study.last_on),
        segment_id=study.segment_id,
    )
    try:
        study.result = _computed(study, table, drivers)
        study.status = Status.DONE
    except TooFewRows as problem:
        study.status, study.problem = Status.REFUSED, str(problem)
    study.watermark, study.done_at = table.watermark, now
    study.save(update_fields=["status", "result", "problem", "watermark", "done_at"])
    return study


def _computed(study: DriverStudy, table: DriverTable, drivers: Sequence[Candidate]) -> dict:
    keys = [driver.key for driver in drivers]
    chance = {"samples": study.samples, "seed": study.seed}
    analysis = analyse_drivers(keys, table.drivers, table.outcome, **chance)
    scales = [place for place, driver in enumerate(drivers) if not driver.is_theme]
    places = np.column_stack([drivers[at].places(table.drivers[:, at]) for at in scales]) if scales else None
    contrasts = (
        penalty_reward([keys[at] for at in scales], places, table.outcome, **chance) if places is not None else ()
    )
    return {
        "n": analysis.n,
        "left_out": analysis.left_out,
        "repeated": table.repeated,
        "was_cut": table.was_cut,
        "r_squared": analysis.r_squared,
        "warnings": list(analysis.warnings),
        "ordinal_shift": _ordinal_shift(analysis, keys, table, study.seed),
        "drivers": [
            _driver(row, driver, driver.places(table.drivers[:, at]))
            for at, (row, driver) in enumerate(zip(analysis.drivers, drivers, strict=True))
        ],
        "contrasts": [_contrast(each) for each in contrasts],
    }


def _driver(row, driver: Candidate, places: np.ndarray) -> dict:
    given = places[~np.isnan(places)]
    mean = float(given.mean()) if len(given) else None
    variance = float(given.var(ddof=1)) if len(given) > 1 else 0.0
    interval = mean_interval(Moments(len(given), mean or 0.0, variance))
    ends = interval and interval.within(0.0, 100.0)
    return asdict(row) | {
        "text": driver.text,
        "kind": driver.kind,
        "answered": len(given),
        "performance": mean,
        "performance_interval": [ends.low, ends.high] if ends else None,
    }


def _contrast(contrast: Contrast) -> dict:
    return {name: getattr(contrast, name) for name in Contrast.__dataclass_fields__} | {"nature": contrast.nature.value}


def _ordinal_shift(analysis: DriverAnalysis, keys: Sequence[str], table: DriverTable, seed: int) -> float:
    """By how many points any share moves when answers are taken as an order only, not as distances."""
    complete = ~(np.isnan(table.drivers).any(axis=1) | np.isnan(table.outcome))
    ranked = np.column_stack([mid_ranks(column[complete]) for column in table.drivers.T])
    again = analyse_drivers(keys, ranked, mid_ranks(table.outcome[complete]), samples=2, seed=seed)
    return max(
        abs(one.shapley_percent - other.shapley_percent)
        for one, other in zip(analysis.drivers, again.drivers, strict=True)
    )
