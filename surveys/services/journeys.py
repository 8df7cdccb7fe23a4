"""Journeys begun from the library, and the one that should be beside the one that is."""

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.library.journeys import JOURNEYS
from surveys.library.packs import PACKS
from surveys.library.shapes import PHASES
from surveys.library.shelf import take
from surveys.models import Journey, Stage, Touchpoint
from surveys.services.naming import free_slug

BLUEPRINT = (
    "name",
    "channel",
    "owner_team",
    "is_moment_of_truth",
    "weight",
    "functional_need",
    "emotional_need",
    "front_stage",
    "back_stage",
    "systems",
    "position",
)


@transaction.atomic
def create_from_template(template_key: str, *, packs: list[str] | None = None) -> Journey:
    """Raises NoSuchTemplate."""
    plan = take(JOURNEYS, template_key)
    journey = Journey.objects.create(
        name=str(plan.name),
        slug=free_slug(Journey, plan.key),
        description=str(plan.description),
        template_key=plan.key,
    )
    for position, stage in enumerate(plan.stages):
        journey.stages.create(
            name=str(stage.name), slug=stage.slug, description=str(stage.description), position=position
        )
    for key in packs or []:
        add_pack(journey.pk, key)
    return journey


@transaction.atomic
def add_pack(journey_id: int, pack_key: str) -> list[Touchpoint]:
    """Put an industry's touchpoints on their stages; those that stand there already stay. Raises NoSuchTemplate."""
    pack = take(PACKS, pack_key)
    journey = Journey.objects.select_for_update().get(pk=journey_id)
    stages = list(journey.stages.all())
    if not stages:
        stages = [journey.stages.create(name=journey.name[:80], slug="all", position=0)]
    known = set(Touchpoint.objects.filter(stage__journey=journey).values_list("name", flat=True))
    added = []
    for position, plan in enumerate(pack.touchpoints):
        if str(plan.name) in known:
            continue
        added.append(
            Touchpoint.objects.create(
                stage=_stage_for(plan.phase, journey, stages),
                name=str(plan.name),
                slug=free_slug(Touchpoint, plan.slug),
                channel=plan.channel,
                is_moment_of_truth=plan.is_moment_of_truth,
                weight=2 if plan.is_moment_of_truth else 1,
                functional_need=str(plan.functional_need),
                emotional_need=str(plan.emotional_need),
                position=position,
            )
        )
    return added


@transaction.atomic
def copy_as_future(journey_id: int) -> Journey:
    """The same road as it should be, to be changed freely. Its touchpoints have names of their own for events."""
    today = Journey.objects.get(pk=journey_id)
    name = (_("%(name)s, as it should be") % {"name": today.name})[:120]
    future = Journey.objects.create(
        name=name,
        slug=free_slug(Journey, name),
        description=today.description,
        state=Journey.State.FUTURE,
        template_key=today.template_key,
        follows=today,
    )
    for stage in today.stages.prefetch_related("touchpoints"):
        twin = future.stages.create(
            name=stage.name, slug=stage.slug, description=stage.description, position=stage.position
        )
        for touchpoint in stage.touchpoints.all():
            values = {field: getattr(touchpoint, field) for field in BLUEPRINT}
            slug = free_slug(Touchpoint, f"{touchpoint.slug}-future")
            twin.touchpoints.create(slug=slug, coverage=Touchpoint.Coverage.PLANNED, replaces=touchpoint, **values)
    return future


def _stage_for(phase: str, journey: Journey, stages: list[Stage]) -> Stage:
    """By the template's own table; on a journey drawn by hand, by how far along the road the phase lies."""
    plan = next((plan for plan in JOURNEYS if plan.key == journey.template_key), None)
    slugs = [stage.slug for stage in plan.stages if phase in stage.phases] if plan else []
    named = next((stage for stage in stages if stage.slug in slugs), None)
    return named or stages[PHASES.index(phase) * len(stages) // len(PHASES)]
