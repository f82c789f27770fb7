"""The staff's site: whoever holds one of the four roles may read; what changes a case is a page of its own.

There is one way in (`sign_in.py`), and every refusal behind it is written down (`watch.py`).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from adjudication.credentials import changes
from adjudication.credentials.staff import staff_roles
from adjudication.staff import (
    accounts,
    assignment,
    bundle,
    canned_reasons,
    desks,
    exhibit_files,
    extension,
    figures,
    hearing,
    inquiries,
    keys,
    many,
    notes,
    outages,
    own_factor,
    parked,
    passed,
    policies,
    precedents,
    presence,
    proof,
    publications,
    queue,
    ruling_page,
    saved,
    second_person,
    shortcuts,
    sign_in,
    webhooks,
)
from adjudication.staff.dashboard import standing_work
from adjudication.staff.doors import who
from adjudication.staff.watch import watched


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]  # Unfold carries no types
    """Read-only records, and the pages on which cases are heard."""

    index_title = _("Today’s work")

    login_form = sign_in.StaffSignInForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Is this an active member of staff in one of the four groups, who has shown what is asked for?"""
        return bool(staff_roles(request.user)) and passed.has_passed(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Every page of the site, Django's own among them, is watched."""
        return super().admin_view(watched(view), cacheable)

    def extra_urls(self) -> list[URLPattern | URLResolver]:
        """The pages beyond the records: one view, one verb, one permission each."""
        view = self.admin_view
        return [
            path("sign-in/code/", sign_in.code_step, name="sign_in_code"),
            path("sign-in/set-up/", sign_in.set_up_step, name="sign_in_set_up"),
            path("second-factor/", view(own_factor.own_factor), name="second_factor"),
            path("second-factor/set-up/", view(own_factor.set_up_another), name="second_factor_set_up"),
            path("second-factor/recovery-codes/", view(own_factor.make_recovery_codes), name="recovery_codes"),
            path("accounts/", view(accounts.account_list), name="accounts"),
            path("accounts/<int:pk>/unlock/", view(accounts.unlock), name="unlock_account"),
            path("accounts/<int:pk>/second-factor/", view(accounts.reset_second_factor), name="reset_second_factor"),
            path("keys/", view(keys.key_list), name="keys"),
            path("keys/new/", view(keys.make_key), name="make_key"),
            path("keys/<int:pk>/successor/", view(keys.succeed_key), name="succeed_key"),
            path("keys/<int:pk>/revoke/", view(keys.revoke_key), name="revoke_key"),
            path("queue/", view(queue.queue), name="queue"),
            path("queue/rows/", view(queue.queue_rows), name="queue_rows"),
            path("queue/keys/", view(shortcuts.switch_shortcuts), name="switch_shortcuts"),
            path("queue/filters/", view(saved.keep_filter), name="keep_filter"),
            path("queue/filters/<int:pk>/drop/", view(saved.drop_filter), name="drop_filter"),
            path("queue/many/", view(many.act_on_many), name="act_on_many"),
            path("desks/", view(desks.all_desks), name="desks"),
            path("desks/<int:pk>/", view(desks.desk), name="desk"),
            path("desks/<int:pk>/set/", view(desks.set_desk), name="set_desk"),
            path("desks/<int:pk>/interests/", view(desks.declare_interest), name="declare_interest"),
            path("desks/<int:pk>/interests/<int:interest_id>/end/", view(desks.end_interest), name="end_interest"),
            path("cases/<str:number>/hearing/", view(hearing.hearing), name="hearing"),
            path("cases/<str:number>/looking/", view(presence.look), name="look_at_case"),
            path("cases/<str:number>/assign/", view(assignment.take_case), name="take_case"),
            path("cases/<str:number>/give/", view(assignment.give_case), name="give_case"),
            path("cases/<str:number>/extend/", view(extension.extend_term), name="extend_term"),
            path("cases/<str:number>/inquire/", view(inquiries.ask), name="inquire"),
            path("cases/<str:number>/exhibits/<uuid:exhibit_id>/kind/", view(inquiries.correct), name="correct_kind"),
            path("cases/<str:number>/ruling/", view(ruling_page.draft), name="ruling"),
            path("cases/<str:number>/notes/", view(notes.write_note), name="write_note"),
            path("cases/<str:number>/ruling/keep/", view(ruling_page.keep), name="ruling_keep"),
            path("cases/<str:number>/ruling/insert/", view(ruling_page.insert), name="ruling_insert"),
            path("cases/<str:number>/ruling/preview/", view(ruling_page.preview), name="ruling_preview"),
            path(
                "cases/<str:number>/ruling/precedents/", view(precedents.nearest_precedents), name="ruling_precedents"
            ),
            path("cases/<str:number>/ruling/issue/", view(ruling_page.issue), name="ruling_issue"),
            path("cases/<str:number>/ruling/confirm/", view(second_person.confirm), name="ruling_confirm"),
            path("cases/<str:number>/ruling/send-back/", view(second_person.send_back), name="ruling_send_back"),
            path("canned/", view(canned_reasons.canned_reasons), name="canned_reasons"),
            path("canned/write/", view(canned_reasons.write_canned_reason), name="write_canned_reason"),
            path("canned/<slug:code>/", view(canned_reasons.canned_reason), name="canned_reason"),
            path("register/", view(publications.publications), name="publications"),
            path("register/<int:pk>/", view(publications.publication), name="publication"),
            path("register/<int:pk>/words/", view(publications.reword_publication), name="reword_publication"),
            path("policies/", view(policies.policies), name="policies"),
            path("policies/compare/", view(policies.policies_compared), name="policies_compared"),
            path("policies/check/", view(policies.check_policy), name="check_policy"),
            path("policies/load/", view(policies.load_policy), name="load_policy"),
            path("policies/<int:version>/effects/", view(policies.policy_effects), name="policy_effects"),
            path("figures/", view(figures.figures), name="figures"),
            path("figures/<slug:name>.csv", view(figures.figures_file), name="figures_file"),
            path("outages/", view(outages.outage_list), name="outages"),
            path("outages/declare/", view(outages.declare_outage), name="declare_outage"),
            path("outages/<int:pk>/", view(outages.outage), name="outage"),
            path("terms/<int:pk>/retry/", view(parked.retry_term), name="retry_term"),
            path("webhooks/<int:pk>/again/", view(webhooks.send_again), name="send_webhook_again"),
            path("webhooks/to/<uuid:pk>/ping/", view(webhooks.ping), name="ping_webhook"),
            path("webhooks/to/<uuid:pk>/again/", view(webhooks.send_range), name="send_webhooks_again"),
            path("webhooks/to/<uuid:pk>/secret/", view(webhooks.rotate), name="rotate_webhook"),
            path("webhooks/to/<uuid:pk>/switch/", view(webhooks.switch), name="switch_webhook"),
            path("cases/<str:number>/signed-file.zip", view(bundle.bundle), name="bundle"),
            path("cases/<str:number>/manifests/<slug:which>.json", view(proof.manifest), name="manifest"),
            path("exhibits/<uuid:exhibit_id>/file/", view(exhibit_files.exhibit_file), name="exhibit_file"),
            path("exhibits/<uuid:exhibit_id>/<slug:which>.jpg", view(exhibit_files.exhibit_copy), name="exhibit_copy"),
        ]

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
        """The sign-in page, its first step; a demonstration names its members of staff."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        sign_in.note_who_has_no_role(request)
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            "demo": _demonstration(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in {*request.GET, *request.POST}:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        request.current_app = self.name
        step = sign_in.PasswordStep.as_view(template_name="admin/login.html", extra_context=context)
        return sign_in.counted(step)(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Give oneself another password, on record."""
        user = who(request)
        with changes.recorded(user, by=user):
            answer: HttpResponse = super().password_change(request, extra_context)
        return answer

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The dashboard: how much waits, where, and whether the service itself is well."""
        page: TemplateResponse = super().index(request, {**(extra_context or {}), "work": standing_work(request)})
        return page


def _demonstration() -> list[str]:
    if not settings.DEMO:
        return []
    staff = User.objects.filter(is_staff=True, is_active=True, groups__isnull=False)
    return list(staff.order_by("username").values_list("username", flat=True).distinct()[:8])


site = StaffSite(name="admin")
