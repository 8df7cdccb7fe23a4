"""What `run` shows: one line per thing said, under the name of who said it."""

import sys
from typing import TextIO

NAME_WIDTH = 7
COLOURS = {"run": "1", "web": "32", "worker": "36", "beat": "35", "broker": "33"}


class Console:
    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.is_coloured = out.isatty()

    def say(self, name: str, line: str) -> None:
        label = f"{name:{NAME_WIDTH}}|"
        if self.is_coloured and name in COLOURS:
            label = f"\033[{COLOURS[name]}m{label}\033[0m"
        self.out.write(f"{label} {line}\n")
        self.out.flush()
