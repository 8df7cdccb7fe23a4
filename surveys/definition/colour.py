"""Contrast as WCAG 2.2 computes it, for #rrggbb colours."""

import re

WHITE = "#ffffff"
NIGHT = "#14181b"  # the page's background in dark mode, as in public.css
READABLE = 4.5
HEX = re.compile(r"#[0-9a-fA-F]{6}")


def contrast(one: str, other: str) -> float:
    """Return a ratio from 1.0 to 21.0. Source: WCAG 2.2, definition of contrast ratio."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0.0 (black) to 1.0 (white)."""
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightened_for(background: str, colour: str, *, ratio: float = READABLE) -> str:
    """The same hue, mixed with as little white as makes it readable on a dark background."""
    for share in range(0, 101, 5):
        mixed = _mix(colour, share / 100)
        if contrast(mixed, background) >= ratio:
            return mixed
    return WHITE


def _mix(colour: str, white: float) -> str:
    return "#" + "".join(f"{round(part + (255 - part) * white):02x}" for part in _parts(colour))


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
