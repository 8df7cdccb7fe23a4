"""Files that a worker writes: asked for, written with a lease that is renewed on the way, kept for some days."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from feedback.analytics.by_touchpoint import by_touchpoint
from feedback.analytics.export import FIGURE_NUMBERS, figure_rows, number_columns, response_rows
from feedback.analytics.headline import headlines
from feedback.analytics.selection import select_responses
from feedback.analytics.sums import Daily
from feedback.forms.filters import FilterForm
from feedback.hooks import export_asked
from feedback.models import Export
from feedback.services.export_files import WRITERS, PackageMissing, Rows
from vocplatform.lib.periods import day_of

LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)
MOST_ATTEMPTS = 3
MOST_AT_ONCE = 5  # of one person
BEAT = 1000  # rows between two signs of life


class TooManyExports(Exception):
    """This person has several files under way already."""


class _TakenOver(Exception):
    """The lease ran out or the export was taken back: another worker has it now."""


def folder() -> Path:
    return Path(settings.STATE_DIR) / "exports"


def path_of(export: Export) -> Path:
    return folder() / f"{export.code}.{export.format}"


@transaction.atomic
def ask_export(kind: str, form: str, query: str, *, actor: AbstractBaseUser) -> Export:
    """Write down what is wanted; a worker does the rest. The filters have been checked."""
    running = Export.objects.of(actor).filter(status__in=[Export.Status.WAITING, Export.Status.RUNNING])
    if running.count() >= MOST_AT_ONCE:
        raise TooManyExports(_("Wait until one of your files is ready, or remove one."))
    export = Export.objects.create(kind=kind, format=form, query=query, owner=actor)
    export_asked.announce(export.pk)
    return export


def make_export(export_id: int, *, now: datetime) -> bool:
    """Write one file if nobody else does. A worker that dies leaves the lease behind, and the next one starts over."""
    export = _claimed(export_id, now=now)
    if export is None:
        return False
    part = folder() / f"{export.code}.{export.attempts}.part"
    try:
        folder().mkdir(parents=True, exist_ok=True)
        rows, numbers = _what(export)
        WRITERS[export.format](part, _counted(export, rows), numbers)
        return _finish(export, part)
    except _TakenOver:
        return False
    except PackageMissing as missing:
        return _fail(export, _("This format needs the package “%s”, which is not installed.") % missing)
    except _Refused as problem:
        return _fail(export, str(problem))
    finally:
        part.unlink(missing_ok=True)


class _Refused(Exception):
    """The filters do not exist any more."""


def _claimed(export_id: int, *, now: datetime) -> Export | None:
    waiting = Export.objects.filter(pk=export_id, status=Export.Status.WAITING)
    taken = waiting.update(
        status=Export.Status.RUNNING, leased_until=now + LEASE, attempts=F("attempts") + 1, rows_done=0, updated_at=now
    )
    return Export.objects.get(pk=export_id) if taken else None


def _mine(export: Export):
    """The row, as long as nobody else has taken it: the attempt is the lease."""
    return Export.objects.filter(pk=export.pk, status=Export.Status.RUNNING, attempts=export.attempts)


def _what(export: Export) -> tuple[Rows, Collection[str]]:
    form = FilterForm(QueryDict(export.query), today=day_of(timezone.now(), timezone.get_default_timezone()))
    if not form.is_valid():
        raise _Refused(_("These filters do not exist any more."))
    filters = form.filters()
    if export.kind == Export.Kind.RESPONSES:
        expected = select_responses(filters).order_by().count()
        rows, numbers = response_rows(filters, reader=export.owner), number_columns(filters)
    else:
        filters, before = filters.scope(), form.compared_with
        lines = headlines(Daily.read(filters, before, filters.period), filters, before)
        rows = list(figure_rows(lines, by_touchpoint(filters), filters))
        expected, numbers = len(rows) - 1, FIGURE_NUMBERS
    _mine(export).update(rows_expected=expected)
    return rows, numbers


def _counted(export: Export, rows: Rows) -> Iterator[list[object]]:
    """The same rows; every now and then the export says that it is alive, or learns that it no longer is its own."""
    for place, row in enumerate(rows):
        if place % BEAT == 0 and not _mine(export).update(rows_done=place, leased_until=timezone.now() + LEASE):
            raise _TakenOver
        export.rows_done = place
        yield row


def _finish(export: Export, part: Path) -> bool:
    now = timezone.now()
    ended = {"finished_at": now, "expires_at": now + KEPT, "leased_until": None, "updated_at": now}
    with transaction.atomic():
        size = part.stat().st_size
        done = _mine(export).update(
            status=Export.Status.READY, rows_done=export.rows_done, size_bytes=size, reason="", **ended
        )
        if done:
            part.rename(path_of(export))
    return bool(done)


def _fail(export: Export, reason: str) -> bool:
    _mine(export).update(status=Export.Status.FAILED, reason=reason[:300], leased_until=None)
    return False


def give_back_abandoned(*, now: datetime) -> int:
    """Start over what a dead worker left; what has failed so often is given up and says so."""
    abandoned = Export.objects.abandoned(now)
    abandoned.filter(attempts__gte=MOST_ATTEMPTS).update(
        status=Export.Status.FAILED, reason=_("It was started several times and never finished."), leased_until=None
    )
    return Export.objects.abandoned(now).update(status=Export.Status.WAITING, leased_until=None)


def remove_export(export_id: int, *, reason: str = "") -> None:
    """Take the file away; the row stays and says why. A worker that is still writing it notices and stops."""
    Export.objects.filter(pk=export_id).exclude(status=Export.Status.REMOVED).update(
        status=Export.Status.REMOVED, reason=reason[:300], leased_until=None
    )
    for export in Export.objects.filter(pk=export_id):
        path_of(export).unlink(missing_ok=True)


def remove_past(*, now: datetime) -> None:
    for pk in Export.objects.past(now).values_list("pk", flat=True):
        remove_export(pk, reason=_("Its time was over."))
    _sweep_strays()


def _sweep_strays() -> None:
    """Files that no row stands for: left by a worker that died, or by a row that was deleted."""
    if not folder().is_dir():
        return
    kept = {path_of(export).name for export in Export.objects.filter(status=Export.Status.READY)}
    writing = tuple(
        f"{code}." for code in Export.objects.filter(status=Export.Status.RUNNING).values_list("code", flat=True)
    )
    for file in folder().iterdir():
        if file.name not in kept and not file.name.startswith(writing or ("\0",)):
            file.unlink(missing_ok=True)


def forget_answers() -> None:
    """Somebody was erased: files with answers written before go, and those under way start over."""
    reason = _("A customer was erased. Ask for it again.")
    answers = Export.objects.filter(kind=Export.Kind.RESPONSES)
    for pk in answers.filter(status=Export.Status.READY).values_list("pk", flat=True):
        remove_export(pk, reason=reason)
    for export in answers.filter(status=Export.Status.RUNNING):
        if _mine(export).update(status=Export.Status.WAITING, leased_until=None):
            export_asked.announce(export.pk)
