"""The delivery team's admin site: a second factor outside the demo, and a first page that says what waits.

The models are registered by the apps: this module is imported while the site is being made.
"""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django_otp import devices_for_user
from django_otp.admin import OTPAdminAuthenticationForm, OTPAdminSite
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from localdigital import signing_in
from localdigital.models import AuditEvent, User
from localdigital.throttle import within_limit
from localdigital.waiting import Waiting, counted

__all__ = ["RegisterAdminSite", "SignInForm", "Waiting"]

# How often in an hour somebody may try one's own password, who is signed in already
PASSWORD_TRIES = 10


class PasswordForm(AdminAuthenticationForm):
    """The name to sign in with, which is an email address for most, and the password."""

    def clean_username(self):
        """An address in lower case, as addresses are kept."""
        return User.name_as_kept(self.cleaned_data["username"])


class SignInForm(PasswordForm, OTPAdminAuthenticationForm):
    """Name, password and one code, of the authenticator app or a recovery code: the code shows which it is."""

    otp_token = forms.CharField(required=False, label="Code")
    otp_error_messages = OTPAdminAuthenticationForm.otp_error_messages | {
        "token_required": "Enter the code from your authenticator app, or a recovery code.",
        "invalid_token": "That code is not right, or was used already. Enter the code that the app shows now.",
        "device_required": "No such code is set up for this account. Ask an administrator to set it up again.",
    }

    def clean_otp_token(self):
        """The code as typed, without the spaces that an app shows in it."""
        return "".join(self.cleaned_data["otp_token"].split()).lower()

    def _chosen_device(self, user):
        token = self.cleaned_data.get("otp_token", "")
        kind = TOTPDevice if len(token) == 6 and token.isdecimal() else StaticDevice
        return next((one for one in devices_for_user(user, for_verify=True) if isinstance(one, kind)), None)


class RegisterAdminSite(OTPAdminSite if settings.SECOND_FACTOR else AdminSite):
    """Where the delivery team signs in, moderates and edits."""

    site_header = site_title = settings.SERVICE_NAME
    index_title = "Delivery team"
    enable_nav_sidebar = False
    login_template = "admin/login.html"

    def __init__(self, name="admin"):
        super().__init__(name)
        self.waiting, self.pages, self.doors, self.told = [], [], [], {}

    login_form = SignInForm if settings.SECOND_FACTOR else PasswordForm

    def waits(self, tell):
        """Decorator: `tell(request)` gives lines (Waiting) for the first page."""
        self.waiting.append(tell)
        return tell

    def tells(self, name):
        """Decorator: `tell(request, now)` gives something else that the first page shows, under that name."""

        def add(tell):
            self.told[name] = tell
            return tell

        return add

    def page(self, route, name):
        """Decorator: a page of the team that belongs to no one model; the view asks for the permission itself."""

        def add(view):
            self.pages.append((route, view, name))
            return view

        return add

    def door(self, route, name):
        """Decorator: a page for somebody who is on the way in; the view asks who they are itself."""

        def add(view):
            self.doors.append(path(route, never_cache(view), name=name))
            return view

        return add

    def get_urls(self):
        """The pages of our own come before Django's, which end with one that takes every address."""
        own = [path(route, self.admin_view(view), name=name) for route, view, name in self.pages]
        return [*self.doors, *own, *super().get_urls()]

    def get_app_list(self, request, app_label=None):
        """All lists, by the names that their admins give them (`list_name`)."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            for one in app["models"]:
                one["name"] = getattr(self._registry[one["model"]], "list_name", "") or one["name"]
            app["models"].sort(key=lambda one: one["name"].lower())
        return apps

    def index(self, request, extra_context=None):
        """The first page: what waits for the team, how it goes, then everything that can be looked at."""
        now = timezone.now()
        lines = counted([line for tell in self.waiting for line in tell(request)], now)
        context = {
            "waiting": lines,
            "queues": [line for line in lines if line.since],
            "others": [line for line in lines if line.count and not line.since],
            "something_waits": any(line.count for line in lines),
            **{name: tell(request, now) for name, tell in self.told.items()},
        }
        return super().index(request, context | (extra_context or {}))

    def login(self, request, extra_context=None):
        """Sign in; after too many wrong passwords or codes, a page that says for how long and what to do."""
        response = super().login(request, extra_context)
        form = getattr(response, "context_data", {}).get("form")
        if request.method == "POST":
            signing_in.write_down(request, form, came_in=form is None)
        if not getattr(request, "axes_locked_out", False):
            return response
        # django-axes would put a bare sentence in place of this page.
        request.axes_locked_out = False
        context = {
            **self.each_context(request),
            "title": "Too many attempts to sign in",
            "hours": settings.AXES_COOLOFF_TIME,
            "failures": settings.AXES_FAILURE_LIMIT,
            "contact_email": settings.CONTACT_EMAIL,
        }
        return TemplateResponse(request, "admin/locked.html", context, status=429)

    def logout(self, request, extra_context=None):
        """Sign out, and write that down."""
        if request.method == "POST" and self.has_permission(request):
            AuditEvent.record("user.sign_out", request.user, by=request.user)
        return super().logout(request, extra_context)

    @method_decorator(transaction.atomic)
    def password_change(self, request, extra_context=None):
        """Change one's own password: it ends every other session of one's own."""
        if request.method == "POST" and not within_limit("own password", request.user.pk, limit=PASSWORD_TRIES):
            messages.error(request, "Too many attempts. Try again in an hour.")
            return redirect("admin:password_change")
        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            AuditEvent.record("user.change_password", request.user, by=request.user)
        return response
