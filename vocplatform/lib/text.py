"""One clean-up before any model: what one database stores and the other refuses."""

NUL = "\x00"


def storable(text: str) -> str:
    """Drop NUL and lone surrogates, write line ends as \\n; everything else stays as it was typed."""
    kept = text.replace(NUL, "").encode("utf-8", "ignore").decode()
    return kept.replace("\r\n", "\n").replace("\r", "\n")
