"""Each module registers its pages."""

from loop.admin import calendars, cases, lists, playbooks, rules, webhooks  # noqa: F401
