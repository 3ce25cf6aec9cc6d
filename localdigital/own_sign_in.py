"""How one of the delivery team signs in: the way in by an emailed link, the second factor, and one's own page for it.

The way in: `welcome` takes a password, `enrol` an authenticator app; both stand before the second factor's door.
"""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django_otp import login as verify
from django_otp.plugins.otp_static.models import StaticDevice

from localdigital import links, second_factor, signing_in, team
from localdigital.admin import PASSWORD_TRIES
from localdigital.throttle import within_limit

# Whose session may set up an app, and until when
MAY_ENROL = "may_set_up_an_app_until"
ENROL_WITHIN = timedelta(minutes=15)


class ChoosePasswordForm(SetPasswordForm):
    """A password, twice."""

    def __init__(self, user, *args, **kwargs):
        super().__init__(user, *args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, second.label = "Password", "The same password again"
        first.error_messages["required"] = "Enter a password"
        second.error_messages["required"] = "Enter the same password again"


class CodeForm(forms.Form):
    """The six digits that the app shows, to see that it was set up well."""

    code = forms.CharField(
        label="Code that the app shows now",
        max_length=20,
        error_messages={"required": "Enter the code that your app shows", "max_length": "The code has 6 digits"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def __init__(self, app, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.app = app

    def clean_code(self):
        """The right one, once; after a wrong one the app is not asked for a moment."""
        code = "".join(self.cleaned_data["code"].split())
        if not self.app.verify_token(code):
            raise forms.ValidationError("That code is not right. Wait for the next one and enter that")
        return code


class OwnPasswordForm(forms.Form):
    """One's own password, before anything is shown that lets somebody in."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        error_messages={"required": "Enter your password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        """Right, and not guessed at."""
        password = self.cleaned_data["password"]
        if not within_limit("own password", self.user.pk, limit=PASSWORD_TRIES):
            raise forms.ValidationError("Too many attempts. Try again in an hour")
        if not self.user.check_password(password):
            raise forms.ValidationError("That is not your password")
        return password


def _answer(request, template, title, context=None, status=200):
    context = admin.site.each_context(request) | {"title": title} | (context or {})
    context["second_factor"] = settings.SECOND_FACTOR
    return TemplateResponse(request, f"admin/team/{template}.html", context, status=status)


@admin.site.door("welcome/<str:token>/", "welcome")
def welcome(request, token):
    """An emailed link: a new colleague, or one who begins anew, chooses a password. Only the POST uses it up."""
    link = links.find(token)
    user = team.user_of(link)
    if user is None:
        raise Http404
    form = ChoosePasswordForm(user, request.POST if request.method == "POST" else None)
    if links.is_open(link) and request.method == "POST" and form.is_valid():
        if team.choose_password(user, form.cleaned_data["new_password1"], link=link):
            signing_in.let_in(request, user)
            let_enrol(request.session, user)
            return redirect("admin:enrol" if settings.SECOND_FACTOR else "admin:index")
        link.refresh_from_db()
    if not links.is_open(link):
        return _answer(request, "link_over", "This link has been used or has expired", status=410)
    return _answer(request, "welcome", "Choose a password", {"form": form, "colleague": user})


def let_enrol(session, user, now=None):
    """Who came by a link, or gave their password just now, may set up an app for a quarter of an hour."""
    session[MAY_ENROL] = [user.pk, ((now or timezone.now()) + ENROL_WITHIN).timestamp()]


@admin.site.door("second-factor/", "enrol")
def enrol(request):
    """Set up an authenticator app: for those who came by a link, or gave their password on their own page."""
    user, (whose, until) = request.user, request.session.get(MAY_ENROL, (None, 0))
    if not (settings.SECOND_FACTOR and user.is_authenticated and whose == user.pk):
        return redirect("admin:index")
    if until < timezone.now().timestamp():
        return _enrol_later(request)
    app = second_factor.begin(user)
    form = CodeForm(app, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.confirm(app, by=user)
        verify(request, app)
        del request.session[MAY_ENROL]
        return _answer(request, "codes", "Your recovery codes", {"codes": codes})
    context = {"form": form, "picture": second_factor.picture(app), "key": second_factor.key_in_text(app)}
    return _answer(request, "enrol", "Set up your authenticator app", context)


def _enrol_later(request):
    """The quarter of an hour is over: the password is asked for once more."""
    if request.user.is_verified():
        return redirect("admin:your_app")
    form = OwnPasswordForm(request.user, request.POST if "password" in request.POST else None)
    if form.is_valid():
        let_enrol(request.session, request.user)
        return redirect("admin:enrol")
    return _answer(request, "password_again", "Enter your password to go on", {"form": form})


@admin.site.page("your-sign-in/", "your_sign_in")
def your_sign_in(request):
    """What one can change of one's own sign-in, and which roles one has."""
    context = {"roles": team.roles_of(request.user), "hours": settings.SESSION_COOKIE_AGE // 3600}
    return _answer(request, "your_sign_in", "Your sign-in", context)


@admin.site.page("your-sign-in/recovery-codes/", "your_recovery_codes")
def your_recovery_codes(request):
    """New recovery codes in place of the old ones, shown once."""
    form = _own_password(request)
    if form.is_valid():
        codes = second_factor.new_recovery_codes(request.user, by=request.user)
        if isinstance(request.user.otp_device, StaticDevice):
            # Who came in by a recovery code stays in: those codes, by which the session was let in, are gone.
            verify(request, StaticDevice.objects.get(user=request.user))
        return _answer(request, "codes", "Your recovery codes", {"codes": codes})
    words = "Your old recovery codes will stop working."
    return _answer(request, "own_password", "Make new recovery codes", {"form": form, "words": words})


@admin.site.page("your-sign-in/app/", "your_app")
def your_app(request):
    """Put another app in place of the one used so far, which works until the new one does."""
    form = _own_password(request)
    if form.is_valid():
        let_enrol(request.session, request.user)
        return redirect("admin:enrol")
    words = "Your old app works until the new one is set up. Then you also get new recovery codes."
    return _answer(request, "own_password", "Replace your authenticator app", {"form": form, "words": words})


def _own_password(request):
    if not settings.SECOND_FACTOR:
        raise Http404
    return OwnPasswordForm(request.user, request.POST if request.method == "POST" else None)
