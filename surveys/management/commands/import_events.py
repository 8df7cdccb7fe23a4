from django.utils import timezone

from surveys.imports.command import ImportCommand
from surveys.imports.events import EventMapping
from surveys.imports.run import singly


class Command(ImportCommand):
    help = "Take events from a CSV file. Rules decide about them as about any event; most are too old to ask."
    kind = "events"
    tables = frozenset({"source", "event", "journey"})

    def prepare(self, mapping: dict, options: dict):
        events = EventMapping(mapping)
        return events.columns, lambda: singly(events.taker(now=timezone.now()))
