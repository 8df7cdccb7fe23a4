"""How well the machine reads the comments of this house, by what people said of the same ones."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from feedback.metrics.agreement import Agreement
from feedback.metrics.figure import Figure
from feedback.models import BlindLabel, Correction, Reading

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Group:
    """One engine in one version on the comments of one language."""

    language: str
    engine: str
    version: str
    is_current: bool
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`overall` is about the readings that count now; `groups` also about those of earlier versions."""

    overall: Agreement
    groups: list[Group]
    drawn: int
    waiting: int
    unclear: int


def machine_accuracy() -> Figure:
    """Percent of blindly labelled comments that the machine reads as people do; stands beside sentiment figures."""
    return _agreement(_compared().filter(is_current=True), "answer__blind_label__label", "label").accuracy


def read_accuracy() -> Accuracy:
    counts: dict[tuple, dict] = defaultdict(dict)
    rows = _compared().values_list(
        "is_current", "engine", "engine_version", "language", "answer__blind_label__label", "label"
    )
    for *group, person, machine, n in rows.annotate(n=Count("pk")):
        counts[tuple(group)][person, machine] = n
    groups = [
        Group(language, engine, version, is_current, Agreement(found))
        for (is_current, engine, version, language), found in counts.items()
    ]
    groups.sort(key=lambda group: (not group.is_current, -group.agreement.n, group.language))
    drawn = BlindLabel.objects.count()
    waiting = BlindLabel.objects.filter(labelled_at__isnull=True).count()
    unclear = BlindLabel.objects.filter(labelled_at__isnull=False, label="").count()
    return Accuracy(_added(group.agreement for group in groups if group.is_current), groups, drawn, waiting, unclear)


def read_differently(limit: int = SHOWN) -> QuerySet[Reading]:
    """The readings of today that do not share the blind label of their comment, latest label first."""
    differing = _compared().filter(is_current=True).exclude(label=F("answer__blind_label__label"))
    return differing.select_related("answer__blind_label").order_by("-answer__blind_label__labelled_at", "-pk")[:limit]


def corrected() -> Agreement:
    """What people put in the place of the machine's label. They correct what looks wrong, so this is no accuracy."""
    rows = Correction.objects.in_force().order_by().filter(reading__status=Reading.Status.SCORED)
    return _agreement(rows, "label", "reading__label")


def latest_corrections(limit: int = SHOWN) -> QuerySet[Correction]:
    return Correction.objects.in_force().select_related("answer", "reading", "corrected_by")[:limit]


def _compared() -> QuerySet[Reading]:
    """The readings, also those of earlier versions, of comments that somebody labelled blindly."""
    labelled = Reading.objects.filter(status=Reading.Status.SCORED, answer__blind_label__labelled_at__isnull=False)
    return labelled.exclude(answer__blind_label__label="").order_by()


def _agreement(rows: QuerySet, person: str, machine: str) -> Agreement:
    return Agreement(
        {(mine, theirs): n for mine, theirs, n in rows.values_list(person, machine).annotate(n=Count("pk"))}
    )


def _added(agreements) -> Agreement:
    total: dict[tuple[str, str], int] = defaultdict(int)
    for agreement in agreements:
        for pair, n in agreement.counts.items():
            total[pair] += n
    return Agreement(dict(total))
