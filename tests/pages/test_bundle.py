"""Either side takes the signed file of its case along; nobody else learns that there is a case."""

from io import BytesIO

import pytest
from django.test import Client

from adjudication.errors import NotWhole
from adjudication.pages import bundle
from adjudication.reports.bundle import verify
from adjudication.reports.models import Export
from tests import walk


def address(case):
    return f"/cases/{case.number}/signed-file.zip"


def test_each_side_downloads_it_from_the_case_page_in_its_own_name(buyer, seller):
    case = walk.ruled()[0]
    for client, told in ((buyer(case), "buyer b-1."), (seller(case), "seller s-1.")):
        assert (
            f'href="{address(case)}">Download the signed file of this case</a>'
            in client.get(f"/cases/{case.number}/").text
        )
        answer = client.get(address(case))
        assert answer.headers["Content-Disposition"] == f'attachment; filename="case-{case.number}.zip"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert verify.verify(BytesIO(answer.getvalue())).lines[-1].endswith(told)
    assert [export.role for export in Export.objects.order_by("pk")] == ["buyer", "seller"]


def test_to_a_stranger_and_another_party_it_is_unknown(buyer):
    case = walk.ruled()[0]
    assert Client().get(address(case)).status_code == 302
    other = walk.register(walk.given_order(buyer=walk.BuyerGiven(id="b-2", name="Wu")))
    assert buyer(other).get(address(case)).status_code == 404
    assert buyer(case).head(address(case)).status_code == 200
    assert not Export.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_lacking_is_named_on_a_page_that_offers_the_rest(buyer, monkeypatch, language):
    case = walk.ruled()[0]

    def lacks(*args, even_if_not_whole, **how):
        assert not even_if_not_whole
        raise NotWhole("The file of exhibit B2 is missing.", exhibits=["B2"])

    monkeypatch.setattr(bundle, "hand_out", lacks)
    answer = buyer(case).get(address(case), headers={"accept-language": language})
    assert answer.status_code == 409
    assert "The file of exhibit B2 is missing." in answer.text
    assert 'href="?even_if_not_whole=true"' in answer.text
