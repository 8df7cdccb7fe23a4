"""Which language a comment is written in, and an honest "cannot tell" for texts too short to know.

Most comments are settled by their small words ("the", "und", "muito") without asking the detector.
A short text follows the survey's own language unless one of its words speaks against it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from .data import read_rows
from .engine import NOT_SCORED, NOTHING_TO_READ, OTHER_LANGUAGE, UNKNOWN_LANGUAGE, Engine, Reading
from .weights import load_weights
from .wordbook import wordbook

# ISO 639-1 codes the detector may answer with. Fewer candidates are fewer wrong answers on ten words.
CANDIDATES = (
    "ar bg cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sv th tl tr uk vi zh"
)
READABLE = frozenset({"en"})
UNDETERMINED = "und"  # ISO 639-2: emoji and the like belong to no language

SHORT_WORDS = 4
ENOUGH = 2  # English small words without much against them
SURE = 0.80  # the detector's probability from which it is believed against the survey's language
LIKELY = 0.35  # the same where the words are no English either
MOSTLY, HARDLY = 0.6, 0.34  # share of words that are known English
LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SCRIPT_OTHER_THAN_LATIN = re.compile(
    "[\u0370-\u1cff\u1f00-\u1fff\u2c00-\u2dff\u3040-\u33ff\u3400-\u9fff\ua000-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufeff]"
)
EMOJI = re.compile("[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]|[:;]-?[()DPp/]")


@dataclass(frozen=True, slots=True)
class Heard:
    """The language found (empty when unknown) and, when no engine can read the text, the reason."""

    code: str
    reason: str = ""


def _load_hints() -> dict[str, frozenset[str]]:
    """Each small word with its languages; a word that English shares with others speaks for none."""
    found: dict[str, set[str]] = {}
    for code, words in read_rows("language_hints.tsv"):
        for word in words.split():
            found.setdefault(word, set()).add(code)
    return {word: frozenset(codes) for word, codes in found.items() if codes == {"en"} or "en" not in codes}


LANGUAGES_OF = _load_hints()
ENGLISH = frozenset(word for word, codes in LANGUAGES_OF.items() if "en" in codes)
FOREIGN = frozenset(LANGUAGES_OF) - ENGLISH
IN_ENGLISH = Heard("en")


def detect(text: str, locale: str = "", tokens: list[str] | None = None) -> Heard:
    """The language of a comment. `locale` is the survey's language ("en", "pt-BR") or empty when unknown.

    `tokens` are the text's words in small letters, from whoever has them already.
    """
    words = LETTERS.findall(text.lower()) if tokens is None else tokens
    english = sum(map(ENGLISH.__contains__, words))
    if english >= ENOUGH and english > 2 * sum(map(FOREIGN.__contains__, words)):
        return IN_ENGLISH
    if tokens is not None:
        words = [word for word in tokens if word[0].isalpha()]
    if not words:
        return Heard(UNDETERMINED) if EMOJI.search(text) else Heard("", NOTHING_TO_READ)
    own = locale.replace("_", "-").split("-")[0].lower()
    code = _settle(text, words, own)
    if not code:
        return Heard("", UNKNOWN_LANGUAGE)
    return Heard(code) if code in READABLE else Heard(code, OTHER_LANGUAGE)


def not_scored(engine: Engine, heard: Heard) -> Reading:
    return Reading(engine.name, engine.version, NOT_SCORED, language=heard.code, reason=heard.reason)


def _settle(text: str, words: list[str], own: str) -> str:
    english = sum(map(ENGLISH.__contains__, words))
    foreign = sum(map(FOREIGN.__contains__, words))
    known = sum(map(_english_words().__contains__, words)) / len(words)
    if SCRIPT_OTHER_THAN_LATIN.search(text):
        return _ask_detector(text, own)
    if len(words) >= SHORT_WORDS:
        return "en" if known >= MOSTLY and english > foreign else _ask_detector(text, own, known)
    if english != foreign:
        return "en" if english > foreign else _most_likely(words)
    if own not in READABLE:
        return own
    return own if known else _ask_detector(text, own)


def _most_likely(words: list[str]) -> str:
    """The language that most of the small words belong to; empty where two share them all."""
    votes = Counter(code for word in words if word in FOREIGN for code in LANGUAGES_OF[word])
    (best, most), *others = votes.most_common(2)
    return "" if others and others[0][1] == most else best


def _ask_detector(text: str, own: str, known: float = 0.0) -> str:
    """The detector's answer where it is sure enough, and the survey's own language where it is not.

    It takes less to be believed where hardly a word is known English.
    """
    code, probability = _detector().classify(text)
    if code in READABLE and known < HARDLY:
        probability = 0.0
    if code == own or probability >= (SURE if known >= MOSTLY else LIKELY):
        return code
    return own if known or own not in READABLE else ""


@cache
def _english_words() -> frozenset[str]:
    """Words that English comments use: those we rate, and those the model has met more than once."""
    return frozenset(wordbook().valences) | frozenset(load_weights().words.numbers)


@cache
def _detector():
    """Loaded at the first text that needs it: it takes most of a second and 130 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES.split())
    return identifier
