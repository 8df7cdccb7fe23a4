"""The OpenAPI document against the API itself: whatever is generated from it, the answer is never a server error."""

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from loop.tests import rows as loop_rows
from surveys.models import ApiKey, Survey
from surveys.services.api_keys import create_api_key
from surveys.tests import rows
from vocplatform.wsgi import application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]
EXAMPLES = 12  # per operation and mode: about a minute in all
NO_JSON = {"/api/v1/openapi.json", "/api/v1/docs/"}


@pytest.fixture
def programme(settings) -> dict[str, object]:
    """A key that opens everything, and rows that addresses can name."""
    settings.EVENTS_PER_MINUTE = 0
    case = loop_rows.case(comment="Late.", compound=-0.5)
    Survey.objects.filter(pk=case.response.survey_id).update(live_version=case.response.version)
    key = create_api_key(rows.source(), name="all", scopes=ApiKey.Scope.values)[1]
    return {
        "key": key,
        "code": case.code,
        "external_id": case.customer.external_id,
        "id": case.response_id,
        "slug": case.response.survey.slug,
        "answers": {answer.question_key: answer.value for answer in case.response.answers.all()},
    }


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_nothing_generated_from_the_document_is_answered_by_a_server_error(programme, mode):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    operations = [found.ok() for found in schema.get_all_operations()]
    answered = {operation.label: fuzz(operation, mode, programme) for operation in operations}
    assert len(answered) > 15
    if mode is GenerationMode.POSITIVE:
        assert [label for label, seen in answered.items() if min(seen) >= 400] == []


def fuzz(operation, mode: GenerationMode, programme: dict[str, object]) -> dict[int, int]:
    """How often each status was the answer. What the document allows is asked of rows that exist."""
    seen: dict[int, int] = {}
    named = [parameter.name for parameter in operation.path_parameters] if mode is GenerationMode.POSITIVE else []
    rows_named = {"path_parameters": {name: programme[name] for name in named}} if named else {}

    is_answer = mode is GenerationMode.POSITIVE and operation.label == "POST /api/v1/responses"
    rows_of_answers = {"survey": programme["slug"], "answers": programme["answers"]} if is_answer else {}

    @hypothesis.seed(20261130)
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode, **rows_named))
    def knock(case):
        if rows_of_answers and isinstance(case.body, dict):
            case.body = {
                name: case.body[name] for name in case.body.keys() - {"touchpoint", "customer"}
            } | rows_of_answers
        if mode is GenerationMode.POSITIVE and operation.label == "GET /api/v1/questions":
            case.query = {**case.query, "survey": programme["slug"]}
        answer = case.call(headers={"Authorization": f"Bearer {programme['key']}"})
        seen[answer.status_code] = seen.get(answer.status_code, 0) + 1
        told = f"{operation.label} {case.as_curl_command()}"
        assert answer.status_code < 500, told
        if answer.status_code >= 400:
            assert {"code", "message"} <= answer.json().keys(), told

    knock()
    return seen
