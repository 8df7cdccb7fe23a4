"""The web server's application, but a request may name the step of its database work at which its process dies."""

import os
import signal

from django.db import connections

from vocplatform.wsgi import application as real

DIE_AT = "HTTP_X_DIE_AT"


class Steps:
    """A step lies before and after each statement and each commit."""

    def __init__(self, last: int) -> None:
        self.left = last

    def take(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def execute(self, execute, sql, params, many, context):
        self.take()
        done = execute(sql, params, many, context)
        self.take()
        return done


def application(environ, start_response):
    if DIE_AT not in environ:
        return real(environ, start_response)
    steps, connection = Steps(int(environ[DIE_AT])), connections["default"]

    def commit() -> None:
        steps.take()
        type(connection)._commit(connection)
        steps.take()

    connection._commit = commit
    try:
        with connection.execute_wrapper(steps.execute):
            return real(environ, start_response)
    finally:
        del connection._commit
