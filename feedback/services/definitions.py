"""The metrics that a new installation starts with; what staff edited stays."""

from django.conf import settings
from django.db import transaction
from django.utils import translation

from feedback.analytics.definitions import fields_of
from feedback.metrics.catalogue import CATALOGUE, Described
from feedback.models import MetricDefinition

TEXTS = ("name", "purpose", "formula")


@transaction.atomic
def ensure_metric_defaults(*, locale: str | None = None) -> int:
    """Write a row for each metric that has none; return how many were missing. Twice is once."""
    there = set(MetricDefinition.objects.values_list("key", flat=True))
    with translation.override(locale or settings.LANGUAGE_CODE):
        missing = [
            MetricDefinition(**_in_words(described), position=position)
            for position, (key, described) in enumerate(CATALOGUE.items())
            if key not in there
        ]
    return len(MetricDefinition.objects.bulk_create(missing))


def _in_words(described: Described) -> dict:
    """Texts are kept as they read in the installation's language."""
    fields = fields_of(described)
    return fields | {name: str(fields[name]) for name in TEXTS}
