"""Plain VADER behind the engine protocol: the base everything else is measured against."""

import re
from collections.abc import Sequence
from importlib.metadata import version

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer, SentiText

from . import language
from .data import read_rows
from .engine import NEGATIVE, NEUTRAL, NO_CONTEXT, POSITIVE, SCORED, Context, Reading, Span

WORD = re.compile(r"\S+")
THRESHOLD = 0.05  # the cut that VADER's authors publish

# VADER spells an emoji out and then looks the words up; these it spells in words that its lexicon does not have.
EMOJI_VALENCE = {emoji: float(valence) for valence, listed in read_rows("emoji.tsv") for emoji in listed.split()}


class VaderEngine:
    name = "vader"
    version = f"{version('vaderSentiment')}+emoji1"

    def __init__(self) -> None:
        self.analyzer = SentimentIntensityAnalyzer()
        for position, (emoji, valence) in enumerate(EMOJI_VALENCE.items()):
            word = f"emoji-{position}"
            self.analyzer.emojis[emoji] = word
            self.analyzer.lexicon[word] = valence

    @staticmethod
    def stock() -> SentimentIntensityAnalyzer:
        """VADER as it comes, for comparison."""
        return SentimentIntensityAnalyzer()

    def read(self, text: str, context: Context = NO_CONTEXT) -> Reading:
        heard = language.detect(text, context.locale)
        if heard.reason:
            return language.not_scored(self, heard)
        compound = self.analyzer.polarity_scores(text)["compound"]
        label = NEGATIVE if compound <= -THRESHOLD else POSITIVE if compound >= THRESHOLD else NEUTRAL
        return Reading(
            engine=self.name,
            engine_version=self.version,
            status=SCORED,
            language=heard.code,
            label=label,
            compound=compound,
            p_negative=(1 - compound) / 2,
            p_positive=(1 + compound) / 2,
            spans=self.explain(text),
        )

    def read_many(self, comments: Sequence[tuple[str, Context]]) -> list[Reading]:
        return [self.read(text, context) for text, context in comments]

    def explain(self, text: str) -> tuple[Span, ...]:
        """The words that VADER rated, each with the valence it had in this text."""
        spelled, origin = self._spell_emoji(text)
        sentence = SentiText(spelled)
        spans = []
        for position, found in enumerate(WORD.finditer(spelled)):
            word = sentence.words_and_emoticons[position]
            valence = self.analyzer.sentiment_valence(0, sentence, word, position, [])[0]
            if valence:
                start = found.start() + found.group().index(word)
                last = start + len(word) - 1
                spans.append(Span(origin[start], origin[last] + 1, round(valence, 3), "vader"))
        return tuple(spans)

    def _spell_emoji(self, text: str) -> tuple[str, list[int]]:
        """The text with its emoji in words, as VADER reads it, and for each character the place it came from."""
        pieces = [f" {self.analyzer.emojis[char]} " if char in self.analyzer.emojis else char for char in text]
        origin = [place for place, piece in enumerate(pieces) for _ in piece]
        return "".join(pieces), origin
