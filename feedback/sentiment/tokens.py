"""Text into words, numbers, faces and marks."""

import re

TOKEN = re.compile(
    r"@\w+|https?://\S+"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"  # words, with don't and l'accueil in one piece
    r"|\d+(?:[.,:/]\d+)*(?:/\d+|%|\*)?"  # 10, 1,200.50, 10/10, 5*
    r"|[:;=][-']?[()\[\]DdPpoO/\\|3]+(?![a-z])|<3|[)(]-?[:;]"
    r"|[.!?…\n]+|[,;:–—]| - |\bw/"
    r"|[\u2190-\u2bff\U0001f000-\U0001faff]"
)
ENDS = frozenset(".!?…\n")


def lowered(text: str) -> str:
    """Lower case and straight apostrophes, character for character, so that places stay what they were."""
    low = text.lower()
    if len(low) != len(text):  # a few letters of other scripts become two
        low = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return low.replace("’", "'")


def places_of(words: list[str], low: str) -> list[tuple[int, int]]:
    """Where each token starts and ends in the text it was taken from."""
    places, end = [], 0
    for word in words:
        start = low.index(word, end)
        end = start + len(word)
        places.append((start, end))
    return places
