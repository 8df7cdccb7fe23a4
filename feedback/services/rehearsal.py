"""What the words on the screen would find, before anybody saves them."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.models import Answer, Reading
from feedback.sentiment.highlight import Piece
from feedback.services.erasure import ERASED
from feedback.themes.highlight import with_themes
from feedback.themes.match import Rule, Taxonomy
from feedback.themes.syntax import BadRule, read_rule
from vocplatform.lib import lookups  # noqa: F401  registers any_of

NEWEST = 2000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Tried:
    """Of the newest `comments`, `found` would belong to the theme; here are some. Or why the words make no sense."""

    comments: int = 0
    found: int = 0
    examples: tuple[list[Piece], ...] = ()
    problem: str = ""

    @property
    def share(self) -> float:
        return 100 * self.found / self.comments if self.comments else 0.0


def try_words(words: Sequence[tuple[str, str]]) -> Tried:
    """Each pair is a language, empty for any, and the lines of its rule."""
    try:
        rules = [Rule(1, 1, language.strip(), tuple(read_rule(lines))) for language, lines in words]
    except BadRule as problem:
        return Tried(problem=str(problem))
    taxonomy = Taxonomy(rule for rule in rules if rule.lines)
    said = Answer.objects.filter(kind="text", text__isnull=False).exclude(text__in=["", ERASED])
    newest = list(said.order_by("-pk").values_list("pk", "text")[:NEWEST])
    spoken = Reading.objects.filter(answer__any_of=[pk for pk, _text in newest], is_current=True)
    languages = dict(spoken.values_list("answer_id", "language"))
    found = []
    for pk, text in newest:
        if hits := taxonomy.find(text, languages.get(pk, "").partition("-")[0]):
            found.append((text, [(hit.start, hit.end, "1") for hit in hits]))
    examples = tuple(with_themes([Piece(text)], marks) for text, marks in found[:SHOWN])
    return Tried(len(newest), len(found), examples)
