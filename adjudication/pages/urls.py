"""The addresses of the party pages."""

from django.urls import include, path, register_converter

from adjudication.pages import bundle, case_list, case_page, exhibit_file, home, new_case, receipts, register


class CaseNumber:
    """`2026-000123-58`; anything else is no case's number."""

    regex = r"[0-9]{4}-[0-9]{6,12}-[0-9]{2}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class Token(CaseNumber):
    """What a sign-in link ends in."""

    regex = r"[A-Za-z0-9_-]{20,200}"


class Side(CaseNumber):
    """One of the two sides."""

    regex = r"buyer|seller"


class ActName(CaseNumber):
    """An act's name, such as `file_exhibit`."""

    regex = r"[a-z_]{3,40}"


register_converter(CaseNumber, "case_number")
register_converter(Token, "sign_in_token")
register_converter(Side, "side")
register_converter(ActName, "act_name")

pages = [
    path("", home.home, name="home"),
    path("sign-in/<sign_in_token:token>/", home.sign_in, name="sign_in"),
    path("sign-out/", home.sign_out, name="sign_out"),
    path("demo/<side:side>/", home.demo_sign_in, name="demo_sign_in"),
    path("register/", register.register, name="register"),
    path("register/<int:pk>/", register.entry, name="register_entry"),
    path("cases/", case_list.case_list, name="cases"),
    path("cases/new/", new_case.new_case, name="new_case"),
    path("cases/<case_number:number>/", case_page.show, name="case"),
    path("cases/<case_number:number>/signed-file.zip", bundle.bundle, name="bundle"),
    path("cases/<case_number:number>/manifests/<slug:which>.json", receipts.manifest, name="manifest"),
    path("cases/<case_number:number>/exhibits/<uuid:exhibit>/receipt.txt", receipts.receipt, name="receipt"),
    path("cases/<case_number:number>/<act_name:name>/", case_page.perform, name="act"),
    path("cases/<case_number:number>/exhibits/<uuid:exhibit>/file", exhibit_file.download, name="exhibit_file"),
    path("cases/<case_number:number>/exhibits/<uuid:exhibit>/<slug:which>.jpg", exhibit_file.show, name="exhibit_copy"),
]

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include((pages, "pages"))),
]
