"""A scripted SMTP server: it answers each step as told and keeps what it took."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from vocplatform.tests.throwaway import free_port

LINE_BREAKS = "line breaks"


class Script:
    """One answer per step; LINE_BREAKS closes the connection there without a word, a number of seconds is a silence."""

    def __init__(self, *, mail: str = "250 OK", rcpt: str = "250 OK", data: str | float = "250 OK") -> None:
        self.mail, self.rcpt, self.data = mail, rcpt, data
        self.taken: list[bytes] = []

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        if isinstance(self.data, float):
            await asyncio.sleep(self.data)
            return "250 late"
        if self.data == LINE_BREAKS:
            server.transport.close()
        return self.data


@contextmanager
def serving(handler: object) -> Iterator[int]:
    """Yield the port of a mail server that asks the handler."""
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def mail_server(settings, **script: str | float):
    """Point the settings at a server that follows the script."""
    handler = Script(**script)
    with serving(handler) as port:
        settings.EMAIL_BACKEND = "vocplatform.lib.smtp.SmtpBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.5
        yield handler
