"""In which language a customer is written to."""

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from surveys.models import Customer


def spoken_locale(customer: Customer | None) -> str:
    """The customer's language where it is known and we speak it."""
    wanted = (customer.locale if customer else "") or settings.LANGUAGE_CODE
    try:
        return get_supported_language_variant(wanted)
    except LookupError:
        return settings.LANGUAGE_CODE
