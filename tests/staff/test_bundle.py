"""Staff hand a case out from the page on which it is heard, in their own name and on record."""

from io import BytesIO

import pytest

from adjudication.reports.bundle import verify
from adjudication.reports.models import Export
from tests import walk


@pytest.mark.parametrize("role", ["arbitrator", "supervisor", "auditor", "operator"])
def test_every_role_downloads_it_and_it_is_on_record(signed_in, role):
    case = walk.ruled()[0]
    client = signed_in(role, f"a-{role}")
    address = f"/admin/cases/{case.number}/signed-file.zip"
    assert (
        f'href="{address}">Download the signed file of this case</a>'
        in client.get(f"/admin/cases/{case.number}/hearing/").text
    )
    answer = client.get(address)
    assert verify.verify(BytesIO(answer.getvalue())).lines[-1].endswith(f"to: {role} a-{role}.")
    assert client.head(address).status_code == 200
    (export,) = Export.objects.all()
    listed = client.get("/admin/adjudication/export/", {"q": export.manifest_sha256}).text
    assert export.manifest_sha256 in listed
    assert f"a-{role}" in listed


def test_an_unknown_case_is_not_found(signed_in):
    assert signed_in("auditor").get("/admin/cases/2026-999999-99/signed-file.zip").status_code == 404
