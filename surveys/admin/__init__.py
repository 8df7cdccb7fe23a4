"""Each module registers its pages."""

from surveys.admin import (  # noqa: F401
    customers,
    decisions,
    invitations,
    journeys,
    links,
    sources,
    surveys,
    teams,
    triggers,
)
