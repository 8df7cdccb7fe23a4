"""The engines by name, each built once per process and only when asked for."""

from functools import cache

from .engine import Engine
from .vader import VaderEngine

ENGINES: dict[str, type[Engine]] = {VaderEngine.name: VaderEngine}
DEFAULT = VaderEngine.name


class NoSuchEngine(KeyError):
    """No engine goes by this name."""


@cache
def get_engine(name: str = DEFAULT) -> Engine:
    if name not in ENGINES:
        raise NoSuchEngine(name)
    return ENGINES[name]()
