"""Letters kept beside the tests. `UPDATE_GOLDEN=1 pytest …` rewrites them; read the difference first."""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

from surveys.channels.email import Mail
from vocplatform.lib.delivery import Letter


def assert_kept(path: Path, letter: Letter) -> None:
    text = eml(letter)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def eml(letter: Letter) -> str:
    message = Mail(letter.subject, letter.text, to=[letter.to], headers=letter.headers)
    message.attach_alternative(letter.html, "text/html")
    text = message.message().as_bytes().decode()
    text = re.sub(r"^Date: .*$", "Date: (today)", text, flags=re.MULTILINE)
    text = re.sub(r"^Message-ID: <\d+\.\d+\.\d+@.*$", "Message-ID: (made while sending)", text, flags=re.MULTILINE)
    return re.sub(r"={15}\d+==", "(boundary)", text)


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.seen.append((tag, dict(attrs)))

    def links(self) -> list[str]:
        return [value for _tag, attrs in self.seen for name, value in attrs.items() if name in ("href", "src")]
