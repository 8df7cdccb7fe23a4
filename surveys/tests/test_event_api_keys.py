from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from surveys.models import ApiKey, Source
from surveys.services.api_keys import UnknownScope, create_api_key, find_api_key, revoke_api_key
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def make(*arguments: str) -> str:
    out = StringIO()
    call_command("create_api_key", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_the_command_prints_a_key_that_opens_the_door():
    text = make("Web shop")
    key = find_api_key(text, now=NOON)
    assert text.startswith(key.prefix + "_")
    assert (key.source.slug, key.scopes, key.expires_at) == ("web-shop", ["events:write"], None)


def test_a_second_key_of_the_same_source_is_another_one():
    assert make("shop") != make("shop", "--scope", "cases:read", "--scope", "metrics:read", "--days", "30")
    assert Source.objects.count() == 1
    newest = ApiKey.objects.order_by("pk").last()
    assert newest.scopes == ["cases:read", "metrics:read"]
    assert newest.expires_at is not None


@pytest.mark.parametrize("arguments", [["shop", "--scope", "everything"], ["???"], ["shop", "--days", "0"]])
def test_the_command_refuses_nonsense_in_words(arguments):
    with pytest.raises(CommandError):
        make(*arguments)
    assert not ApiKey.objects.exists()


def test_an_unknown_right_is_never_stored():
    with pytest.raises(UnknownScope):
        create_api_key(rows.source(), name="x", scopes=["events:write", "root"])


def test_a_key_is_found_by_its_whole_text_only():
    row, text = create_api_key(rows.source(), name="x", scopes=[])
    assert find_api_key(text, now=NOON) == row
    assert all(find_api_key(wrong, now=NOON) is None for wrong in (text[:-1], text + "x", row.prefix, row.digest, ""))


def test_a_revoked_key_is_not_found_and_cannot_be_revoked_again():
    row, text = create_api_key(rows.source(), name="x", scopes=[])
    assert revoke_api_key(row.pk, now=NOON)
    assert not revoke_api_key(row.pk, now=NOON + MINUTE)
    assert find_api_key(text, now=NOON) is None


def test_the_last_use_is_noted_at_most_once_a_minute():
    row, text = create_api_key(rows.source(), name="x", scopes=[])
    for seconds in (0, 30, 59, 61):
        find_api_key(text, now=NOON + timedelta(seconds=seconds))
        row.refresh_from_db()
        assert row.last_used_at == NOON + timedelta(seconds=61 if seconds == 61 else 0)
