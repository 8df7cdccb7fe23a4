"""A mail as it came in, read without a database: who wrote it, to which token, and what is new in it."""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from html.parser import HTMLParser

from vocplatform.lib.text import storable

RECIPIENTS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")
BULK = ("bulk", "junk", "list", "auto_reply")
MACHINES = ("mailer-daemon@", "postmaster@", "noreply@", "no-reply@", "donotreply@")
PYTHON_TRIPS = (ValueError, LookupError, AttributeError, TypeError)  # what its mail package raises on broken mails
LONGEST_BODY, LONGEST_SUBJECT, MOST_NAMES = 10_000, 150, 10
OURS = re.compile(r"^<case\.[0-9A-Z]+\.\d+@", re.IGNORECASE)
QUOTED = re.compile(r"^\s*>")
ATTRIBUTION = re.compile(
    r"^\s*(?:On\b.{5,200}\bwrote|Am\b.{5,200}\bschrieb\b.{0,120}|Le\b.{5,200}\ba écrit|El\b.{5,200}\bescribió"
    r"|Em\b.{5,200}\bescreveu|.{0,10}في.{5,200}كتب.{0,120})\s*:\s*$"
)
DIVIDER = re.compile(
    r"^\s*(?:-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Mensagem original)"
    r"|_{10,}\s*$|-- ?$)",
    re.IGNORECASE,
)
# Answered alone, one of these means: do not write to me again.
STOP_WORDS = {
    *("stop", "unsubscribe", "remove me", "stopp", "abmelden", "abbestellen", "arrêt", "arret", "désabonner"),
    *("desabonner", "se désinscrire", "baja", "cancelar suscripción", "parar", "sair", "descadastrar", "cancelar"),
    *("توقف", "إلغاء الاشتراك"),
}


@dataclass(frozen=True)
class Incoming:
    digest: str
    message_id: str
    sender: str
    tokens: tuple[str, ...]
    answers: tuple[str, ...]
    subject: str
    words: str
    attachments: tuple[str, ...]
    is_automatic: bool

    @property
    def asks_to_stop(self) -> bool:
        said = self.words or self.subject
        return " ".join(said.lower().strip(" .!\n").split()) in STOP_WORDS


def read_mail(said: bytes | EmailMessage, *, box: str, envelope: str = "") -> Incoming:
    """`box` is our reply address; `envelope` the recipient as the transport knows it, which headers may not name."""
    mail = message_from_bytes(said, policy=policy.default) if isinstance(said, bytes) else said
    message_id = _header(mail, "Message-ID")[:200]
    sender = parseaddr(_header(mail, "From"))[1].lower()[:254]
    named = [envelope, *(value for name in RECIPIENTS for value in _headers(mail, name))]
    content = said if isinstance(said, bytes) else str(said.items()).encode()
    return Incoming(
        digest=sha256(f"{sender} {message_id}".encode() if message_id else content).hexdigest(),
        message_id=message_id,
        sender=sender,
        tokens=tuple(dict.fromkeys(_tokens(named, box))),
        answers=tuple(re.findall(r"<[^<>\s]{3,198}>", f"{_header(mail, 'In-Reply-To')} {_header(mail, 'References')}")),
        subject=" ".join(_header(mail, "Subject").split())[:LONGEST_SUBJECT],
        words=without_quotes(_text_of(mail))[:LONGEST_BODY],
        attachments=tuple((part.get_filename() or "?")[:100] for part in _attachments(mail))[:MOST_NAMES],
        is_automatic=_is_automatic(mail, sender, message_id, box),
    )


def without_quotes(text: str) -> str:
    """What the writer added. A line that introduces a quotation may be broken in two by a mail program."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for place, line in enumerate(lines):
        joined = f"{line} {lines[place + 1].strip()}" if place + 1 < len(lines) else line
        if DIVIDER.match(line) or ATTRIBUTION.match(line) or ATTRIBUTION.match(joined):
            break
        if not QUOTED.match(line):
            kept.append(line.rstrip())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _header(mail: EmailMessage, name: str) -> str:
    return next(iter(_headers(mail, name)), "")


def _headers(mail: EmailMessage, name: str) -> list[str]:
    """Every header of this name. One over which Python's own reader trips was written by no mail program: none."""
    try:
        found = [str(value) for value in mail.get_all(name, [])]
    except PYTHON_TRIPS:
        return []
    return [storable(value).strip() for value in found]


def _tokens(named: list[str], box: str) -> list[str]:
    local, _at, domain = box.lower().partition("@")
    found = []
    for _name, address in getaddresses(named):
        there, _at, where = address.lower().rpartition("@")
        if where == domain and there.startswith(f"{local}+"):
            found.append(there[len(local) + 1 :])
    return found


def _is_automatic(mail: EmailMessage, sender: str, message_id: str, box: str) -> bool:
    """RFC 3834 and what mail programs did before it; and our own letters, which must never come round."""
    return (
        _header(mail, "Auto-Submitted").lower() not in ("", "no")
        or _header(mail, "Precedence").lower() in BULK
        or any(_header(mail, name) for name in ("List-Id", "X-Autoreply", "X-Autorespond"))
        or _header(mail, "Return-Path") == "<>"
        or not sender
        or sender.startswith(MACHINES)
        or sender == box.lower()
        or bool(OURS.match(message_id))
    )


def _attachments(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if part.get_content_disposition() == "attachment" or part.get_filename()]


def _text_of(mail: EmailMessage) -> str:
    try:
        part = mail.get_body(("plain", "html"))
    except PYTHON_TRIPS:  # parts that are none
        return ""
    if part is None:
        return ""
    try:
        text = part.get_content()
    except PYTHON_TRIPS:  # a character set that nobody knows
        text = part.get_payload(decode=True).decode("utf-8", "replace")
    return _words_in(text) if part.get_content_subtype() == "html" else text


class _Words(HTMLParser):
    """Text of an HTML mail without what is quoted in it."""

    HIDDEN, BREAKS = ("script", "style", "head", "blockquote"), ("br", "p", "div", "li", "tr", "h1", "h2", "h3")

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN
        if tag in self.BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(self.hidden - (tag in self.HIDDEN), 0)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(re.sub(r"\s+", " ", data))


def _words_in(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    return "".join(parser.said)
