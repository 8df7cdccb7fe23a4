"""Who has the page of a case open: enough to see “Ana is replying”, and to mark what is new to whom."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from loop.models import Case, CaseVisit


def note_visit(case: Case, *, doing: str = "", actor: AbstractBaseUser, now: datetime) -> QuerySet[CaseVisit]:
    """Keep that this person sees the case as it stands now, and return who else does."""
    CaseVisit.objects.update_or_create(case=case, user=actor, defaults={"seen_at": now, "doing": doing})
    return case.visits.here(now).exclude(user=actor).select_related("user").order_by("user__first_name", "pk")
