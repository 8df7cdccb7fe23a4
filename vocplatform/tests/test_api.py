"""The read and write doors of the API: who may, what comes out, and that a zero comes out as a zero."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils import timezone

from feedback.services.collected import record_response
from feedback.services.rollups import rebuild_day
from loop.models import Case
from surveys.imports.layout import ensure_survey
from surveys.models import ApiKey, Customer, Source, Suppression
from surveys.services.addresses import address_digest
from surveys.services.api_keys import create_api_key

pytestmark = pytest.mark.django_db
NOW = timezone.now()
READS = {
    "/api/v1/customers": "customers:read",
    "/api/v1/surveys": "surveys:read",
    "/api/v1/responses": "responses:read",
    "/api/v1/cases": "cases:read",
    "/api/v1/metrics": "metrics:read",
    "/api/v1/themes": "metrics:read",
    "/api/v1/effect": "metrics:read",
    "/api/v1/channels": "metrics:read",
}


def key(*scopes: str) -> dict[str, str]:
    source, _ = Source.objects.get_or_create(slug="crm", defaults={"name": "CRM"})
    _row, text = create_api_key(source, name="test", scopes=list(scopes), expires_at=None)
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def response():
    question = {"key": "nps", "kind": "nps", "text": "How likely are you to recommend us?"}
    survey = ensure_survey({"slug": "s", "title": "s", "question": [question]}, now=NOW)
    response, _ = record_response(survey.live_version, {"nps": "0"}, now=NOW, source_type="api", external_ref="1")
    rebuild_day(timezone.localtime(NOW).date(), now=NOW)
    return response


@pytest.mark.parametrize(("path", "scope"), READS.items())
def test_a_key_with_the_scope_reads_and_one_without_does_not(client, path, scope):
    others = [each for each in ApiKey.Scope.values if each != scope]
    assert client.get(path, headers=key(scope)).status_code == 200
    assert client.get(path, headers=key(*others)).status_code == 403


@pytest.mark.parametrize("path", READS)
def test_without_a_key_the_answer_is_401_with_code_and_message(client, path):
    refused = client.get(path)
    assert refused.status_code in (401, 403)
    assert set(refused.json()) == {"code", "message"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (
            "analyst",
            {
                "/api/v1/customers",
                "/api/v1/surveys",
                "/api/v1/responses",
                "/api/v1/metrics",
                "/api/v1/themes",
                "/api/v1/effect",
                "/api/v1/channels",
            },
        ),
        ("agent", set(READS) - {"/api/v1/channels"}),
        ("designer", {"/api/v1/surveys"}),
        ("manager", set(READS)),
        ("admin", set(READS)),
    ],
)
def test_members_of_staff_read_what_their_role_may(client, role, allowed):
    call_command("sync_roles", verbosity=0)
    person = get_user_model().objects.create_user(role)
    person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    assert {path for path in READS if client.get(path).status_code == 200} == allowed


def test_a_score_of_zero_comes_out_as_zero(client, response):
    body = client.get("/api/v1/responses", headers=key("responses:read")).json()
    answer = body["results"][0]["answers"][0]
    assert (answer["kind"], answer["value"], answer["reading"]) == ("nps", 0, None)


def test_a_metric_comes_with_its_n_and_interval(client, response):
    body = client.get("/api/v1/metrics", headers=key("metrics:read")).json()
    nps = next(line for line in body["metrics"] if line["metric"] == "nps")
    assert (nps["value"], nps["n"], nps["state"]) == (-100.0, 1, "known")
    assert nps["low"] <= nps["value"] <= nps["high"]


def test_a_misspelt_filter_is_refused_rather_than_left_out(client):
    refused = client.get("/api/v1/metrics?tuchpoint=x", headers=key("metrics:read"))
    assert (refused.status_code, refused.json()["message"]) == (400, "tuchpoint: There is no such filter.")


def test_a_customer_is_made_once_and_then_brought_up_to_date(client):
    writer = key("customers:write")
    body = {"email": "ana@example.org", "locale": "pt"}
    assert client.put("/api/v1/customers/C-1", body, "application/json", headers=writer).status_code == 201
    assert client.put("/api/v1/customers/C-1", {"name": "A"}, "application/json", headers=writer).status_code == 200
    customer = Customer.objects.get()
    assert (customer.external_id, customer.name, customer.locale) == ("C-1", "A", "pt")


def test_a_bad_address_is_refused_in_words_and_nothing_is_kept(client):
    refused = client.put("/api/v1/customers/C-1", {"email": "no"}, "application/json", headers=key("customers:write"))
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_address")
    assert not Customer.objects.exists()


def test_an_unknown_field_is_refused_rather_than_dropped(client):
    refused = client.put("/api/v1/customers/C-1", {"mail": "x"}, "application/json", headers=key("customers:write"))
    assert (refused.status_code, refused.json()["message"]) == (400, "mail: There is no such field.")


def test_an_opt_out_by_api_holds_for_every_address_of_the_channel(client):
    writer = key("customers:write")
    client.put("/api/v1/customers/C-1", {"email": "ana@example.org"}, "application/json", headers=writer)
    done = client.post("/api/v1/customers/C-1/opt-out", {"channel": "email"}, "application/json", headers=writer)
    assert done.status_code == 204
    assert Suppression.objects.in_force().get().address_digest == address_digest("email", "ana@example.org")


def test_an_agent_does_not_find_the_cases_of_another_team(client):
    call_command("sync_roles", verbosity=0)
    case = Case.objects.create()
    agent = get_user_model().objects.create_user("agent")
    agent.groups.add(Group.objects.get(name="agent"))
    client.force_login(agent)
    other = get_user_model().objects.create_user("owner")
    Case.objects.filter(pk=case.pk).update(owner=other)
    assert client.get(f"/api/v1/cases/{case.code}").status_code == 404


@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_the_openapi_document_is_json_and_describes_every_door(client, accept):
    document = client.get("/api/v1/openapi.json", headers={"Accept": accept} if accept else {})
    paths = json.loads(document.content)["paths"]
    assert {*READS, "/api/v1/events"} <= {path.rstrip("/") for path in paths}


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/cases/!/external", "/v1/nothing", "/api/", "/api/v2/events"]
)
def test_an_address_of_the_api_that_does_not_exist_answers_with_code_and_message(client, path):
    answer = client.post(path, {}, "application/json")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_a_foreign_host_name_is_refused_by_the_api_with_code_and_message(client):
    answer = client.post("/api/v1/events", {}, "application/json", headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
