"""Kind words go to whom they are about. Who that is, the event says, or the comment by name; else it is the team."""

import re
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Reading, Response
from loop.hooks import praise_routed
from loop.models import Praise, PraiseNotice
from loop.services.notices import mail_due_at
from surveys.models import Team

STAFF_ATTRIBUTE = "staff"  # what the sending system calls the user name of whoever served the customer


@transaction.atomic
def route_praise(response: Response, *, now: datetime) -> Praise | None:
    """Once per response; None where the comment is no praise, or nobody could be meant."""
    comment = praise_in(response)
    if comment is None:
        return None
    team = response.touchpoint.owner_team if response.touchpoint else None
    person, reason = whom(response, comment, team)
    if person is None and team is None:
        return None
    reason = reason or _("It was said at a touchpoint of this team.")
    praise, is_new = Praise.objects.get_or_create(
        response=response, defaults={"team": team, "person": person, "reason": reason, "routed_at": now}
    )
    if is_new and person is not None and person.has_perm("loop.view_praise"):
        notice = PraiseNotice.objects.create(praise=praise, due_at=mail_due_at(person, now=now))
        praise_routed.announce(notice.pk)
    return praise


def praise_in(response: Response) -> str | None:
    """The comment, where it is praise and nothing else stands in the way of passing it on."""
    if response.is_test or response.is_flagged:
        return None
    read = Reading.objects.filter(
        answer__response=response, is_current=True, intent=Reading.Intent.PRAISE, label=Reading.Label.POSITIVE
    )
    return read.order_by("answer").values_list("answer__text", flat=True).first()


def whom(response: Response, comment: str, team: Team | None) -> tuple[AbstractBaseUser | None, str]:
    """Nobody is guessed: a name must be the full one, or the first name of only one person in the team."""
    people = get_user_model().objects.filter(is_active=True)
    event = response.invitation.event if response.invitation else None
    named = str((event.attributes if event else {}).get(STAFF_ATTRIBUTE, "")).strip()
    if named and (person := people.filter(username=named).first()):
        return person, _("The event says who served the customer.")
    members = list(team.members.filter(is_active=True).exclude(first_name="")) if team else []
    words = set(re.findall(r"\w+", comment.casefold()))
    full = [each for each in members if each.last_name and _spoken(each.get_full_name(), words)]
    if len(full) == 1:
        return full[0], _("The comment names this person.")
    first = [each for each in members if _spoken(each.first_name, words)]
    return (first[0], _("The comment names this person.")) if len(first) == 1 and not full else (None, "")


def _spoken(name: str, words: set[str]) -> bool:
    return set(re.findall(r"\w+", name.casefold())) <= words


def see_praise(person: AbstractBaseUser, *, now: datetime) -> int:
    """The praised person says so."""
    return Praise.objects.filter(person=person, seen_at__isnull=True).update(seen_at=now)
