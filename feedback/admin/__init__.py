"""Each module registers its pages."""

from feedback.admin import metrics, responses, themes  # noqa: F401
