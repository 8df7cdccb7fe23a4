"""One clean-up before any model: what one database stores and the other refuses."""

from collections.abc import Callable, Mapping

NUL = "\x00"


def storable(text: str) -> str:
    """Drop NUL and lone surrogates, write line ends as \\n; everything else stays as it was typed."""
    kept = text.replace(NUL, "").encode("utf-8", "ignore").decode()
    return kept.replace("\r\n", "\n").replace("\r", "\n")


def storable_json(value: object, strike: Callable[[str], str] = storable) -> object:
    """The same for every text inside a JSON value, names included; `strike` may take out more."""
    if isinstance(value, str):
        return strike(storable(value))
    if isinstance(value, Mapping):
        return {strike(storable(str(name))): storable_json(each, strike) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(each, strike) for each in value]
    return value
