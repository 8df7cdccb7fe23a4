"""Lay what the programme stands on: people, teams, journeys, surveys, rules."""

import secrets
from datetime import datetime, time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, Group
from django.core.management import call_command
from django.utils.text import slugify

from feedback.models import FactRule, Segment, Theme
from feedback.services.definitions import ensure_metric_defaults
from feedback.services.taxonomy import ensure_themes, load_pack
from loop.models import AuthorityLimit, Playbook, StaffProfile
from loop.services.defaults import ensure_loop_defaults
from loop.services.playbooks import start_playbook
from surveys.definition.kinds import KINDS
from surveys.definition.schema import DefinedQuestion, Definition
from surveys.models import CollectionLink, ContactPolicy, Journey, Source, Survey, Team, Touchpoint, TriggerRule
from surveys.models.survey import default_privacy_notice
from surveys.services.drafts import write_draft
from surveys.services.surveys import publish_survey
from vocplatform.demo import plan

THANKS = "We read every answer. Where something went wrong, we will get in touch."


def demo_password() -> str:
    """One password for this installation's demo people, made here and kept beside the data."""
    path = Path(settings.STATE_DIR) / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text("voc-" + secrets.token_hex(5))
    return path.read_text().strip()


def lay(*, now: datetime) -> None:
    call_command("sync_roles", verbosity=0)
    teams = {
        slug: Team.objects.get_or_create(slug=slug, defaults={"name": name})[0] for slug, name in plan.TEAMS.items()
    }
    for name, role, member_of in plan.PEOPLE:
        person = _person(name, role)
        for slug in member_of:
            teams[slug].members.add(person)
    manager = get_user_model().objects.get(username="manager")
    Team.objects.filter(lead=None).update(lead=manager)
    ContactPolicy.objects.get_or_create(is_default=True, defaults={"name": "Not too often"})
    ensure_loop_defaults(now=now, locale="en")
    ensure_themes(now=now)
    load_pack("healthcare", now=now)
    for theme, team in plan.THEME_OWNERS.items():
        Theme.objects.filter(slug=theme, owner_team=None).update(owner_team=teams[team])
    Source.objects.get_or_create(slug="operations", defaults={"name": "Operations"})
    for survey in plan.SURVEYS:
        _survey(survey, now=now)
    for slug, name, places in plan.JOURNEYS:
        _journey(slug, name, places, teams)
    ensure_metric_defaults(locale="en")
    for slug, kind, value in plan.MEANINGS:
        place = Touchpoint.objects.get(slug=slug)
        FactRule.objects.get_or_create(touchpoint=place, kind=kind, defaults={"value_property": value})
    for name, described in plan.SEGMENTS.items():
        _segment(name, described)
    for position, described in enumerate(plan.PLAYBOOKS):
        _playbook(described, position, now=now)
    for role, amount in plan.GOODWILL.items():
        AuthorityLimit.objects.get_or_create(role=Group.objects.get(name=role), defaults={"amount": amount})


def _person(name: str, role: str) -> AbstractBaseUser:
    User = get_user_model()
    person, created = User.objects.get_or_create(username=name, defaults={"email": f"{name}@staff.example"})
    if created:
        person.set_password(demo_password())
        person.is_staff = role in ("admin", "designer", "manager")
        person.is_superuser = role == "admin"
        person.save()
        person.groups.add(Group.objects.get(name=role))
        StaffProfile.objects.get_or_create(user=person, defaults={"capacity": 40})
    return person


def _survey(described: dict, *, now: datetime) -> None:
    survey, created = Survey.objects.get_or_create(
        slug=described["slug"], defaults={"name": described["name"], "title": described["title"]}
    )
    if not created:
        return
    write_draft(survey, _definition(described))
    publish_survey(survey.pk, actor=None, now=now, note="First version")


def _definition(described: dict) -> Definition:
    return Definition(
        survey=described["slug"],
        title=described["title"],
        locale=described.get("locale", "en"),
        introduction=described["introduction"],
        thanks_title=described.get("thanks_title", "Thank you"),
        thanks_text=described.get("thanks_text", THANKS),
        privacy_notice=described.get("privacy_notice") or default_privacy_notice(),
        questions=tuple(_question(*question) for question in described["questions"]),
    )


def _question(key: str, kind: str, text: str, low: str, high: str) -> DefinedQuestion:
    nature = KINDS[kind]
    return DefinedQuestion(
        key=key,
        kind=kind,
        text=text,
        low_label=low,
        high_label=high,
        minimum=nature.minimum,
        maximum=nature.maximum,
        polarity=nature.polarity,
        is_required=kind != "text",
    )


def _journey(slug: str, name: str, places: tuple[plan.PlaceToAsk, ...], teams: dict[str, Team]) -> None:
    journey, created = Journey.objects.get_or_create(slug=slug, defaults={"name": name})
    if not created:
        return
    for position, place in enumerate(places):
        stage = journey.stages.create(name=place.stage, slug=f"{slug}-{position}", position=position)
        touchpoint = Touchpoint.objects.create(
            stage=stage,
            name=place.name,
            slug=place.slug,
            channel=place.channel,
            owner_team=teams[place.team],
            is_moment_of_truth=place.is_moment_of_truth,
            weight=2 if place.is_moment_of_truth else 1,
            coverage=Touchpoint.Coverage.MEASURED if place.survey else Touchpoint.Coverage.NOT_MEASURED,
            functional_need=place.functional_need,
            emotional_need=place.emotional_need,
        )
        if place.survey:
            _rule(place, touchpoint)
    _link(places[0])


def _playbook(described: dict, position: int, *, now: datetime) -> None:
    decided = ("purpose", "usual_percent", "difference_points", "outcome_days")
    planned = {name: described[name] for name in decided} | {"position": position}
    playbook, created = Playbook.objects.get_or_create(name=described["name"], defaults=planned)
    if not created:
        return
    playbook.touchpoints.set(Touchpoint.objects.filter(slug__in=described["touchpoints"]))
    for position, (name, kind, text, is_comparison, is_owed) in enumerate(described["arms"]):
        marks = {"is_comparison": is_comparison, "is_owed": is_owed, "position": position}
        playbook.arms.create(name=name, kind=kind, text=text, **marks)
    for position, text in enumerate(described["steps"]):
        playbook.steps.create(text=text, position=position)
    start_playbook(playbook.pk, actor=get_user_model().objects.get(username="manager"), now=now)


def _segment(name: str, described: dict) -> None:
    conditions = described["conditions"]
    fields = {key: value for key, value in described.items() if key != "conditions"}
    segment, created = Segment.objects.get_or_create(slug=slugify(name), defaults={"name": name, **fields})
    if created:
        for subject, field, operator, value, within_days in conditions:
            segment.conditions.create(
                subject=subject, field=field, operator=operator, value=value, within_days=within_days
            )


def _rule(place: plan.PlaceToAsk, touchpoint: Touchpoint) -> None:
    TriggerRule.objects.create(
        name=f"After: {place.name}",
        touchpoint=touchpoint,
        survey=Survey.objects.get(slug=place.survey),
        is_active=True,
        delay_minutes=place.delay_minutes,
        sampling_percent=place.sampling_percent,
        quiet_from=time(20),
        quiet_until=time(8),
    )


def _link(place: plan.PlaceToAsk) -> None:
    touchpoint = Touchpoint.objects.get(slug=place.slug)
    CollectionLink.objects.create(
        name=f"QR code: {place.name}", touchpoint=touchpoint, survey=Survey.objects.get(slug=place.survey)
    )
