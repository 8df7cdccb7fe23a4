"""Questions that push towards an answer: leading words, and choices that do not balance.

Hints, not verdicts: word lists in English and German, on the advice of F. Fowler, "Improving Survey Questions", 1995,
and of Pew Research Center, "Writing Survey Questions", 2021.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.definition.kinds import Shape
from surveys.definition.problem import Problem, named, warning
from surveys.definition.schema import DefinedQuestion, Definition

LEADING = {
    "en": re.compile(
        r"\b(don'?t you (agree|think)|wouldn'?t you|isn'?t it|how (great|amazing|excellent|wonderful|fantastic|bad"
        r"|awful|terrible|much (did|do) you (love|enjoy|like))|obviously|of course|surely|as you know|everyone knows"
        r"|most people (think|agree|believe)|our (great|excellent|amazing|award-winning|world-class))\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\b(finden sie nicht auch|sind sie nicht auch|stimmen sie nicht|wie (großartig|toll|hervorragend|ausgezeichnet"
        r"|schlecht|furchtbar)|natürlich|selbstverständlich|sicherlich|bekanntlich|wie sie wissen|die meisten menschen"
        r"|unser\w* (großartig|toll|hervorragend|ausgezeichnet|preisgekrönt)\w*)\b",
        re.IGNORECASE,
    ),
}
# The good ones are looked for after the bad ones have been taken out: "not satisfied" is bad, not good.
BAD = {
    "en": r"\b(not( at all| very)? (satisfied|happy|good|likely|easy|helpful|important|clear)|dissatisfied|unhappy|bad"
    r"|poor|worse|worst|awful|terrible|difficult|hard|unlikely|unhelpful|slow|unclear|disagree|never|below)\b",
    "de": r"\b(nicht (zufrieden|gut|hilfreich|wichtig|klar|einfach)|unzufrieden|schlecht\w*|mangelhaft|ungenügend"
    r"|schwierig|schwer|unwahrscheinlich|langsam|unklar|nie)\b",
}
GOOD = {
    "en": r"\b(satisfied|happy|good|better|best|great|excellent|easy|likely|helpful|outstanding|fast|clear|agree|always"
    r"|above)\b",
    "de": r"\b(zufrieden\w*|gut\w*|besser|beste\w*|sehr gut|ausgezeichnet|hervorragend|einfach|leicht|wahrscheinlich"
    r"|hilfreich|schnell|klar|immer)\b",
}


def check_bias(definition: Definition) -> Iterator[Problem]:
    language = definition.locale.partition("-")[0].lower()
    if language not in LEADING:
        return
    for question in definition.questions:
        found = LEADING[language].search(question.text.replace("’", "'"))
        if found:
            sentence = _("%(question)s leads: “%(words)s” tells people what to say.")
            yield warning(sentence % {"question": named(question), "words": found[0]}, question)
        yield from _check_balance(question, language)


def _check_balance(question: DefinedQuestion, language: str) -> Iterator[Problem]:
    name = {"question": named(question)}
    if question.nature.is_scale:
        low, high = (lean(label, language) for label in (question.low_label, question.high_label))
        if low == high != 0:
            yield warning(_("Both ends of the scale of %(question)s lie on the same side.") % name, question)
    elif question.nature.shape is Shape.KEY:
        leans = [lean(choice.text, language) for choice in question.choices]
        good, bad = leans.count(1), leans.count(-1)
        if good + bad >= 3 and abs(good - bad) > 1:
            sentence = _("The choices of %(question)s do not balance: %(good)s sound good, %(bad)s sound bad.")
            yield warning(sentence % {**name, "good": good, "bad": bad}, question)


def lean(text: str, language: str) -> int:
    """1 for a good word, -1 for a bad one, 0 for neither or both."""
    rest, bad = re.subn(BAD[language], " ", text, flags=re.IGNORECASE)
    good = re.search(GOOD[language], rest, re.IGNORECASE) is not None
    return int(good) - int(bad > 0)
