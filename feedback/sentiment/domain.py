"""Our own engine: VADER's lexicon and our own, rules over clauses, and a small model on top.

Two steps. The text alone gives chances of negative, neutral and positive; the question and the score beside it, where
known, correct them. Texts are read in batches, because the model costs the same for one as for hundreds.
"""

import gc
from collections.abc import Iterator, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from . import language
from .blocks import line_up
from .conflict import COMMENT_IS_WORSE, conflict_of
from .context import context_features, is_nothing
from .engine import MIXED, NEGATIVE, NEUTRAL, NO_CONTEXT, NOTHING_TO_READ, POSITIVE, SCORED, Context, Reading
from .explain import learned_spans, moved, rated_spans, whole_text
from .features import features
from .grams import shape_of, words_of
from .intent import intent_of
from .irony import is_ironic, turn
from .markup import places_in, unmarked
from .question import FAULTS, MERITS, asked_for
from .valence import Scan, scan
from .weights import Weights, chances_of, load_weights

BATCH = 1000
NEUTRAL_FAVOUR = 2.0  # neutral is rare where the model learned; without this it would hardly ever be said
MIXED_EACH = 0.2  # both chances must reach this, and a "but" must stand between clear praise and clear blame
CLEAR_VALENCE = 1.0
UNSURE_BELOW = 0.45
GRAVE_VALENCE = -2.8

Chances = tuple[float, float, float]  # of negative, neutral and positive


class Heard(NamedTuple):
    """One comment on its way through the engine: as it was written, and without what a web page left in it."""

    written: str
    text: str
    context: Context
    language: str
    seen: Scan
    is_ironic: bool
    asked: str
    is_nothing: bool

    @property
    def has_context(self) -> bool:
        return bool(self.asked) or self.context.score is not None


class DomainEngine:
    name = "voc"

    def __init__(self) -> None:
        self.weights = load_weights()
        self.version = self.weights.version
        self._turn = Lock()  # the words remembered while reading are not made for two at once
        gc.freeze()  # words and weights stay for good: the collector need not look through them again and again

    def read(self, text: str, context: Context = NO_CONTEXT) -> Reading:
        return self.read_many([(text, context)])[0]

    def read_many(self, comments: Sequence[tuple[str, Context]]) -> list[Reading]:
        with self._turn:
            return [
                reading
                for start in range(0, len(comments), BATCH)
                for reading in self._read_batch(comments[start : start + BATCH])
            ]

    def _read_batch(self, comments: Sequence[tuple[str, Context]]) -> list[Reading]:
        readings: list[Reading | None] = []
        readable: list[Heard] = []
        for written, context in comments:
            text = unmarked(written)
            seen, ironic = look(text)
            spoken = language.detect(text, context.locale, seen.words)
            if spoken.reason and not (spoken.reason == NOTHING_TO_READ and seen.hits):  # "10/10" has no words
                readings.append(language.not_scored(self, spoken))
                continue
            asked = asked_for(context.question) if context.question else ""
            nothing = bool(asked) and is_nothing(seen)
            code = spoken.code or language.UNDETERMINED
            readable.append(Heard(written, text, context, code, seen, ironic, asked, nothing))
            readings.append(None)
        scored = iter(self._score(readable) if readable else ())
        return [reading or next(scored) for reading in readings]

    def _score(self, comments: list[Heard]) -> Iterator[Reading]:
        rows, lengths = text_rows([heard.text for heard in comments], [heard.seen for heard in comments], self.weights)
        alone = chances_of(self.weights.text(rows))
        final = self._with_context(comments, alone)
        figures = zip(comments, alone.tolist(), final.tolist(), lengths.tolist(), strict=True)
        return (self._as_reading(*figure) for figure in figures)

    def _with_context(self, comments: list[Heard], alone: np.ndarray) -> np.ndarray:
        places = [place for place, heard in enumerate(comments) if heard.has_context]
        if not places:
            return alone
        rows = [context_features(alone[place], comments[place].seen, comments[place].context) for place in places]
        final = alone.copy()
        final[places] = chances_of(self.weights.context(np.array(rows)))
        return final

    def _as_reading(self, heard: Heard, alone: Chances, chances: Chances, length: float) -> Reading:
        seen = heard.seen
        negative, _, positive = chances
        label = label_of(chances, seen)
        spans = (
            rated_spans(seen)
            or learned_spans(seen, self.weights.words, self.weights.word_pull, length)
            or whole_text(heard.text, positive - negative)
        )
        return Reading(
            engine=self.name,
            engine_version=self.version,
            status=SCORED,
            language=heard.language,
            label=label,
            compound=round(positive - negative, 4),
            p_negative=round(negative, 4),
            p_positive=round(positive, 4),
            intent=intent_of(seen, label, negative, heard.asked, heard.is_nothing),
            flags=tuple(flags_of(heard, alone, chances)),
            spans=tuple(spans if heard.text == heard.written else moved(spans, places_in(heard.written))),
        )


def look(text: str) -> tuple[Scan, bool]:
    """The text scanned, with its praise turned into blame where it is ironic."""
    seen = scan(text)
    ironic = is_ironic(seen)
    return (seen._replace(hits=turn(seen.hits)) if ironic else seen), ironic


def text_rows(texts: list[str], scans: list[Scan], weights: Weights) -> tuple[np.ndarray, np.ndarray]:
    """The inputs of the first step, and the lengths that the words' weights were divided by."""
    words = [words_of(seen) for seen in scans]
    by_words = weights.words.score(line_up([weights.words.number(listed) for listed in words]))
    by_letters = weights.letters.score(words)
    by_shapes = weights.shapes.score(line_up([weights.shapes.number(shape_of(seen)) for seen in scans]))
    plain = np.array([features(text, seen) for text, seen in zip(texts, scans, strict=True)])
    columns = [column for scores in (by_words, by_letters, by_shapes) for column in (scores.negative, scores.positive)]
    return np.column_stack([plain, *columns]), by_words.length


def label_of(chances: Chances, seen: Scan) -> str:
    negative, neutral, positive = chances
    if min(negative, positive) >= MIXED_EACH and _contrasts(seen):
        return MIXED
    if neutral * NEUTRAL_FAVOUR >= max(negative, positive):
        return NEUTRAL
    return NEGATIVE if negative >= positive else POSITIVE


def _contrasts(seen: Scan) -> bool:
    before = sum(hit.valence for hit in seen.hits if not hit.after_contrast)
    after = sum(hit.valence for hit in seen.hits if hit.after_contrast)
    return before * after < 0 and min(abs(before), abs(after)) >= CLEAR_VALENCE


def flags_of(heard: Heard, alone: Chances, chances: Chances) -> Iterator[str]:
    if max(chances) < UNSURE_BELOW:
        yield "unsure"
    if heard.is_ironic:
        yield "irony"
    if heard.is_nothing and heard.asked == FAULTS:
        yield "nothing_to_improve"
    elif heard.is_nothing and heard.asked == MERITS:
        yield "nothing_good"
    elif conflict := _conflict(heard, alone):
        yield conflict


def _conflict(heard: Heard, alone: Chances) -> str:
    """Where the question asks for faults, one beside a good score contradicts nothing unless it is a grave one."""
    found = conflict_of(heard.context.goodness, alone[0], alone[2])
    was_asked_for = heard.asked == FAULTS and not any(hit.valence <= GRAVE_VALENCE for hit in heard.seen.hits)
    return "" if found == COMMENT_IS_WORSE and was_asked_for else found
