from threading import Barrier, get_ident

import pytest
from django.db import connection

from vocplatform.lib.pairs import side_by_side

needs_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: make test-services")
TOO_LONG = 20


@pytest.mark.django_db
def test_within_a_transaction_the_work_is_done_once_and_here():
    done = []
    side_by_side(lambda: done.append(get_ident()))
    assert done == [get_ident()]


@needs_postgres
@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_work_at_once_on_two_connections():
    meet, servers = Barrier(2, timeout=TOO_LONG), []

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            servers.append(cursor.fetchone()[0])
            meet.wait()

    side_by_side(work)
    assert len(set(servers)) == 2


@needs_postgres
@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_what_one_of_them_raises_is_raised():
    meet, first = Barrier(2, timeout=TOO_LONG), []

    def work() -> None:
        if meet.wait() == 0:
            raise LookupError
        first.append(True)

    with pytest.raises(LookupError):
        side_by_side(work)
    assert first == [True]
