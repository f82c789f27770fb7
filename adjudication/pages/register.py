"""The public register: final rulings without names, for everybody to read and search, signed in or not.

Nothing here depends on who reads, only on the language and the time zone: caches may keep it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe

from adjudication.errors import Refused
from adjudication.policy.terms import Reason, Remedy
from adjudication.register.bands import band
from adjudication.register.find import mark, published
from adjudication.register.telling import answered, share_words, words_told
from adjudication.reports.wording import rule_words
from adjudication.rulings.models import Winner
from adjudication.rulings.publications import Publication

P = ParamSpec("P")

PAGE = 20
KEPT_SECONDS = 300
LONGEST_QUESTION = 200


def public(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Answer whoever asks alike, in the language of the address or else of the browser, and let caches keep it."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        asked = request.GET.get("language", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        with translation.override(language):
            try:
                answer = view(request, *args, **kwargs)
            except Refused as refused:
                answer = render(request, "pages/register/refused.html", {"refused": refused}, status=refused.status)
            answer.headers["Content-Language"] = language or settings.LANGUAGE_CODE
        patch_cache_control(answer, public=True, max_age=KEPT_SECONDS)
        patch_vary_headers(answer, ["Accept-Language", "Cookie"])  # the language, and the reader's time zone
        return answer

    return require_safe(conditional_page(shown))


@public
def register(request: HttpRequest) -> HttpResponse:
    """One page of it, newest first."""
    asked = {
        "q": request.GET.get("q", "").replace("\0", "")[:LONGEST_QUESTION],
        "reason": request.GET.get("reason", ""),
        "winner": request.GET.get("winner", ""),
    }
    found = list(
        published(asked=asked["q"], reason=asked["reason"], winner=asked["winner"], after=request.GET.get("after", ""))[
            : PAGE + 1
        ]
    )
    kept = {name: value for name, value in {**asked, "language": request.GET.get("language", "")}.items() if value}
    more = urlencode({**kept, "after": mark(found[PAGE - 1])}) if len(found) > PAGE else ""
    context = {
        "rows": [told(publication) for publication in found[:PAGE]],
        "asked": asked,
        "is_asked": any(asked.values()),
        "is_first": "after" not in request.GET,
        "first_page": urlencode(kept),
        "next_page": more,
        "reasons": Reason.choices,
        "winners": Winner.choices,
        **_languages(request),
    }
    return render(request, "pages/register/list.html", context)


@public
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One ruling, with its reasons and the questions of fact."""
    publication = get_object_or_404(published(), pk=pk)
    row = told(publication)
    return render(request, "pages/register/entry.html", {**row, "row": row, **_languages(request)})


def told(publication: Publication) -> dict[str, Any]:
    """A publication in words, without a name or number of anybody."""
    ruling = publication.ruling
    low, high = band(publication.claim)
    return {
        "entry": publication,
        "ruling": ruling,
        "reason": Reason(publication.reason).label,
        "winner": Winner(publication.winner).label,
        "remedy": Remedy(publication.remedy).label,
        "low": low,
        "high": high,
        "share": share_words(publication.share_basis_points),
        "rule": rule_words(ruling.rule),
        "version": ruling.case.policy_version_id,
        "words": words_told(publication),
        "answers": answered(publication),
    }


def _languages(request: HttpRequest) -> dict[str, Any]:
    """Addresses of this page in each language: a link, so that no cookie is needed to read it."""
    beside = {name: value for name, value in request.GET.items() if name != "language"}
    return {
        "here": "register",
        "language": request.GET.get("language", ""),
        "languages": [(code, urlencode({**beside, "language": code})) for code, _name in settings.LANGUAGES],
    }
