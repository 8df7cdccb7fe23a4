"""What tests of the survey page start from: a published survey with every kind, an invitation, a collection link."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

from django.test import Client

from surveys.definition.freeze import canonical, checksum
from surveys.definition.kinds import KINDS
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition, ShowIf
from surveys.models import CollectionLink, Invitation, Journey, Stage, Survey, SurveyVersion, Touchpoint
from surveys.services.invitations import PURPOSE
from vocplatform.lib.tokens import derive_token, new_nonce, token_digest

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ask(key: str, kind: str, text: str = "", **fields) -> DefinedQuestion:
    nature = KINDS[kind]
    fields.setdefault("choices", tuple(DefinedChoice(k, str(t)) for k, t in nature.choices))
    if nature.is_scale:
        fields.setdefault("low_label", str(nature.low_label))
        fields.setdefault("high_label", str(nature.high_label))
        fields |= {"minimum": nature.minimum, "maximum": nature.maximum, "polarity": nature.polarity}
    return DefinedQuestion(key, kind, text or f"What about {key}?", **fields)


def choices(*texts: str) -> tuple[DefinedChoice, ...]:
    return tuple(DefinedChoice(text.lower().replace(" ", "-"), text) for text in texts)


NPS = ask("nps", "nps", "How likely are you to recommend us?", is_required=True)
WHY = ask("why", "text", "What is the main reason?")
ONE_PAGE = (NPS, WHY)
THREE_PAGES = (
    NPS,
    WHY,
    ask("cause", "single", page=2, choices=choices("Late", "Broken"), show_if=ShowIf("nps", "at_most", 6)),
    ask("ease", "ces", page=2),
    ask("better", "text", page=3, is_required=True),
)
EVERY_KIND = (
    *ONE_PAGE,
    ask("happy", "csat"),
    ask("ease", "ces"),
    ask("stars", "rating"),
    ask("cause", "single", choices=choices("Late", "Broken", "Rude")),
    ask("used", "multiple", choices=choices("Web", "App", "Phone")),
    ask("solved", "yes_no"),
)


def publish(*questions: DefinedQuestion, slug: str = "delivery", number: int = 1, **fields) -> SurveyVersion:
    texts = {"title": "How was your delivery?", "privacy_notice": "We use your answers to improve."} | fields
    definition = Definition(survey=slug, questions=questions or ONE_PAGE, **texts)
    survey, _ = Survey.objects.get_or_create(slug=slug, defaults={"name": slug, "title": definition.title})
    data = definition.as_data()
    assert canonical(data)
    survey.live_version = SurveyVersion.objects.create(
        survey=survey, number=number, definition=data, checksum=checksum(data), published_at=NOON
    )
    survey.save()
    return survey.live_version


def invite(
    version: SurveyVersion | None = None, *, days: int = 30, now: datetime | None = None, **fields
) -> Invitation:
    now = now or datetime.now(UTC)
    nonce = new_nonce()
    return Invitation.objects.create(
        version=version or publish(),
        channel=fields.pop("channel", "email"),
        token_nonce=nonce,
        token_digest=token_digest(derive_token(PURPOSE, nonce)),
        due_at=min(now, now + timedelta(days=days) - timedelta(seconds=1)),
        expires_at=now + timedelta(days=days),
        **fields,
    )


def path_of(invitation: Invitation) -> str:
    return f"/s/{derive_token(PURPOSE, invitation.token_nonce)}/"


def touchpoint(slug: str = "delivery") -> Touchpoint:
    journey = Journey.objects.create(slug=slug, name=slug)
    stage = Stage.objects.create(journey=journey, slug=slug, name=slug)
    return Touchpoint.objects.create(stage=stage, slug=slug, name="Delivery")


def collect(version: SurveyVersion | None = None, **fields) -> CollectionLink:
    version = version or publish()
    return CollectionLink.objects.create(name="Counter", touchpoint=touchpoint(), survey=version.survey, **fields)


class Reader:
    """A browser without cookies or script: it keeps only what the page itself holds."""

    def __init__(self, path: str) -> None:
        self.client = Client()
        self.path = path
        self.page = None

    def open(self, query: str = ""):
        return self._read(self.client.get(self.path + query))

    def send(self, go: str = "next", **answers):
        return self._read(self.client.post(self.path, self.fields() | {"go": go} | answers))

    def follow(self, response):
        assert response.status_code == 303, response.status_code
        return self._read(self.client.get(response["Location"]))

    def fields(self) -> dict[str, str | list[str]]:
        """What a browser would send for the page that was read last: hidden fields, ticks and typed words."""
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page))
        for name, value in re.findall(r'name="(q_[\w-]+)" value="([^"]*)" id="[^"]*" checked', self.page):
            fields.setdefault(name, []).append(value)
        for name, words in re.findall(r'name="(q_[\w-]+)" rows=.*?>\n(.*?)</textarea>', self.page, re.DOTALL):
            fields[name] = unescape(words)
        return fields

    def _read(self, response):
        if response.status_code != 303:
            self.page = response.content.decode()
        return response

    def ticked(self) -> list[str]:
        return re.findall(r'id="q-([\w-]+)" checked', self.page)

    def typed(self, key: str) -> str:
        return unescape(re.search(rf'<textarea id="q-{key}"[^>]*>\n(.*?)</textarea>', self.page, re.DOTALL)[1])
