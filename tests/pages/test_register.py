"""Everybody reads the register: searched in either language, page by page, the same for all, naming nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adjudication.pages import register
from adjudication.rulings.models import Winner
from tests.pages.conftest import signed_in
from tests.register.final import final, published, when_due

CHINESE = "照片显示杯子收到时已经开裂，卖家林先生没有提供包装照片，应当退款。电话13800138000，以照片为准。"


def test_a_final_ruling_is_read_by_strangers_and_names_nobody():
    publication = published(reasons="Lin is right and Kiln & Co is not: the cup came cracked, as the photograph shows.")
    page = Client().get(f"/register/{publication.pk}/")
    assert page.status_code == 200
    assert "[buyer]" in page.text
    assert "is right and" in page.text
    for name in ("Lin", "Kiln", "b-1", "s-1", publication.ruling.case.number, publication.ruling.case.order.number):
        assert name not in page.text
        assert name not in Client().get("/register/").text
    assert "CN¥100.00" in page.text
    assert "policy version 1" in page.text


def test_what_is_not_published_yet_is_not_there():
    publication = final()
    assert Client().get(f"/register/{publication.pk}/").status_code == 404
    assert f"/register/{publication.pk}/" not in Client().get("/register/").text
    with when_due(publication, -timedelta(microseconds=1)):
        assert Client().get(f"/register/{publication.pk}/").status_code == 404


def test_it_is_searched_in_both_languages_by_reason_and_by_side():
    english = published(Winner.SELLER)
    chinese = published(reasons=CHINESE)

    def rows(query):
        return [row["entry"].pk for row in Client().get(f"/register/?{query}").context["rows"]]

    assert rows("") == [chinese.pk, english.pk]
    assert rows("q=PHOTOGRAPH") == [english.pk]
    assert rows("q=已经开裂") == [chinese.pk]
    assert rows("q=开裂%20照片") == [chinese.pk]
    assert rows("winner=seller&reason=quality") == [english.pk]
    assert rows("reason=counterfeit") == []
    assert rows("q=。") == [chinese.pk, english.pk]


@pytest.mark.parametrize(
    "query", ["reason=x", "winner=nobody", "after=x", "after=1-9999999999999999999", "after=9-9-9"]
)
def test_what_it_does_not_know_is_malformed(query):
    assert Client().get(f"/register/?{query}").status_code == 400


def test_pages_follow_one_another_without_gap_or_repetition(monkeypatch):
    monkeypatch.setattr(register, "PAGE", 2)
    numbers = [published().pk for _ in range(5)]
    seen, query = [], ""
    while True:
        page = Client().get(f"/register/?{query}")
        seen += [row["entry"].pk for row in page.context["rows"]]
        if not (query := page.context["next_page"]):
            break
    assert seen == numbers[::-1]


def test_caches_may_keep_it_and_it_sets_no_cookie():
    publication = published()
    for address in ("/register/", f"/register/{publication.pk}/"):
        page = signed_in(publication.ruling.case.buyer).get(address)
        assert page.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in page.headers
        assert not page.cookies
        assert str(publication.ruling.case.buyer) not in page.text
        again = Client().get(address, headers={"if-none-match": Client().get(address).headers["ETag"]})
        assert again.status_code == 304


def test_the_language_is_a_link_and_stays():
    published()
    page = Client().get("/register/?language=zh-hans&q=cracked")
    assert 'lang="zh-hans"' in page.text
    assert page.headers["Content-Language"] == "zh-hans"
    assert "/?language=zh-hans" in page.text
    assert Client().post("/register/").status_code == 405


def test_a_page_costs_the_same_few_statements_however_many_it_lists():
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert Client().get("/register/?q=photograph").status_code == 200
        return len(asked)

    published()
    one = statements()
    published(), published()
    assert statements() == one <= 2


def test_the_foot_of_every_page_leads_there():
    assert reverse("pages:register") in Client().get("/").text
