"""A playbook is started with a purpose, a plan and a secret seed; what decides the draw is fixed from then on."""

import secrets
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.models import Arm, Playbook, PlaybookStep
from loop.services.history import NotAllowed
from loop.trial.planning import cases_per_arm
from vocplatform.lib.text import storable

Status = Playbook.Status


@transaction.atomic
def start_playbook(playbook_id: int, *, actor: AbstractBaseUser, now: datetime) -> Playbook:
    """Begin to draw arms for the cases opened from now on. Raises NotAllowed with everything that is missing."""
    playbook = _locked(playbook_id)
    if playbook.status != Status.DRAFT:
        raise NotAllowed(_("This playbook was started before. Copy it to begin anew."))
    problems = problems_of(playbook)
    if problems:
        raise NotAllowed(" ".join(problems))
    playbook.status, playbook.started_at, playbook.started_by = Status.RUNNING, now, actor
    playbook.seed, playbook.planned_per_arm = secrets.token_hex(32), planned(playbook)
    playbook.save()
    return playbook


def problems_of(playbook: Playbook) -> list[str]:
    """Why it cannot start yet, as sentences."""
    drawn = list(playbook.arms.drawn())
    problems = []
    if not playbook.purpose.strip():
        problems.append(_("Write down the purpose."))
    if len(drawn) < 2:
        problems.append(_("At least two arms that are not owed are needed."))
    elif not any(arm.is_comparison for arm in drawn):
        problems.append(_("Choose the arm that the others are compared with."))
    return problems


def planned(playbook: Playbook) -> int:
    usual, better = playbook.usual_percent / 100, (playbook.usual_percent + playbook.difference_points) / 100
    return cases_per_arm(usual, better, comparisons=max(playbook.arms.drawn().count() - 1, 1))


@transaction.atomic
def stop_playbook(playbook_id: int, *, reason: str, now: datetime) -> Playbook:
    """Draw no more. Cases that were drawn keep their arm and count on."""
    playbook = _locked(playbook_id)
    if not playbook.is_running:
        raise NotAllowed(_("This playbook is not running."))
    if not reason.strip():
        raise NotAllowed(_("Say why it is stopped."))
    playbook.status, playbook.stopped_at = Status.STOPPED, now
    playbook.stop_reason = storable(reason).strip()[:300]
    playbook.save(update_fields=["status", "stopped_at", "stop_reason", "updated_at"])
    return playbook


@transaction.atomic
def copy_playbook(playbook_id: int) -> Playbook:
    """A new draft with the same conditions, steps and arms, since one that was started never changes."""
    source = Playbook.objects.get(pk=playbook_id)
    kept = ("purpose", "position", "severities", "high_value_from", "score_kind", "outcome_days")
    planned_for = ("usual_percent", "difference_points")
    name = _free_name(source.name)
    draft = Playbook.objects.create(name=name, **{field: getattr(source, field) for field in (*kept, *planned_for)})
    draft.causes.set(source.causes.all())
    draft.touchpoints.set(source.touchpoints.all())
    for step in source.steps.all():
        PlaybookStep.objects.create(playbook=draft, position=step.position, text=step.text)
    for arm in source.arms.all():
        arm.pk, arm.playbook, arm._state.adding = None, draft, True
        Arm.save(arm, force_insert=True)
    return draft


def _free_name(name: str) -> str:
    number = 2
    while Playbook.objects.filter(name=f"{name[:110]} ({number})").exists():
        number += 1
    return f"{name[:110]} ({number})"


def _locked(playbook_id: int) -> Playbook:
    return Playbook.objects.select_for_update(of=("self",), no_key=True).get(pk=playbook_id)
