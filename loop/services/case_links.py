"""Links and addresses by which a customer reaches one case. The token is rebuilt from the code; no table holds it."""

import hmac

from django.conf import settings

from loop.models import Case
from vocplatform.lib.tokens import derive_token, token_digest

REPLY, PAGE = "case-reply", "case-page"
LONGEST_TOKEN = 60
SIGNS = 32  # hexadecimal, since mail servers do not keep capitals: 128 bits


def case_token(case: Case, purpose: str) -> str:
    proof = token_digest(derive_token(purpose, case.code, key=settings.PEPPER))[:SIGNS]
    return f"{case.code.lower()}-{proof}"


def find_case(token: str, purpose: str) -> Case | None:
    """The case whose token this is; None for every other text."""
    code, dash, _proof = token.lower()[:LONGEST_TOKEN].partition("-")
    case = Case.objects.filter(code=code.upper()).first() if dash else None
    if case is None or not hmac.compare_digest(case_token(case, purpose).encode(), token.lower().encode()):
        return None
    return case


def reply_address(case: Case) -> str:
    """Where an answer to a letter of this case goes; empty without REPLY_ADDRESS."""
    local, at, domain = settings.REPLY_ADDRESS.partition("@")
    return f"{local}+{case_token(case, REPLY)}@{domain}" if at else ""


def page_link(case: Case) -> str:
    return f"{settings.PUBLIC_URL}/f/{case_token(case, PAGE)}/"
