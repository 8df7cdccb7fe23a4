"""Gather what customers read and bring locale/ up to date: `make messages`. Staff pages speak English.

Gathering needs Python alone, so that a test can do it anywhere; merging and compiling need msgmerge and msgfmt.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
SOURCES = (
    "templates/base_public.html",
    "templates/emails/_survey.*",
    "templates/emails/case_message/*",
    "templates/emails/favour/*",
    "templates/emails/invitation/*",
    "templates/emails/news/*",
    "templates/emails/reminder/*",
    "templates/loop/public_*.html",
    "templates/surveys/public/*",
    "feedback/views/answer.py",
    "feedback/views/endings.py",
    "loop/views/call_back.py",
    "loop/views/favour_page.py",
    "loop/views/news_off.py",
    "loop/views/status.py",
    "surveys/definition/kinds.py",
    "surveys/forms/*.py",
    "surveys/library/questionnaires.py",
    "surveys/models/survey.py",
    "surveys/services/letters.py",
    "surveys/views/unsubscribe.py",
    "vocplatform/customer_errors.py",
)
# The labels of a model are for staff; what a draft begins with is for customers.
CALLED = {"surveys/models/survey.py": {"gettext"}}
# SurveyPlan(key, name, advice, ...): name and advice are for the designer.
STAFF_ARGUMENTS = {"SurveyPlan": slice(1, 3)}
IN_TEMPLATE = re.compile(r"""\b(?:gettext|_)\(u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'


def gather() -> dict[str, list[str]]:
    """Each message with the files that say it."""
    found: dict[str, list[str]] = {}
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            name = path.relative_to(ROOT).as_posix()
            for message in dict.fromkeys(_said_in(path, name)):
                found.setdefault(message, []).append(name)
    return found


def _said_in(path: Path, name: str) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return _said_in_code(ast.parse(source), CALLED.get(name, {"_", "gettext"}))
    return (ast.literal_eval(literal) for literal in IN_TEMPLATE.findall(templatize(source)))


def _said_in_code(node: ast.AST, called: set[str]) -> Iterator[str]:
    skipped: list[ast.AST] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        skipped = node.args[STAFF_ARGUMENTS.get(node.func.id, slice(0))]
        first = node.args[0] if node.args else None
        if node.func.id in called and isinstance(first, ast.Constant):
            yield first.value
    for child in ast.iter_child_nodes(node):
        if child not in skipped:
            yield from _said_in_code(child, called)


def template_of(messages: dict[str, list[str]]) -> str:
    """The catalogue without a language (.pot). No line numbers: an edit elsewhere in a file is no change here."""
    return HEADER + "".join(_entry(message, files) for message, files in messages.items())


def _entry(message: str, files: list[str]) -> str:
    lines = ["", *(f"#: {name}" for name in files)]
    if "%(" in message:
        lines.append("#, python-format")
    return "\n".join([*lines, f"msgid {quoted(message)}", 'msgstr ""', ""])


def quoted(message: str) -> str:
    escaped = message.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    with TemporaryDirectory() as folder:
        template = Path(folder) / "django.pot"
        template.write_text(template_of(gather()), encoding="utf-8")
        for catalogue in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
            merge = ["msgmerge", "--update", "--backup=none", "--no-fuzzy-matching", "--no-wrap", "--quiet"]
            subprocess.run([*merge, catalogue, template], check=True)
            subprocess.run(["msgattrib", "--no-obsolete", "--no-wrap", "-o", catalogue, catalogue], check=True)
            compiled = catalogue.with_suffix(".mo")
            subprocess.run(["msgfmt", "--check-format", "--no-hash", "-o", compiled, catalogue], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
