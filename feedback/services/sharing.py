"""Views under a name, and pages for people without a log-in."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser, Group
from django.db import transaction

from feedback.models import SavedView, ShareLink, ShareOpening

OPENING_PAUSE = timedelta(minutes=1)  # a wall that turns every few seconds is opened once a minute at most


@transaction.atomic
def save_view(view: SavedView, *, first_for: Group | None) -> SavedView:
    """Write a new or changed view. A role sees one page first: another view gives that place up."""
    if first_for is not None:
        others = SavedView.objects.filter(page=view.page, first_for=first_for)
        others.exclude(pk=view.pk).update(first_for=None)
    view.first_for = first_for
    view.save()
    return view


def remove_view(view_id: int) -> None:
    SavedView.objects.filter(pk=view_id).delete()


def first_view(user: AbstractBaseUser, page: str) -> SavedView | None:
    """What the roles of this person see first on a page."""
    return SavedView.objects.filter(page=page, first_for__in=user.groups.all()).order_by("pk").first()


def make_link(link: ShareLink, *, days: int, now: datetime, actor: AbstractBaseUser) -> ShareLink:
    link.created_at, link.expires_at, link.created_by = now, now + timedelta(days=days), actor
    link.save()
    return link


def revoke_link(link_id: int, *, now: datetime, actor: AbstractBaseUser) -> bool:
    """Revoking twice revokes nothing more."""
    open_link = ShareLink.objects.filter(pk=link_id, revoked_at__isnull=True)
    return bool(open_link.update(revoked_at=now, revoked_by=actor, updated_at=now))


def note_opening(link: ShareLink, *, now: datetime) -> None:
    if not ShareOpening.objects.filter(link=link, opened_at__gt=now - OPENING_PAUSE).exists():
        ShareOpening.objects.create(link=link, opened_at=now)
