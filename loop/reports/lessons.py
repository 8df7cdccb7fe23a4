"""What is over, what came of it, and what was learned: read before something like it is tried again."""

from collections.abc import Sequence

from django.db.models import Case, Q, QuerySet, Value, When

from loop.models import Initiative
from loop.trial.verdict import Verdict

MOST_BESIDE = 3
DROPPED = "dropped"


def lessons_about(words: str = "", *, came: str = "") -> QuerySet[Initiative]:
    """Those without a lesson first, then the newest; every word must occur somewhere in what was written."""
    found = Initiative.objects.over().with_everyone().select_related("read_out")
    for word in words.split():
        said = Q(name__icontains=word) | Q(problem__icontains=word) | Q(change__icontains=word)
        found = found.filter(said | Q(lesson__icontains=word) | Q(touchpoint__name__icontains=word))
    if came == DROPPED:
        found = found.filter(status=Initiative.Status.DROPPED)
    elif came in {verdict.value for verdict in Verdict}:
        found = found.filter(read_out__verdict=came)
    told = Case(When(lesson="", then=Value(0)), default=Value(1))
    return found.alias(told=told).order_by("told", "-updated_at", "-pk")


def lessons_for(initiative: Initiative) -> Sequence[Initiative]:
    """What was learned at the same touchpoint, theme or cause, the newest first."""
    alike = Initiative.objects.about_the_same(initiative).over().exclude(lesson="")
    return list(alike.select_related("read_out").order_by("-updated_at", "-pk")[:MOST_BESIDE])
