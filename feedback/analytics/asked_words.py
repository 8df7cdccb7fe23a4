"""How the closed questions of a survey were put, and what each offers, over all of its versions."""

from collections.abc import Iterable, Iterator, Mapping

from surveys.definition.kinds import KINDS, Shape
from surveys.models import SurveyVersion


class AskedWords:
    """What the versions of a survey say about each closed question, the newest first."""

    def __init__(self, definitions: Iterable[Mapping]) -> None:
        self.newest: dict[str, Mapping] = {}
        self.wordings: dict[str, set[str]] = {}
        self.options: dict[str, dict[str, str]] = {}
        for definition in definitions:
            for question in definition.get("questions", ()):
                if question["kind"] in KINDS and KINDS[question["kind"]].shape is not Shape.WORDS:
                    self._add(question)

    @classmethod
    def of(cls, survey: str, version: int | None = None) -> "AskedWords":
        rows = SurveyVersion.objects.filter(survey__slug=survey).order_by("-number")
        if version is not None:
            rows = rows.filter(number=version)
        return cls(rows.values_list("definition", flat=True))

    def _add(self, question: Mapping) -> None:
        key = question["key"]
        self.newest.setdefault(key, question)
        self.wordings.setdefault(key, set()).add(question["text"])
        options = self.options.setdefault(key, {})
        for choice, text in offered(question):
            options.setdefault(choice, text)


def offered(question: Mapping) -> Iterator[tuple[str, str]]:
    kind = KINDS[question["kind"]]
    if kind.is_scale:
        for point in range(kind.minimum, kind.maximum + 1):
            yield str(point), _end(question, point, kind.minimum, kind.maximum)
    elif kind.choices:
        yield from ((key, str(text)) for key, text in kind.choices)
    else:
        yield from ((choice["key"], choice["text"]) for choice in question.get("choices", ()))


def _end(question: Mapping, point: int, lowest: int, highest: int) -> str:
    label = {lowest: question.get("low_label"), highest: question.get("high_label")}.get(point)
    return f"{point} – {label}" if label else str(point)
