"""Each module registers its pages."""

from feedback.admin import responses  # noqa: F401
