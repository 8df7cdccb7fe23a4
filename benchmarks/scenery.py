"""What benchmarks of the survey page answer: one published survey, and as many invitations as a round needs."""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from feedback.models import Response
from surveys.definition.freeze import checksum
from surveys.definition.schema import DefinedQuestion, Definition
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.services.invitations import PURPOSE, survey_path
from vocplatform.lib.tokens import derive_token, new_nonce, token_digest

SLUG = "benchmark-survey-page"
NPS = DefinedQuestion(
    "nps",
    "nps",
    "How likely are you to recommend us to a friend or colleague?",
    low_label="not at all likely",
    high_label="extremely likely",
    minimum=0,
    maximum=10,
    polarity="high_good",
    is_required=True,
)
WHY = DefinedQuestion("why", "text", "What is the main reason?")


class BenchmarkSurvey:
    """Rows that are gone again afterwards."""

    def __enter__(self) -> "BenchmarkSurvey":
        self._remove()
        definition = Definition(
            SLUG, "How was your delivery?", privacy_notice="We use your answers.", questions=(NPS, WHY)
        )
        data, now = definition.as_data(), timezone.now()
        survey = Survey.objects.create(slug=SLUG, name=SLUG, title=definition.title)
        self.version = SurveyVersion.objects.create(
            survey=survey, number=1, definition=data, checksum=checksum(data), published_at=now
        )
        return self

    @contextlib.contextmanager
    def published(self) -> Iterator["BenchmarkSurvey"]:
        """The same with its version live, as programs need it that name the survey."""
        with self:
            Survey.objects.filter(pk=self.version.survey_id).update(live_version=self.version)
            try:
                yield self
            finally:
                Survey.objects.filter(pk=self.version.survey_id).update(live_version=None)

    def paths(self, count: int) -> Iterator[str]:
        now = timezone.now()
        nonces = [new_nonce() for _ in range(count)]
        tokens = [derive_token(PURPOSE, nonce) for nonce in nonces]
        Invitation.objects.bulk_create(
            Invitation(
                version=self.version,
                channel="email",
                token_nonce=nonce,
                token_digest=token_digest(token),
                due_at=now,
                expires_at=now + timedelta(days=1),
            )
            for nonce, token in zip(nonces, tokens, strict=True)
        )
        return iter([survey_path(token) for token in tokens])

    def answered(self) -> int:
        return Response.objects.complete().filter(version=self.version).count()

    def __exit__(self, *problem) -> None:
        self._remove()

    def _remove(self) -> None:
        Response.objects.filter(survey__slug=SLUG).delete()
        Invitation.objects.filter(version__survey__slug=SLUG).delete()
        SurveyVersion.objects.filter(survey__slug=SLUG).delete()
        Survey.objects.filter(slug=SLUG).delete()
