from django.utils import timezone

from surveys.imports.command import ImportCommand
from surveys.imports.customers import CustomerMapping
from surveys.imports.run import singly


class Command(ImportCommand):
    help = "Take customers from a CSV file. Known customers are brought up to date, never doubled."
    kind = "customers"
    tables = frozenset({"customer"})

    def prepare(self, mapping: dict, options: dict):
        customers = CustomerMapping(mapping)
        return customers.columns, lambda: singly(customers.taker(now=timezone.now()))
