"""Gather from the database what a decision looks at."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from surveys.definition.schema import CONSENT
from surveys.models import (
    AddressChannel,
    Channel,
    ContactPolicy,
    Customer,
    Delivery,
    Invitation,
    Survey,
    SurveyVersion,
    Touchpoint,
    TouchpointEvent,
    TriggerCondition,
    TriggerRule,
)
from surveys.services.addresses import is_suppressed
from surveys.services.consent import latest_consents
from surveys.triggers.fatigue import Contact
from surveys.triggers.occasion import Occasion, Person, Way
from surveys.triggers.zones import stated_zone, zones_of_locale, zones_of_phone

Status = Delivery.Status
REACHED = (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN)


def policy_in_force() -> ContactPolicy:
    return ContactPolicy.objects.filter(is_default=True).first() or ContactPolicy()


def home_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def person_of(customer: Customer, *, apart_from: Invitation | None = None) -> Person:
    """`apart_from` is the invitation about to be sent: neither it nor what was decided later speaks against it."""
    return Person(customer, _ways(customer), tuple(contacts_of(customer.pk, apart_from=apart_from)))


def contacts_of(
    customer_id: int, *, apart_from: Invitation | None = None, not_by: TriggerRule | None = None
) -> Iterable[Contact]:
    """Every ask that reached the customer or still may, oldest first."""
    asks = Delivery.objects.filter(
        kind=Delivery.Kind.INVITE, status__in=REACHED, invitation__customer_id=customer_id, invitation__is_test=False
    ).select_related("invitation__version__survey")
    if apart_from:
        decided_later = Q(status=Status.QUEUED, invitation__gt=apart_from.pk, invitation__answered_at__isnull=True)
        asks = asks.exclude(invitation=apart_from.pk).exclude(decided_later)
    if not_by and not_by.pk:
        asks = asks.exclude(invitation__rule=not_by.pk)
    for delivery in asks.order_by("pk"):
        invitation = delivery.invitation
        survey = invitation.version.survey
        yield Contact(
            survey.pk,
            delivery.sent_at or delivery.due_at,
            invitation.answered_at,
            uses_an_ask=survey.purpose != Survey.Purpose.RECOVERY,
        )


def _ways(customer: Customer) -> dict[str, Way]:
    consents = latest_consents(customer.pk)
    ways = {
        Channel.LINK: Way(Channel.LINK, zones=zones_of(customer)),
        Channel.WEBHOOK: Way(Channel.WEBHOOK, address=customer.external_id or "", zones=zones_of(customer)),
    }
    for row in customer.addresses.filter(bounced_at__isnull=True).order_by("is_primary", "-pk"):  # the last one stays
        ways[row.channel] = Way(
            row.channel,
            address=row.address,
            is_suppressed=is_suppressed(row.channel, row.address),
            consent=consents.get(row.channel, ""),
            zones=zones_of(customer, phone=row.address if row.channel == AddressChannel.SMS else ""),
        )
    return ways


def zones_of(customer: Customer, phone: str = "") -> tuple[ZoneInfo, ...]:
    """Every zone where the customer may be; ours when nothing is known."""
    stated = stated_zone(customer.time_zone)
    if stated:
        return (stated,)
    possible = zones_of_phone(phone) if phone else zones_of_locale(customer.locale)
    return tuple(possible) or (home_zone(),)


def facts_of(event: TouchpointEvent, customer: Customer | None) -> dict[str, dict]:
    """What conditions may ask about; a column of ours is never replaced by an attribute of the same name."""
    about_customer = {}
    if customer:
        value: Decimal | None = customer.annual_value
        about_customer = {
            **customer.attributes,
            "locale": customer.locale,
            "time_zone": customer.time_zone,
            "preferred_channel": customer.preferred_channel,
            "account_owner": customer.account_owner,
            "annual_value": None if value is None else str(value),
        }
    return {"event": {**event.attributes, "source": event.source.slug}, "customer": about_customer}


def occasion_of_event(
    event: TouchpointEvent,
    rule: TriggerRule,
    *,
    person: Person | None,
    policy: ContactPolicy,
    now: datetime,
    asked_by: str = "",
    conditions: Iterable[TriggerCondition] | None = None,
) -> Occasion:
    return Occasion(
        now=now,
        survey=rule.survey,
        channel=rule.channel,
        policy=policy,
        home_zone=home_zone(),
        person=person,
        touchpoint=event.touchpoint,
        event=event,
        rule=rule,
        conditions=tuple(rule.conditions.all() if conditions is None else conditions),
        facts=facts_of(event, person.customer if person else None),
        reserved=_reserved(rule, person),
        asked_by=asked_by,
        needs_yes=_rests_on_consent(rule.survey.live_version),
    )


def occasion_of_invitation(invitation: Invitation, channel: str, *, now: datetime) -> Occasion:
    """The same for a message that is about to leave. A rule that was deleted meanwhile no longer asks anybody."""
    customer = invitation.customer
    person = person_of(customer, apart_from=invitation) if customer else None
    policy = policy_in_force()
    return Occasion(
        now=now,
        survey=invitation.version.survey,
        channel=channel,
        policy=policy,
        home_zone=home_zone(),
        person=person,
        touchpoint=invitation.touchpoint,
        event=invitation.event,
        rule=invitation.rule,
        reserved=_reserved(invitation.rule, person),
        needs_yes=_rests_on_consent(invitation.version),
    )


def occasion_of_staff(
    customer: Customer, survey: Survey, channel: str, *, touchpoint: Touchpoint | None, now: datetime
) -> Occasion:
    return Occasion(
        now=now,
        survey=survey,
        channel=channel,
        policy=policy_in_force(),
        home_zone=home_zone(),
        person=person_of(customer),
        touchpoint=touchpoint,
        needs_yes=_rests_on_consent(survey.live_version),
    )


def _rests_on_consent(version: SurveyVersion | None) -> bool:
    """As it was published; what stands in the draft changes nothing yet."""
    return version is not None and version.definition.get("legal_basis") == CONSENT


def _reserved(rule: TriggerRule | None, person: Person | None) -> frozenset[int]:
    """The surveys for which a more important rule keeps one ask free."""
    if rule is None or person is None:
        return frozenset()
    more_important = TriggerRule.objects.filter(is_active=True, reserves_ask=True, priority__lt=rule.priority)
    return frozenset(more_important.exclude(survey_id=rule.survey_id).values_list("survey_id", flat=True))
