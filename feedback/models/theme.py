from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.models.reading import Reading
from feedback.themes.syntax import BadRule, read_rule
from vocplatform.lib.models import Timestamped


class ThemeQuerySet(models.QuerySet):
    def active(self):
        """A theme below one that is switched off is off as well."""
        return self.filter(is_active=True).exclude(parent__is_active=False)

    def in_order(self):
        """Each theme after its parent."""
        return self.annotate(
            family=models.functions.Coalesce("parent__position", "position"),
            family_pk=models.functions.Coalesce("parent_id", "pk"),
            is_child=Q(parent__isnull=False),
        ).order_by("family", "family_pk", "is_child", "position", "pk")


class Theme(Timestamped):
    """What comments are about. Two levels: a theme counts whoever speaks of it or of a theme below it."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(
        _("short name"), max_length=60, unique=True, help_text=_("Stands in addresses, files and the API.")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
        help_text=_("Empty for a theme of its own. There are two levels."),
    )
    description = models.CharField(_("what belongs here"), max_length=300, blank=True)
    owner_team = models.ForeignKey(
        "surveys.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="themes",
        verbose_name=_("owner"),
        help_text=_("Who does something about it. Themes that nobody owns can be listed alone."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="theme_name_once_per_parent"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="theme_is_not_part_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent.name}: {self.name}" if self.parent_id else self.name

    def clean(self) -> None:
        if self.parent is None:
            return
        if self.parent.parent_id or self.parent_id == self.pk or (self.pk and self.children.exists()):
            raise ValidationError({"parent": _("There are two levels: a theme that has parts is part of nothing.")})


class ThemeRule(Timestamped):
    """The words by which a theme is found in one language."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="rules", verbose_name=_("theme"))
    language = models.CharField(
        _("language"),
        max_length=3,
        blank=True,
        help_text=_("Such as en or de: only comments in it are searched. Empty: comments in any language."),
    )
    words = models.TextField(_("words"))

    class Meta:
        ordering = ["theme", "language"]
        verbose_name = _("words of a theme")
        verbose_name_plural = _("words of themes")
        constraints = [models.UniqueConstraint(fields=["theme", "language"], name="theme_rule_once_per_language")]

    def __str__(self) -> str:
        return f"{self.theme} ({self.language})" if self.language else str(self.theme)

    def clean(self) -> None:
        try:
            read_rule(self.words)
        except BadRule as problem:
            raise ValidationError({"words": str(problem)}) from problem


class Taxonomy(models.Model):
    """The state of all themes and rules together: one row, whose number grows with every change."""

    ONLY = 1

    number = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("changed at"), default=timezone.now)
    searched_at = models.DateTimeField(
        _("all comments searched at"),
        null=True,
        blank=True,
        help_text=_("Older than the change: a search is going on."),
    )
    discovered_at = models.DateTimeField(_("last looked for new themes at"), null=True, blank=True)

    class Meta:
        verbose_name = _("taxonomy")
        verbose_name_plural = _("taxonomy")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="taxonomy_is_one_row")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_searching(self) -> bool:
        """Whether comments of before the last change may still wait to be searched."""
        return self.searched_at is None or self.searched_at < self.changed_at


class ThemeMention(models.Model):
    """One comment touches one theme: where, and how the clauses that do so sound. An empty label: cannot be read."""

    answer = models.ForeignKey("feedback.Answer", models.CASCADE, related_name="mentions", verbose_name=_("answer"))
    response = models.ForeignKey(
        "feedback.Response", models.CASCADE, related_name="mentions", verbose_name=_("response")
    )
    theme = models.ForeignKey(Theme, models.CASCADE, related_name="mentions", verbose_name=_("theme"))
    rule = models.ForeignKey(
        ThemeRule, models.SET_NULL, null=True, blank=True, related_name="mentions", verbose_name=_("found by")
    )
    taxonomy_version = models.PositiveIntegerField(_("version of the themes"))
    label = models.CharField(_("label"), max_length=8, choices=Reading.Label, blank=True)
    compound = models.FloatField(_("compound"), null=True, blank=True)
    spans = models.JSONField(_("words"), default=list, help_text=_("Pairs of first character and end."))

    class Meta:
        ordering = ["answer", "pk"]
        verbose_name = _("mention of a theme")
        verbose_name_plural = _("mentions of themes")
        constraints = [models.UniqueConstraint(fields=["answer", "theme"], name="theme_mentioned_once_per_answer")]
        indexes = [models.Index(fields=["response", "theme"], name="mention_by_response")]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.theme_id}"


class ThemeSuggestionQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(status=ThemeSuggestion.Status.WAITING)

    def strongest_first(self):
        return self.order_by("-z", "pk")


class ThemeSuggestion(Timestamped):
    """Phrases that customers use more often than before and that no theme catches yet."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("to be decided")
        ACCEPTED = "accepted", _("made a theme")
        MERGED = "merged", _("added to a theme")
        DISMISSED = "dismissed", _("dismissed")

    phrase = models.CharField(_("phrase"), max_length=100, unique=True)
    phrases = models.JSONField(_("said together"), default=list)
    language = models.CharField(_("language"), max_length=3)
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    mentions = models.PositiveIntegerField(_("comments with it"))
    comments = models.PositiveIntegerField(_("comments"))
    mentions_before = models.PositiveIntegerField(_("comments with it before"))
    comments_before = models.PositiveIntegerField(_("comments before"))
    z = models.FloatField(_("strength"))
    examples = models.JSONField(_("examples"), default=list)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WAITING)
    theme = models.ForeignKey(
        Theme, models.SET_NULL, null=True, blank=True, related_name="suggestions", verbose_name=_("theme")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = ThemeSuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["-z"]
        verbose_name = _("suggested theme")
        verbose_name_plural = _("suggested themes")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True)
                | ~Q(status="waiting") & Q(decided_at__isnull=False),
                name="suggestion_is_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return self.phrase

    def decide(self, status: str, *, theme: Theme | None, actor, now: datetime) -> None:
        self.status, self.theme, self.decided_by, self.decided_at = status, theme, actor, now
        self.save(update_fields=["status", "theme", "decided_by", "decided_at", "updated_at"])
