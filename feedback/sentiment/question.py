"""What a question asks for. "Nothing" is praise under "What could we do better?" and blame under "What was good?"."""

import re
from functools import lru_cache

FAULTS = "faults"  # asks what to change: whatever is answered is a fault or a wish
MERITS = "merits"  # asks what was good
OPEN = "open"  # asks why, or anything

ASKS_FAULTS = re.compile(
    r"improv|\bbetter\b|differen|\bchange\b|disappoint|dissatisf|unhapp|dislike|didn't like|did not like"
    r"|went wrong|go wrong|gone wrong|\bwrong\b|missing|\black|frustrat|difficult|problem|issue|complain"
    r"|least like|like least|worst|\bbad\b|negative|wish\b|suggest|stop doing|annoy|prevent|stopped you|obstacle"
    r"|worse|fell short|fix\b",
    re.IGNORECASE,
)
ASKS_MERITS = re.compile(
    r"\b(?:was|were|is|did|do|do we do|we do|went|worked|work|going|goes) (?:particularly |really )?(?:good|well"
    r"|great|best)\b|like (?:the )?most|most like|liked|\blove\b|enjoy|\bbest\b|positive|please[sd]|\bhappy\b"
    r"|impress|praise|(?<!dis)(?<!un)satisfied with|thank|appreciat|strength|keep doing|delight",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def asked_for(question: str) -> str:
    faults, merits = bool(ASKS_FAULTS.search(question)), bool(ASKS_MERITS.search(question))
    if faults == merits:
        return OPEN
    return FAULTS if faults else MERITS
