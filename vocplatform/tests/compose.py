"""Read docker-compose.yml as Compose does, as far as our own file needs it."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml
from django.conf import settings

VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<rule>:[-?])(?P<rest>[^}]*))?\}|\$\$")


class Unset(Exception):
    """A variable that Compose would refuse to start without."""


def interpolate(text: str, env: Mapping[str, str]) -> str:
    def value(match: re.Match) -> str:
        if match[0] == "$$":
            return "$"
        if env.get(match["name"]):
            return env[match["name"]]
        if match["rule"] == ":?":
            raise Unset(match["name"])
        return match["rest"] or ""

    return VARIABLE.sub(value, text)


def interpolate_all(node, env: Mapping[str, str]):
    if isinstance(node, dict):
        return {key: interpolate_all(value, env) for key, value in node.items()}
    if isinstance(node, list):
        return [interpolate_all(value, env) for value in node]
    return interpolate(node, env) if isinstance(node, str) else node


def compose_path() -> Path:
    return settings.BASE_DIR / "docker-compose.yml"


def services(env: Mapping[str, str]) -> dict[str, dict]:
    return interpolate_all(yaml.safe_load(compose_path().read_text())["services"], env)
