"""What each metric is for and where its lines lie: rows that staff edit, and the catalogue where there is no row."""

from dataclasses import fields

from feedback.metrics.catalogue import CATALOGUE, Described
from feedback.metrics.status import Lines
from feedback.models import MetricDefinition

NOT_IN_ROWS = ("source", "axis")


def fields_of(described: Described) -> dict:
    """The catalogue's entry as fields of a row."""
    return {each.name: getattr(described, each.name) for each in fields(described) if each.name not in NOT_IN_ROWS}


def definitions() -> dict[str, MetricDefinition]:
    """Return every metric in the order of the list, in one query; a metric without a row stands as first described."""
    rows = {row.key: row for row in MetricDefinition.objects.filter(key__in=CATALOGUE)}
    found = {
        key: rows.get(key) or MetricDefinition(**fields_of(described), position=position)
        for position, (key, described) in enumerate(CATALOGUE.items())
    }
    return dict(sorted(found.items(), key=lambda each: each[1].position))


def lines_of(definition: MetricDefinition) -> Lines:
    return Lines(definition.direction, definition.target, definition.watch_at, definition.act_at)


def read_lines() -> dict[str, Lines]:
    return {key: lines_of(definition) for key, definition in definitions().items()}
