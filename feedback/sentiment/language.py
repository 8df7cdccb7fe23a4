"""Which language a comment is written in, and an honest "cannot tell" for texts too short to know.

Most comments are settled by their small words ("the", "und", "muito") without asking the detector.
A short text follows the survey's own language unless one of its words speaks against it.
"""

import re
from dataclasses import dataclass
from functools import cache

from .data import read_rows
from .engine import NOT_SCORED, NOTHING_TO_READ, OTHER_LANGUAGE, UNKNOWN_LANGUAGE, Engine, Reading

# ISO 639-1 codes the detector may answer with. Fewer candidates are fewer wrong answers on ten words.
CANDIDATES = (
    "ar bg cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sv th tl tr uk vi zh"
)
READABLE = frozenset({"en"})
UNDETERMINED = "und"  # ISO 639-2: emoji and the like belong to no language

SHORT_WORDS = 4
SURE = 0.80  # the detector's probability from which it is believed against the survey's language
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


def _load_hints() -> dict[str, str]:
    """Each small word with its language; a word that two languages share speaks for neither."""
    found: dict[str, set[str]] = {}
    for code, words in read_rows("language_hints.tsv"):
        for word in words.split():
            found.setdefault(word, set()).add(code)
    return {word: codes.pop() for word, codes in found.items() if len(codes) == 1}


LANGUAGE_OF = _load_hints()


def detect(text: str, locale: str = "") -> Heard:
    """The language of a comment. `locale` is the survey's language ("en", "pt-BR") or empty when unknown."""
    words = LETTERS.findall(text.lower())
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
    votes: dict[str, int] = {}
    for word in words:
        code = LANGUAGE_OF.get(word)
        if code:
            votes[code] = votes.get(code, 0) + 1
    english = votes.pop("en", 0)
    foreign = max(votes.values(), default=0)
    if english >= 2 and english > 2 * foreign:
        return "en"
    if SCRIPT_OTHER_THAN_LATIN.search(text) or len(words) >= SHORT_WORDS:
        return _ask_detector(text, own, english, foreign)
    if english != foreign:
        return "en" if english > foreign else max(votes, key=votes.__getitem__)
    return own


def _ask_detector(text: str, own: str, english: int, foreign: int) -> str:
    code, probability = _detector().classify(text)
    if code == own or probability >= SURE:
        return code
    if english > foreign:
        return "en"
    return own


@cache
def _detector():
    """Loaded at the first text that needs it: it takes most of a second and 130 MB."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(CANDIDATES.split())
    return identifier
