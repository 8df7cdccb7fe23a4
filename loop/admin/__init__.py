"""Each module registers its pages."""

from loop.admin import calendars, cases, lists, rules  # noqa: F401
