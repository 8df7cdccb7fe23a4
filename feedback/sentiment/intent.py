"""What a comment asks of us: an answer, a change, or nothing but to be passed on to those it praises."""

import re

from .engine import NEGATIVE, POSITIVE
from .features import COMPARATIVES, IMPERATIVES, WISHES
from .question import FAULTS
from .valence import Scan

RESPONSE_NEEDED = "response_needed"
SUGGESTION = "suggestion"
PRAISE = "praise"
OTHER = "other"

CERTAIN = 0.9

REQUEST = re.compile(
    r"\b(?:please|pls|kindly|can|could|will|would) (?:you |someone |somebody |anyone )?(?:please )?(?:call|ring"
    r"|phone|contact|e-?mail|reply|respond|advise|explain|refund|confirm|get back|look into|fix|check|send|resolve"
    r"|let me know|tell me|help me)\b|\b(?:call|ring|phone|contact|e-?mail|get back to|reply to|respond to"
    r"|write to) me\b|\bget in touch\b|\bmy (?:number|case|order|complaint|claim|ticket|booking|reference) (?:is"
    r"|number|no|has|was|still)\b|\b(?:still|been) (?:waiting|not (?:heard|received|been))|\b(?:haven'?t|have not"
    r"|not) (?:heard|received|had (?:a|any) (?:reply|response))|\b(?:want|need|demand|expect|owed|awaiting"
    r"|waiting for) (?:a |an |my |the |some )?(?:full )?(?:refund|answer|reply|response|apology|explanation"
    r"|compensation|money|call ?back|replacement)|\b(?:formal|official|make a|making a|file a|raise a) complaint\b"
    r"|\b(?:lawyer|solicitor|ombudsman|legal action|trading standards|sue|court|chargeback)\b|\b(?:cancel"
    r"|cancell?ing|close|closing) (?:my|our) (?:account|contract|subscription|membership|policy)\b|\b(?:switch"
    r"|switching|moving|leaving|going) to (?:a |another |your )?(?:competitor|different|another|other)",
    re.IGNORECASE,
)
HARM = re.compile(
    r"\b(?:suicid\w*|self[- ]?harm\w*|kill (?:my|him|her)self|end my life|unsafe|injur(?:y|ed|ies)|assault\w*"
    r"|abused?|discriminat\w*|racis[mt]|harass\w*|bullied|data breach|fraud|stolen|infection|wrong (?:medication"
    r"|medicine|dose))\b",
    re.IGNORECASE,
)
# A word without which neither of the first two patterns can match: looking for it is ten times quicker.
TRIGGERS = frozenset(
    "call ring phone contact email mail write reply respond advise explain refund confirm back fix check resolve "
    "send know tell touch number case order complaint claim ticket booking reference waiting heard received "
    "response answer apology explanation compensation money callback replacement lawyer solicitor ombudsman legal "
    "trading sue court chargeback account contract subscription membership policy competitor switch switching".split()
)
HARMS = frozenset(
    "suicide suicidal self harm harmed kill end life unsafe injury injured injuries assault assaulted abuse abused "
    "racist racism discrimination discriminated harassed harassment bullied breach fraud stolen infection "
    "medication medicine dose".split()
)


def intent_of(seen: Scan, label: str, p_negative: float, asked: str, is_nothing: bool) -> str:
    if is_nothing:
        return OTHER
    if label == POSITIVE:
        return PRAISE
    words = seen.words
    if not TRIGGERS.isdisjoint(words) and REQUEST.search(seen.low):
        return RESPONSE_NEEDED
    if label == NEGATIVE and _is_grave(seen, p_negative):
        return RESPONSE_NEEDED
    if asked == FAULTS or not WISHES.isdisjoint(words) or not COMPARATIVES.isdisjoint(words):
        return SUGGESTION
    return SUGGESTION if words and words[0] in IMPERATIVES else OTHER


def _is_grave(seen: Scan, p_negative: float) -> bool:
    if p_negative >= CERTAIN and "?" in seen.low:
        return True
    return not HARMS.isdisjoint(seen.words) and HARM.search(seen.low) is not None
