"""Praise that means the opposite. The rules want a turn of phrase that people use to complain."""

import re

from .valence import Hit, Scan

TURNS = re.compile(
    r"\bthank(?:s| you)(?: so much| a lot| very much)? for (?:nothing|(?:the |your |my |a |another |making "
    r"|wasting |losing |leaving |ruining |cancell?ing |not |keeping |yet |all the )+(?:\w+ )?(?:delay\w*|wait\w*"
    r"|hour\w*|us|me|lost|cancel\w*|mess|nothing|time|money|day|holiday|vacation|flight|luggage|bags?|answer\w*"
    r"|help\w*|reply\w*|respon\w*))|\b(?:great|nice|good|awesome|fantastic|brilliant|wonderful|lovely|perfect"
    r"|excellent|super)[,.!]+ (?:another|yet another|now (?:i|we|my)|so now|still (?:no|waiting)|more (?:delays?"
    r"|waiting))|\bjust what (?:i|we) (?:need|want)ed[.!]*$|\byeah,? right\b|\bway to (?:go|ruin|lose|treat)\b"
    r"|\bgood luck (?:with|getting|trying|reaching|finding)\b|\b(?:great|nice|good|excellent) (?:job|work"
    r"|way)(?: at| of| to)? (?:losing|ruining|making|wasting|treat|lose|leaving|keep|not)"
    r"|\blots? of fun\b.*\b(?:delay|wait|hold|removed|stuck)|\b(?:love|loving|enjoy|enjoying|nothing like"
    r"|nothing better than) (?:being|sitting|waiting|when (?:you|they|my)|how (?:you|they|my|just)|paying"
    r"|having to|spending)\b|🙄|(?:^|\s)/s\b",
    re.IGNORECASE,
)
# Words without which no turn can match, on either side: looking for them is ten times quicker than the pattern.
CHEERS = frozenset(
    "great nice good love loving enjoy enjoying thanks thank awesome fantastic brilliant wonderful lovely "
    "perfect excellent super fun yeah way just nothing 🙄 s".split()
)
PARTNERS = frozenset(
    "for another yet now so still more needed wanted right go ruin lose treat luck job work being sitting "
    "waiting when how paying having spending fun 🙄 s".split()
)
TURNED = -0.6


def is_ironic(text: str, seen: Scan) -> bool:
    if CHEERS.isdisjoint(seen.words) or PARTNERS.isdisjoint(seen.words):
        return False
    return TURNS.search(text) is not None


def turn(hits: list[Hit]) -> list[Hit]:
    """The same hits with the praise turned into blame."""
    return [hit._replace(valence=hit.valence * TURNED, rule="irony") if hit.valence > 0 else hit for hit in hits]
