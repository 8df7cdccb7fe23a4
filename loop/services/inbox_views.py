"""The inbox under a name: private, shared, or what a role sees first."""

from django.contrib.auth.models import AbstractBaseUser, Group
from django.db import transaction

from loop.models import InboxView


@transaction.atomic
def save_inbox_view(view: InboxView, *, first_for: Group | None) -> InboxView:
    """Write a new or changed view. A role sees one view first: another one gives that place up."""
    if first_for is not None:
        InboxView.objects.filter(first_for=first_for).exclude(pk=view.pk).update(first_for=None)
    view.first_for = first_for
    view.save()
    return view


def remove_inbox_view(view_id: int) -> None:
    InboxView.objects.filter(pk=view_id).delete()


def first_inbox_view(user: AbstractBaseUser) -> InboxView | None:
    return InboxView.objects.filter(first_for__in=user.groups.values("pk")).order_by("pk").first()
