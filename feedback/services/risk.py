"""Fitting the risk of leaving on the past, and saying honestly how good it is. Each fit is a row, never changed."""

from datetime import datetime, timedelta

import numpy as np

from feedback.analytics.known import known_of
from feedback.analytics.leaving import churn_definition, left_by
from feedback.metrics.forecast import Assessment, Estimate, area_under_curve, assess, hits_at_the_top
from feedback.metrics.health import FEATURES, Known, features, health_parts, health_score
from feedback.metrics.logistic import Logistic, fit_logistic, out_of_fold
from feedback.models import ChurnDefinition, ChurnModel
from feedback.models.churn import ONLY_ROW
from surveys.models import TouchpointEvent

EVENTS_PER_VARIABLE = 10  # P. Peduzzi and others, Journal of Clinical Epidemiology 49, 1996
RIDGE = 1.0
FOLDS = 5
SEED = 20_000
MOST_CUSTOMERS = 20_000
CHUNK = 2_000
REFIT_AFTER = timedelta(hours=20)
REASONS, WEAK_PULL = 2, 0.2  # log odds
FEW_EVENTS, NOT_BETTER = "few_events", "not_better"


def ensure_churn_definition() -> None:
    """Lay the row that staff then change; one that exists is left as it is."""
    ChurnDefinition.objects.get_or_create(pk=ONLY_ROW)


def refit_risk(*, now: datetime) -> ChurnModel | None:
    """Fit tonight's model unless that was done already, with the same definition."""
    newest = ChurnModel.objects.order_by("-fitted_at", "-pk").first()
    definition = churn_definition()
    if newest and newest.fitted_at > now - REFIT_AFTER and newest.definition == describe(definition):
        return None
    return fit_risk(definition, now=now)


def fit_risk(definition: ChurnDefinition, *, now: datetime, seed: int = SEED) -> ChurnModel:
    """Learn from who was there one horizon ago and left since. What is not better than the base rate is not useful.

    Known is only what was known at the cut-off; judged is only on customers whom the judging fit had not seen.
    """
    cutoff = now - timedelta(days=definition.days_ahead)
    there = _there_at(cutoff, definition, seed)
    known, happened = _history(there, definition, cutoff=cutoff, now=now)
    rows = np.array([features(each) for each in known], dtype=float).reshape(len(known), len(FEATURES))
    leavers = int(happened.sum())
    model = ChurnModel(
        fitted_at=now,
        definition=describe(definition),
        cutoff_at=cutoff,
        seed=seed,
        n=len(known),
        leavers=leavers,
    )
    if min(leavers, len(known) - leavers) < EVENTS_PER_VARIABLE * len(FEATURES):
        model.reason = FEW_EVENTS
        model.result = {"needed": EVENTS_PER_VARIABLE * len(FEATURES)}
    else:
        chances, base = out_of_fold(rows, happened, folds=FOLDS, seed=seed, ridge=RIDGE)
        found = assess(chances, base, happened)
        model.is_useful = found.beats_base_rate
        model.reason = "" if model.is_useful else NOT_BETTER
        hits, top = hits_at_the_top(chances, happened, definition.capacity)
        model.result = _told(found, fit_logistic(rows, happened, ridge=RIDGE))
        model.result |= {"top_hits": hits, "top": top, "health_auc": _health_auc(known, happened)}
    model.save()
    return model


def describe(definition: ChurnDefinition) -> dict:
    """What a fit depends on, as plain data."""
    return {
        "kind": definition.kind,
        "silence_days": definition.silence_days,
        "touchpoint": definition.touchpoint_id,
        "days_ahead": definition.days_ahead,
        "capacity": definition.capacity,
        "features": list(FEATURES),
    }


def risk_of(known: Known, model: Logistic) -> float:
    return float(model.chances(np.array([features(known)]))[0])


def because(known: Known, model: Logistic) -> list[dict[str, str]]:
    """The two facts that raise the risk most, and whether by being high or low; weak ones are no reason."""
    row = np.array(features(known), dtype=float)
    pulls = model.pulls(row)
    strongest = [at for at in np.argsort(-pulls)[:REASONS] if pulls[at] > WEAK_PULL]
    return [{"fact": FEATURES[at], "side": "high" if row[at] > model.means[at] else "low"} for at in strongest]


def usable_model() -> Logistic | None:
    """The newest fit, where it beats the base rate; of a fit that does not, nobody is shown a risk."""
    row = ChurnModel.objects.order_by("-fitted_at", "-pk").first()
    if row is None or not row.is_useful:
        return None
    told = row.result["model"]
    return Logistic(np.array(told["means"]), np.array(told["deviations"]), told["intercept"], np.array(told["slopes"]))


def _there_at(cutoff: datetime, definition: ChurnDefinition, seed: int) -> list[int]:
    """Customers who had been there and had not left at the cut-off; of very many, a sample drawn by the seed."""
    events = (
        TouchpointEvent.objects.happened().filter(occurred_at__lte=cutoff, customer__erased_at__isnull=True).order_by()
    )
    seen = events.filter(customer__isnull=False)
    if definition.kind == ChurnDefinition.Kind.SILENCE:
        seen = seen.filter(occurred_at__gt=cutoff - timedelta(days=definition.silence_days))
    ids = np.array(sorted(seen.values_list("customer_id", flat=True).distinct()), dtype=np.int64)
    if definition.kind == ChurnDefinition.Kind.EVENT:
        gone = events.filter(touchpoint=definition.touchpoint, customer__isnull=False)
        ids = np.setdiff1d(ids, np.array(list(gone.values_list("customer_id", flat=True).distinct()), dtype=np.int64))
    if len(ids) > MOST_CUSTOMERS:
        ids = np.random.default_rng(seed).choice(ids, MOST_CUSTOMERS, replace=False)
    return [int(pk) for pk in ids]


def _history(
    customer_ids: list[int], definition: ChurnDefinition, *, cutoff: datetime, now: datetime
) -> tuple[list[Known], np.ndarray]:
    known: list[Known] = []
    happened: list[int] = []
    for start in range(0, len(customer_ids), CHUNK):
        some = customer_ids[start : start + CHUNK]
        gone = left_by(some, definition, now=now)
        for pk, each in known_of(some, at=cutoff).items():
            known.append(each)
            happened.append(int(pk in gone))
    return known, np.array(happened, dtype=int)


def _told(found: Assessment, model: Logistic) -> dict:
    return {
        "auc": _plain(found.auc),
        "brier": found.brier,
        "base_brier": found.base_brier,
        "gain": _plain(found.gain),
        "calibration": [
            [group.n, group.said, group.happened, group.share, [group.interval.low, group.interval.high]]
            for group in found.calibration
        ],
        "model": {
            "means": model.means.tolist(),
            "deviations": model.deviations.tolist(),
            "intercept": model.intercept,
            "slopes": model.slopes.tolist(),
        },
    }


def _health_auc(known: list[Known], happened: np.ndarray) -> list | None:
    """How well low health alone tells who left, among those who have a health at all."""
    scores = [health_score(health_parts(each)) for each in known]
    pairs = [(score, left) for score, left in zip(scores, happened, strict=True) if score is not None]
    if len({left for _score, left in pairs}) < 2:
        return None
    health, left = np.array(pairs, dtype=float).T
    return _plain(area_under_curve(-health, left))


def _plain(estimate: Estimate) -> list:
    ends = estimate.interval and [estimate.interval.low, estimate.interval.high]
    return [estimate.value, ends]
