"""SMTP that knows whether the content has left, and says in our words what the other side answered."""

import re
import smtplib
from contextlib import suppress

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from requests import ConnectTimeout

from vocplatform.lib.delivery import AddressRefused, ChannelDown, DeliveryError, DeliveryUnknown

READY_FOR_CONTENT = 354
NO_SUCH_ADDRESS = re.compile(r"5\.(1\.[0-9]|2\.1)\b")  # RFC 3463: bad address, mailbox disabled
ENHANCED = re.compile(r"\b5\.[0-9]{1,3}\.[0-9]{1,3}\b")
LINE_WITH_DOT = re.compile(rb"(?m)^\.")  # RFC 5321, 4.5.2
TRY_AGAIN = frozenset({408, 429})


def hand_over(message: EmailMessage) -> None:
    """Send one mail by whatever backend is configured.

    Raises AddressRefused, ChannelDown or another DeliveryError when it was certainly not taken, and DeliveryUnknown
    when nobody can know.
    """
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        raise _refused(*next(iter(refusal.recipients.values()))) from refusal
    except smtplib.SMTPAuthenticationError as refusal:
        raise ChannelDown(f"The mail server refuses our login ({refusal.smtp_code}).") from refusal
    except smtplib.SMTPResponseException as refusal:
        raise _answered(refusal.smtp_code, refusal.smtp_error) from refusal
    except AnymailRecipientsRefused as refusal:
        raise AddressRefused("The mail provider refuses the address.") from refusal
    except AnymailAPIError as refusal:
        raise _answered_by_api(refusal) from refusal
    except (smtplib.SMTPException, OSError) as silence:
        raise ChannelDown(f"No mail server: {type(silence).__name__}.") from silence
    except ValueError as problem:  # a line break in a header, an address nobody can spell
        raise DeliveryError(f"This mail cannot be written: {type(problem).__name__}.", permanent=True) from problem


class SmtpBackend(EmailBackend):
    """Django's, but a line that breaks after the content left is not taken for a mail that did not leave."""

    @property
    def connection_class(self):
        return CarefulSsl if self.use_ssl else CarefulSmtp

    def _close_connection(self, connection) -> None:
        with suppress(smtplib.SMTPException, OSError):  # the mail is accepted or refused by now; QUIT changes nothing
            super()._close_connection(connection)


class _CarefulData:
    def data(self, msg: bytes) -> tuple[int, bytes]:
        code, reply = self.docmd("data")
        if code != READY_FOR_CONTENT:
            raise smtplib.SMTPDataError(code, reply)
        try:
            self.send(LINE_WITH_DOT.sub(b"..", msg).removesuffix(b"\r\n") + b"\r\n.\r\n")
            return self.getreply()
        except (smtplib.SMTPServerDisconnected, OSError) as silence:
            raise DeliveryUnknown(f"The line broke after the content left: {type(silence).__name__}.") from silence


class CarefulSmtp(_CarefulData, smtplib.SMTP):
    pass


class CarefulSsl(_CarefulData, smtplib.SMTP_SSL):
    pass


def _refused(code: int, reply: bytes) -> DeliveryError:
    """A refusal of the recipient condemns the address only when it says so; “relaying denied” condemns our settings."""
    text = reply.decode(errors="replace")
    plain_no = code in (550, 551, 553) and not ENHANCED.search(text) and "relay" not in text.lower()
    if NO_SUCH_ADDRESS.search(text) or plain_no:
        return AddressRefused(f"The mail server knows no such address ({code}).")
    return _answered(code, reply)


def _answered(code: int, reply: bytes | str) -> DeliveryError:
    if code == 421 or code < 0:
        return ChannelDown(f"The mail server takes nothing right now ({code}).")
    return DeliveryError(f"The mail server answered {code}.", permanent=code >= 500)


def _answered_by_api(refusal: AnymailAPIError) -> DeliveryError | DeliveryUnknown:
    code = refusal.status_code
    if code is None:
        if isinstance(refusal.__cause__, ConnectTimeout):
            return ChannelDown("The mail provider cannot be reached.")
        return DeliveryUnknown("The mail provider did not answer.")
    permanent = code < 500 and code not in TRY_AGAIN
    return DeliveryError(f"The mail provider answered {code}.", permanent=permanent)
