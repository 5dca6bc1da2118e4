"""How papers write money and days: `{% load paper %}`."""

from datetime import date

from django import template

from portal.kernel.formats import day
from portal.kernel.money import Won

register = template.Library()


@register.filter
def paper_won(amount: int) -> str:
    """금200,000,000원(금이억원)."""
    return Won(amount).document()


@register.filter
def paper_day(written: str) -> str:
    """The ISO day of the frozen data as papers write it: 2025. 4. 21."""
    return day(date.fromisoformat(written))
