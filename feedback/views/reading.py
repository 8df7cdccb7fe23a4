"""Pages on how well the machine reads: its accuracy, comments to label blindly, and the correction of one comment."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.analytics.accuracy import corrected, latest_corrections, read_accuracy, read_differently
from feedback.analytics.answered import shown_comment
from feedback.forms.labels import BlindLabelForm, CorrectionForm, SampleForm
from feedback.models import Answer, BlindLabel
from feedback.services.corrections import NotCorrectable, StaleLabel, correct_reading, take_back_correction
from feedback.services.samples import AlreadyLabelled, NothingToDraw, draw_sample, label_blind
from feedback.views.matrix import matrix_of
from vocplatform.lib.doors import open_to

UNPROCESSABLE, CONFLICT = 422, 409
SEEDS = 2**31


@require_safe
@open_to("feedback.view_reading")
def accuracy(request: HttpRequest) -> HttpResponse:
    return _accuracy(request, SampleForm())


def _accuracy(request: HttpRequest, form: SampleForm, status: int = 200) -> HttpResponse:
    found, corrections = read_accuracy(), corrected()
    shown = {
        "found": found,
        "matrix": matrix_of(found.overall),
        "differing": read_differently(),
        "corrections": matrix_of(corrections) if corrections.n else None,
        "latest": latest_corrections(),
        "form": form,
    }
    return render(request, "feedback/accuracy.html", shown, status=status)


@require_POST
@open_to("feedback.add_correction")
def draw(request: HttpRequest) -> HttpResponse:
    form = SampleForm(request.POST)
    if form.is_valid():
        try:
            size, seed = form.cleaned_data["size"], secrets.randbelow(SEEDS)
            draw_sample(size=size, seed=seed, actor=request.user, now=timezone.now())
        except NothingToDraw as problem:
            form.add_error("size", str(problem))
        else:
            return redirect("label_blind")
    return _accuracy(request, form, status=UNPROCESSABLE)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("feedback.add_correction")
def label(request: HttpRequest) -> HttpResponse:
    """The next drawn comment that waits, without a word of what the machine made of it."""
    if request.method == "POST":
        form = BlindLabelForm(request.POST)
        if not form.is_valid():
            return _next_to_label(request, problem=_("Choose what the comment is."), status=UNPROCESSABLE)
        try:
            label_blind(form.cleaned_data["blind"], label=form.chosen, actor=request.user, now=timezone.now())
        except AlreadyLabelled:
            problem = _("Somebody else has labelled that comment meanwhile. Theirs counts; here is the next one.")
            return _next_to_label(request, problem=problem, status=CONFLICT)
        return redirect("label_blind")
    return _next_to_label(request)


def _next_to_label(request: HttpRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    waiting = BlindLabel.objects.waiting().select_related("answer__response__version")
    blind = waiting.first()
    shown = {"blind": blind, "problem": problem, "waiting": waiting.count()}
    if blind is not None:
        shown["comment"] = shown_comment(blind.answer)
    return render(request, "feedback/label.html", shown, status=status)


@require_safe
@open_to("feedback.view_reading")
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    return _comment(request, _comment_or_404(pk))


@require_POST
@open_to("feedback.add_correction")
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    answer, form = _comment_or_404(pk), CorrectionForm(request.POST)
    if form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("label", "note", "seen")}
        try:
            correct_reading(answer.pk, actor=request.user, now=timezone.now(), **wanted)
        except StaleLabel:
            return _stale(request, pk)
        except NotCorrectable as problem:
            form.add_error("label", str(problem))
        else:
            messages.success(request, _("Your label counts from now on."))
            return redirect(_way_back(request, answer))
    return _comment(request, answer, form=form, status=UNPROCESSABLE)


@require_POST
@open_to("feedback.add_correction")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    answer, seen = _comment_or_404(pk), request.POST.get("seen", "")
    try:
        if not seen.isdecimal():
            raise StaleLabel(pk)
        take_back_correction(answer.pk, seen=int(seen), actor=request.user, now=timezone.now())
    except (StaleLabel, NotCorrectable):
        return _stale(request, pk)
    messages.success(request, _("The machine’s label counts again."))
    return redirect(_way_back(request, answer))


def _comment_or_404(pk: int) -> Answer:
    comments = Answer.objects.filter(kind="text", text__isnull=False).exclude(text="")
    return get_object_or_404(comments.select_related("response__version", "response__survey"), pk=pk)


def _stale(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing of theirs was overwritten: the page shows their label, and the form is there to be sent again."""
    return _comment(request, _comment_or_404(pk), stale=True, status=CONFLICT)


def _comment(
    request: HttpRequest, answer: Answer, *, form: CorrectionForm | None = None, stale: bool = False, status: int = 200
) -> HttpResponse:
    shown = shown_comment(answer)
    seen = shown.correction.pk if shown.correction else 0
    back = request.POST.get("back", "") or request.GET.get("back", "")
    context = {
        "answer": answer,
        "shown": shown,
        "seen": seen,
        "form": form or CorrectionForm(initial={"seen": seen, "back": back}),
        "stale": stale,
        "readings": answer.readings.order_by("-is_current", "-scored_at"),
        "history": answer.corrections.select_related("corrected_by", "lapsed_by"),
    }
    return render(request, "feedback/comment.html", context, status=status)


def _way_back(request: HttpRequest, answer: Answer) -> str:
    """The page the person came from, when it is one of ours."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return back
    return reverse("response", args=[answer.response_id])
