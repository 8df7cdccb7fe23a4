"""Praise that means the opposite. Only turns of phrase that people use to complain count: beside a mishap alone, thanks
are mostly meant.
"""

import re

from .valence import Hit, Scan

PRAISE = "great|nice|good|awesome|fantastic|brilliant|wonderful|lovely|perfect|excellent|super"
MISHAP = r"nothing\b|no |(?:the |your |my |a |(?:yet )?another |all the )(?:\S+ ){0,2}(?:delay|wait\b|cancel|mess\b)"
HARM = r"making (?:me|us) (?:wait|miss)|wast|losing|leaving (?:me|us)|ruin|cancell?ing|never |not (?:tell|help|call)"

# Words that must be there, on either side, before the pattern is tried: looking for them is ten times quicker.
TURNS = (
    ("thanks thank", "for", rf"\bthank(?:s| you)(?: so much| a lot)? for (?:{MISHAP}|{HARM})"),
    (
        PRAISE.replace("|", " "),
        "another now still more",
        rf"\b(?:{PRAISE})[,.!]+ (?:(?:yet )?another|so now|now (?:i|we) (?:have|must|need|get|can't)|still (?:no"
        r"|waiting)|more (?:delay|wait))",
    ),
    (
        "great nice good excellent",
        "job work way",
        r"\b(?:great|nice|good|excellent) (?:job|work|way)(?: at| of| to)? "
        r"(?:losing|ruin|making (?:me|us) (?:wait|miss)|wasting|treat|lose|leaving (?:me|us))",
    ),
    ("luck", "good", r"\bgood luck (?:with (?:that|them|this)|getting|trying|reaching|finding)\b"),
    ("yeah", "right", r"\byeah,? right\b"),
    ("if", "mean", r"\bif by \S+ (?:you|they|we) mean\b"),
    ("way", "go ruin lose treat", r"\bway to (?:ruin|lose|treat)\b"),
    ("fun", "delay delayed wait hold removed stuck", r"\blots? o(?:f|') fun\b"),
    (
        "love loving enjoy enjoying nothing",
        "being sitting waiting when how paying having spending",
        r"\b(?:love|loving|enjoy|enjoying|nothing like|nothing better than) "
        r"(?:being (?:told|left|stuck|ignored|kept|put|lied)|sitting|waiting|when (?:they|my)|paying|having to"
        r"|how (?:they|you) (?:keep|never|don't|can't|just))\b",
    ),
    ("🙄", "🙄", "🙄"),
)
PATTERNS = tuple(
    (frozenset(one.split()), frozenset(other.split()), re.compile(pattern)) for one, other, pattern in TURNS
)
BEGINNINGS = frozenset().union(*(one for one, _, _ in PATTERNS))
TURNED = -0.6


def is_ironic(seen: Scan) -> bool:
    if BEGINNINGS.isdisjoint(seen.words):
        return False
    words = frozenset(seen.words)
    return any(
        not one.isdisjoint(words) and not other.isdisjoint(words) and pattern.search(seen.low)
        for one, other, pattern in PATTERNS
    )


def turn(hits: list[Hit]) -> list[Hit]:
    """The same hits with the praise turned into blame."""
    return [hit._replace(valence=hit.valence * TURNED, rule="irony") if hit.valence > 0 else hit for hit in hits]
