"""Figures as people read them."""

from django import template
from django.utils.translation import gettext_lazy

register = template.Library()

_STATUS = {
    "sourced": gettext_lazy("有来源"),
    "sourced_rounded": gettext_lazy("有来源（取整）"),
    "estimated": gettext_lazy("估算"),
}


@register.filter
def percent(value: float | None) -> str:
    """Two decimals, no sign: `26.44`; a dash for nothing."""
    return "—" if value is None else f"{value:.2f}"


@register.filter
def thousands(value: int | None) -> str:
    """Whole numbers with separators: `756,353`."""
    return "—" if value is None else f"{value:,}"


@register.filter
def plain_number(value: float | None) -> str:
    """A number for an SVG attribute: never localised."""
    return "0" if value is None else f"{value:.2f}"


@register.filter
def status_words(status: str) -> str:
    """How sure a denominator is."""
    return str(_STATUS.get(status, status))
