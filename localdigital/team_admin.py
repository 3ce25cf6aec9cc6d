"""The delivery team's users: an administrator adds a colleague, gives roles, deactivates, resets the sign-in.

Groups and one-time-password devices have no pages: roles are a table (localdigital/roles.py), and everybody's second
factor is their own (localdigital/own_sign_in.py).
"""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from localdigital import team
from localdigital.forms import AddressField
from localdigital.models import User
from localdigital.roles import ADMINISTRATOR, ROLES
from localdigital.waiting import Waiting

for hidden in (Group, TOTPDevice, StaticDevice):
    admin.site.unregister(hidden)


class RolesField(forms.MultipleChoiceField):
    """One role or more, each with what it is for."""

    def __init__(self, **kwargs):
        super().__init__(
            label="Roles",
            choices=[(name, f"{name}: {role.tells[0].lower()}{role.tells[1:]}") for name, role in ROLES.items()],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Select at least one role"},
            **kwargs,
        )


class ColleagueForm(forms.ModelForm):
    """What a colleague is called, and their roles."""

    by = None  # who fills it in
    roles = RolesField()

    class Meta:
        model = User
        fields = ["first_name", "last_name"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["roles"] = team.roles_of(self.instance)

    def clean_roles(self):
        """Not so that nobody is left to give roles."""
        roles = self.cleaned_data["roles"]
        if self.instance.pk and ADMINISTRATOR not in roles:
            try:
                team.refuse_to_lose_an_administrator(self.instance, self.by)
            except team.NotAllowed as error:
                raise forms.ValidationError(str(error)) from error
        return roles


class NewColleagueForm(ColleagueForm):
    """The same with their address, which is also the name that they sign in with."""

    email = AddressField(
        label="Work email address",
        max_length=150,
        help_text="We email them a link to choose a password and set up their authenticator app.",
        error_messages={
            "required": "Enter their work email address",
            "invalid": "Enter an email address in the correct format, like name@example.gov.uk",
        },
    )

    def clean_email(self):
        """An address that nobody here has."""
        email = self.cleaned_data["email"]
        if User.objects.filter(email__iexact=email).exists() or User.objects.filter(username__iexact=email).exists():
            raise forms.ValidationError("Somebody with this address is in the team already")
        return email


@dataclass(frozen=True)
class Act:
    """Something that is done to a colleague after one more question."""

    act: object
    title: str
    words: str
    button: str
    done: str
    when_active: bool = True


ACTS = {
    "deactivate": Act(
        team.deactivate,
        "Deactivate %s?",
        "They are signed out at once and cannot sign in again. What they decided stays in the log under their name.",
        "Deactivate",
        "%s can no longer sign in.",
    ),
    "reset": Act(
        team.reset_sign_in,
        "Reset the second factor of %s?",
        "Their authenticator app, recovery codes and password stop working at once, wherever they are signed in. "
        "We email them a link to choose a password and set up their app again.",
        "Reset and email them",
        "We have emailed %s a link to set up their sign-in again.",
    ),
    "activate": Act(
        team.activate,
        "Activate %s again?",
        "They have the roles that they had. We email them a link to choose a password and set up their app.",
        "Activate and email them",
        "%s is in the team again, and we have emailed them a link.",
        when_active=False,
    ),
}


@admin.site.waits
def without_a_role(request):
    """Colleagues for whom somebody has to choose a role."""
    if not request.user.has_perm("localdigital.change_user"):
        return []
    words = {"label": "colleagues without a role", "one": "colleague without a role"}
    address = f"{reverse('admin:localdigital_user_changelist')}?role={RoleFilter.NONE}"
    hint = "They can sign in and open nothing. Give each of them a role, or deactivate them."
    return [Waiting(count=team.without_a_role(), address=address, hint=hint, urgent=True, **words)]


class RoleFilter(admin.SimpleListFilter):
    """Who has which role, and who has none."""

    title = "role"
    parameter_name = "role"
    NONE = "none"

    def lookups(self, request, model_admin):
        return [*((name.lower(), name) for name in ROLES), (self.NONE, "Without a role")]

    def queryset(self, request, queryset):
        if self.value() == self.NONE:
            return queryset.filter(pk__in=team.without_a_role().values("pk"))
        names = [name for name in ROLES if name.lower() == self.value()]
        return queryset.filter(groups__name__in=names) if names else queryset


@admin.register(User)
class TeamAdmin(admin.ModelAdmin):
    """Who is in the delivery team, and with which roles. Nobody is deleted: the log names them."""

    list_name = "Delivery team"
    list_counted = ("colleague", "colleagues")
    list_display = ["username", "name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", RoleFilter]
    search_fields = ["username", "email", "first_name", "last_name"]
    ordering = ["-is_active", "username"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_form_template = "admin/team/colleague.html"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def has_delete_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        return False if lookup.startswith("password") else super().lookup_allowed(lookup, value, request)

    @admin.display(description="Name", ordering="last_name")
    def name(self, user):
        return user.get_full_name() or "–"

    @admin.display(description="Roles")
    def roles(self, user):
        return ", ".join(team.roles_of(user)) or ("None" if user.is_superuser else "None: can open nothing")

    # ---- Adding and changing

    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = ColleagueForm if change else NewColleagueForm
        kwargs["labels"] = {"username": "Signs in as", "is_active": "In the team", "last_login": "Last sign-in"}
        kwargs["help_texts"] = {"username": "", "is_active": "Somebody who has left cannot sign in"}
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["email", "first_name", "last_name", "roles"]
        return ["username", "email", "first_name", "last_name", "roles", "is_active", "last_login"]

    def get_readonly_fields(self, request, obj=None):
        return [] if obj is None else ["username", "email", "is_active", "last_login"]

    def add_view(self, request, form_url="", extra_context=None):
        return super().add_view(request, form_url, {"title": "Add a colleague", **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except team.NotAllowed as error:  # a colleague was quicker
            messages.error(request, f"{error}.")
            return redirect(request.path)

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        may = obj is not None and self.has_change_permission(request, obj)
        if obj is not None:
            called = obj.get_full_name() or obj.get_username()
            context |= {"title": f"Change {called}" if may else called, "subtitle": None}
        context["acts"] = [(name, act) for name, act in ACTS.items() if may and act.when_active == obj.is_active]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request, obj, form, change):
        given = form.cleaned_data
        names = {"first_name": given["first_name"], "last_name": given["last_name"]}
        if change:
            team.change_name(obj, by=request.user, **names)
            team.change_roles(obj, given["roles"], by=request.user)
        else:
            obj.pk = team.add(given["email"], given["roles"], by=request.user, **names).pk
            obj.username = given["email"]

    def log_addition(self, request, obj, message):
        """The audit log has it."""

    log_change = log_addition

    # ---- Deactivating, activating, beginning anew

    def get_urls(self):
        view = self.admin_site.admin_view(self.act)
        return [path("<int:pk>/do/<slug:name>/", view, name="localdigital_user_act"), *super().get_urls()]

    def act(self, request, pk, name):
        """Ask once, then do it; a reason against it is shown in its place."""
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if name not in ACTS:
            raise Http404
        act = ACTS[name]
        if request.method == "POST":
            try:
                act.act(user, by=request.user, now=timezone.now())
            except team.NotAllowed as error:
                messages.error(request, f"{error}.")
            else:
                messages.success(request, act.done % user)
            return redirect("admin:localdigital_user_change", user.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "colleague": user,
            "act": act,
            "title": act.title % user,
        }
        return TemplateResponse(request, "admin/team/act.html", context)
