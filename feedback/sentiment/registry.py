"""The engines by name, each built once per process and only when asked for."""

from functools import cache

from .domain import DomainEngine
from .engine import Engine
from .vader import VaderEngine

ENGINES: dict[str, type[Engine]] = {engine.name: engine for engine in (DomainEngine, VaderEngine)}
DEFAULT = DomainEngine.name


class NoSuchEngine(KeyError):
    """No engine goes by this name."""


@cache
def get_engine(name: str = DEFAULT) -> Engine:
    if name not in ENGINES:
        raise NoSuchEngine(name)
    return ENGINES[name]()
