"""An initiative is planned, registered before it goes live, and read out on the day that was promised."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from loop.models import Initiative, ReadOut
from loop.reports.initiative_effect import EffectOfInitiative, effect_of
from loop.services.history import NotAllowed
from loop.trial.series import Estimate
from vocplatform.lib.periods import day_of
from vocplatform.lib.text import storable

Status = Initiative.Status
LINKED = ("controls", "cases", "responses")


class StaleInitiative(Exception):
    """Somebody else changed it in the meantime: nothing was written. `theirs`: label -> (value then, value now)."""

    def __init__(self, initiative: Initiative, theirs: Mapping[str, tuple[str, str]]) -> None:
        super().__init__(_("Somebody else changed this initiative while you were editing it."))
        self.initiative, self.theirs = initiative, theirs


@transaction.atomic
def plan_initiative(*, actor: AbstractBaseUser, now: datetime, **fields: object) -> Initiative:
    """Write down a draft. Everything may still change until it is registered."""
    linked = {name: list(fields.pop(name, ())) for name in LINKED}
    initiative = Initiative.objects.create(**fields)
    _link(initiative, linked)
    initiative.history.create(at=now, actor=actor, note=_("written down"), version=initiative.version)
    return initiative


@transaction.atomic
def change_initiative(
    initiative_id: int, *, version: int, actor: AbstractBaseUser, now: datetime, **fields: object
) -> Initiative:
    """Change what may still be changed, with a line of history. `version` is the one the person saw.

    Raises StaleInitiative when somebody was faster, and NotAllowed for what was frozen when it was registered.
    """
    initiative = _locked(initiative_id)
    if version != initiative.version:
        raise StaleInitiative(initiative, changes_since(initiative, version))
    if initiative.is_dropped:
        raise NotAllowed(_("It was dropped and is kept as it was."))
    before = snapshot(initiative)
    linked = {name: list(fields.pop(name)) for name in LINKED if name in fields}
    for name, value in fields.items():
        setattr(initiative, name, storable(value) if isinstance(value, str) else value)
    _link(initiative, linked)
    after = snapshot(initiative)
    changes = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    frozen = [name for name in changes if name in Initiative.FROZEN]
    if initiative.is_frozen and frozen:
        raise NotAllowed(_("Registered and frozen: %s.") % ", ".join(label_of(name) for name in frozen))
    if changes:
        initiative.version += 1
        initiative.save(update_fields=[*fields, "version", "updated_at"])
        _tell(initiative, _("changed"), actor=actor, now=now, changes=changes)
    return initiative


@transaction.atomic
def register_initiative(initiative_id: int, *, actor: AbstractBaseUser, now: datetime) -> Initiative:
    """Freeze the plan before it goes live. Raises NotAllowed with everything that is missing."""
    initiative = _locked(initiative_id)
    if initiative.status != Status.DRAFT:
        raise NotAllowed(_("Only a draft can be registered."))
    problems = problems_of(initiative, now=now)
    if problems:
        raise NotAllowed(" ".join(problems))
    initiative.status, initiative.registered_at = Status.REGISTERED, now
    initiative.version += 1
    initiative.save(update_fields=["status", "registered_at", "version", "updated_at"])
    _tell(initiative, _("registered: the plan is frozen"), actor=actor, now=now)
    return initiative


def problems_of(initiative: Initiative, *, now: datetime) -> list[str]:
    """Why it cannot be registered yet, as sentences."""
    today = day_of(now, timezone.get_default_timezone())
    problems = []
    if initiative.touchpoint_id is None:
        problems.append(_("Say which touchpoint is changed."))
    if initiative.owner_id is None:
        problems.append(_("Say who owns it."))
    if initiative.go_live_on is None or initiative.read_out_on is None:
        problems.append(_("Say when it goes live and when we look."))
    elif initiative.go_live_on <= today:
        problems.append(_("It must be registered before it goes live: afterwards everybody knows how it went."))
    if any(control.pk == initiative.touchpoint_id for control in initiative.controls.all()):
        problems.append(_("A touchpoint that is changed cannot be one that stays as it is."))
    return problems


@transaction.atomic
def drop_initiative(initiative_id: int, *, reason: str, actor: AbstractBaseUser, now: datetime) -> Initiative:
    """Give it up, and keep that it was planned: what is dropped silently makes the others look good."""
    initiative = _locked(initiative_id)
    if initiative.status not in (Status.DRAFT, Status.REGISTERED):
        raise NotAllowed(_("It was read out or dropped before."))
    if not reason.strip():
        raise NotAllowed(_("Say why it is dropped."))
    initiative.status, initiative.drop_reason = Status.DROPPED, storable(reason).strip()[:300]
    initiative.version += 1
    initiative.save(update_fields=["status", "drop_reason", "version", "updated_at"])
    _tell(initiative, _("dropped: %s") % initiative.drop_reason[:250], actor=actor, now=now)
    return initiative


@transaction.atomic
def note_lesson(initiative_id: int, *, lesson: str, version: int, actor: AbstractBaseUser, now: datetime) -> Initiative:
    """Keep what was learned, for whoever tries something like it. `version` is the one the person saw."""
    initiative = _locked(initiative_id)
    if version != initiative.version:
        raise StaleInitiative(initiative, changes_since(initiative, version))
    if not initiative.is_over:
        raise NotAllowed(_("A lesson is learned when it was read out or dropped."))
    if not lesson.strip():
        raise NotAllowed(_("Say what was learned."))
    before, initiative.lesson = initiative.lesson, storable(lesson).strip()
    initiative.version += 1
    initiative.save(update_fields=["lesson", "version", "updated_at"])
    changes = {"lesson": [before, initiative.lesson]}
    _tell(initiative, _("lesson written down"), actor=actor, now=now, changes=changes)
    return initiative


@transaction.atomic
def read_out(initiative_id: int, *, now: datetime) -> ReadOut | None:
    """Judge it by its plan, once, on or after its day; None where there is nothing to do. Asking twice is once."""
    today = day_of(now, timezone.get_default_timezone())
    owed = Initiative.objects.owed_a_read_out(today).select_for_update(of=("self",), no_key=True)
    initiative = owed.filter(pk=initiative_id).first()
    if initiative is None:
        return None
    effect = effect_of(initiative, until=initiative.read_out_on)
    level = effect.reading.level
    made = ReadOut.objects.create(
        initiative=initiative,
        made_at=now,
        method=effect.method,
        verdict=effect.reading.verdict.value,
        value=level and level.value,
        low=level and level.interval.low,
        high=level and level.interval.high,
        weeks_before=effect.reading.before,
        weeks_after=effect.reading.after,
        answers=effect.answers,
        result=_kept(effect),
    )
    initiative.status = Status.READ_OUT
    initiative.version += 1
    initiative.save(update_fields=["status", "version", "updated_at"])
    _tell(initiative, _("read out: %s") % made.get_verdict_display(), actor=None, now=now)
    return made


def _kept(effect: EffectOfInitiative) -> dict:
    reading = effect.reading
    return {
        "is_short": reading.is_short,
        "has_pre_trend": reading.has_pre_trend,
        "pre_trend": _plain(reading.pre_trend),
        "slope": _plain(reading.slope),
        "smallest": effect.smallest,
        "left_out": effect.left_out,
        "weeks": [
            [week.place, week.starts_on.isoformat(), week.value, week.n, week.others, week.others_n]
            for week in effect.weeks
        ],
        "meanwhile": [str(change) for change in effect.meanwhile],
    }


def _plain(estimate: Estimate | None) -> list | None:
    return estimate and [estimate.value, estimate.interval.low, estimate.interval.high, estimate.p]


def snapshot(initiative: Initiative) -> dict[str, str]:
    """Every field that a person may edit, as the history keeps it: readable when the row it points to is gone."""
    plain = {
        field.name: _shown(getattr(initiative, field.name))
        for field in Initiative._meta.concrete_fields
        if field.editable and not field.primary_key
    }
    linked = {name: _listed(getattr(initiative, name).all()) for name in LINKED}
    return plain | linked


def changes_since(initiative: Initiative, version: int) -> dict[str, tuple[str, str]]:
    """Label -> (value at `version`, value now), from the history."""
    merged: dict[str, tuple[str, str]] = {}
    for line in initiative.history.filter(version__gt=version).order_by("pk"):
        for name, (was, became) in line.changes.items():
            label = label_of(name)
            merged[label] = (merged[label][0] if label in merged else was, became)
    return merged


def label_of(name: str) -> str:
    return str(Initiative._meta.get_field(name).verbose_name)


def _listed(rows: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, rows)))


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _link(initiative: Initiative, linked: Mapping[str, list]) -> None:
    for name, rows in linked.items():
        getattr(initiative, name).set(rows)


def _tell(
    initiative: Initiative,
    note: str,
    *,
    actor: AbstractBaseUser | None,
    now: datetime,
    changes: Mapping[str, list[str]] | None = None,
) -> None:
    initiative.history.create(
        at=now, actor=actor, note=note[:300], changes=dict(changes or {}), version=initiative.version
    )


def _locked(initiative_id: int) -> Initiative:
    return Initiative.objects.select_for_update(of=("self",), no_key=True).get(pk=initiative_id)
