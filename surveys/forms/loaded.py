"""A published version as one process keeps it: read once, drawn once per page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import get_language_info

from surveys.definition.kinds import Shape
from surveys.definition.languages import in_language, languages_of
from surveys.definition.pipe import Pipe, pipes, places
from surveys.definition.rotation import drawn, slots, with_drawn
from surveys.definition.schema import DefinedQuestion, Definition
from surveys.forms.asked import AskedPage, ask_page, first_scale
from surveys.forms.sheet import Sheet

MOST_SHEETS = 200  # per version; branching makes more pages than a survey has
MOST_FACES = 50  # languages times draws


@dataclass
class LoadedSurvey:
    version_id: int
    checksum: str
    definition: Definition
    languages: tuple[str, ...] = ()  # what a reader may choose from
    _sheets: dict[tuple, Sheet] = field(default_factory=dict, repr=False)
    _faces: dict[tuple, "LoadedSurvey"] = field(default_factory=dict, repr=False)

    def face(self, locale: str, person: int | str | None) -> "LoadedSurvey":
        """The survey as one person sees it: in this language, with the rotating questions that she drew.

        Nearly always the survey itself. `person` is None for somebody of whom nothing is known: she draws nothing.
        """
        if not self.has_faces:
            return self
        keys = drawn(self.definition, person) if person is not None else frozenset()
        name = (locale if locale in self.definition.translations else "", keys)
        found = self._faces.get(name)
        if found is None:
            if len(self._faces) >= MOST_FACES:
                self._faces.clear()
            shown = in_language(with_drawn(self.definition, keys), name[0])
            found = self._faces[name] = LoadedSurvey(self.version_id, self.checksum, shown, self._offered())
        return found

    def _offered(self) -> tuple[str, ...]:
        return tuple(languages_of(self.definition)) if self.definition.translations else ()

    @cached_property
    def has_faces(self) -> bool:
        return bool(self.definition.translations) or bool(slots(self.definition))

    @cached_property
    def first_page(self) -> AskedPage:
        """What everybody who opens a link sees first."""
        return ask_page(self.definition, min(self.definition.pages, default=1), {})

    @cached_property
    def pipe_names(self) -> dict[Pipe, str]:
        """The slot in which each pipe's value goes."""
        found = dict.fromkeys(pipe for place in places(self.definition) for pipe in pipes(place.text))
        return {pipe: f"pipe{number}" for number, pipe in enumerate(found)}

    @cached_property
    def fields(self) -> frozenset[str]:
        """What must be looked up before a page can be drawn."""
        return frozenset(pipe.field for pipe in self.pipe_names)

    @cached_property
    def words(self) -> frozenset[str]:
        """The questions that are answered in the customer's own words."""
        texts = (one for one in self.definition.questions if one.nature.shape is Shape.WORDS)
        return frozenset(one.key for one in texts)

    @cached_property
    def first_scale(self) -> DefinedQuestion | None:
        return first_scale(self.definition)

    def sheet(self, key: tuple, draw: Callable[[], Sheet]) -> Sheet:
        """Drawn the first time it is asked for; two threads may draw the same sheet, which harms nobody."""
        sheet = self._sheets.get(key)
        if sheet is None:
            if len(self._sheets) >= MOST_SHEETS:
                self._sheets.clear()
            sheet = self._sheets[key] = draw()
        return sheet


def reading_direction(locale: str) -> str:
    try:
        return "rtl" if get_language_info(locale)["bidi"] else "ltr"
    except KeyError:
        return "ltr"
