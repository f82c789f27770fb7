"""How published words look: what was left out of them is told in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from adjudication.register.leaving_out import PLACE, PLACES

register = template.Library()


@register.filter
def published(words: str) -> SafeString:
    """The words with what stands for what was left out; the rest is escaped."""
    told, end = [], 0
    for match in PLACE.finditer(words):
        told += [
            escape(words[end : match.start()]),
            format_html('<span class="left-out">[{}]</span>', PLACES[match[1]]),
        ]
        end = match.end()
    return mark_safe("".join([*told, escape(words[end:])]))  # noqa: S308  # every part of it is escaped
