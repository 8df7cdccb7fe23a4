from django.utils import timezone

from feedback.imports.responses import ResponseMapping
from surveys.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Take answers from a CSV file; each is scored and counted. Answers older than 30 days open no cases."
    kind = "responses"
    tables = frozenset({"survey", "response", "answers", "missing", "journey"})

    def prepare(self, mapping: dict, options: dict):
        responses = ResponseMapping(mapping)
        return responses.columns, lambda: responses.taker(now=timezone.now())
