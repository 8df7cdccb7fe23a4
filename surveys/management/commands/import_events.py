from django.utils import timezone

from surveys.imports.command import ImportCommand
from surveys.imports.events import EventMapping


class Command(ImportCommand):
    help = "Take events from a CSV file. Rules decide about them as about any event; most are too old to ask."
    kind = "events"
    tables = frozenset({"source", "event", "journey"})

    def prepare(self, mapping: dict, options: dict):
        events = EventMapping(mapping)
        return events.columns, lambda: events.taker(now=timezone.now())
