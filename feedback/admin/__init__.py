"""Each module registers its pages."""

from feedback.admin import metrics, responses, segments, themes  # noqa: F401
