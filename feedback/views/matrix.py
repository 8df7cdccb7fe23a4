"""A table of two readers as the page shows it: a row for what people say, a column for what the machine says."""

from dataclasses import dataclass

from feedback.metrics.agreement import LABELS, Agreement
from feedback.metrics.figure import Figure
from feedback.models import Reading


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    name: str
    cells: list[Cell]
    n: int
    recall: Figure


@dataclass(frozen=True, slots=True)
class Matrix:
    names: list[str]
    rows: list[Row]
    precisions: list[Figure]
    agreement: Agreement


def matrix_of(agreement: Agreement) -> Matrix:
    names = {label: str(Reading.Label(label).label) for label in LABELS}
    rows = [
        Row(
            label,
            names[label],
            [Cell(agreement.counts.get((label, other), 0), label == other) for other in LABELS],
            agreement.by_person(label),
            agreement.recall(label),
        )
        for label in LABELS
    ]
    return Matrix(list(names.values()), rows, [agreement.precision(label) for label in LABELS], agreement)
