"""Who has not signed, for the team: whom it approached and when, and a table for a mailing."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from localdigital.paging import link_with, one_page
from signatories.models import Declaration
from signatories.models.organisation import Nation, OrganisationType, Region
from signatories.not_signed import export, not_signed, that_signed_before, that_were_approached, with_name

SIZE = 50
EXPORT = "signatories.change_organisation"
TYPES = [choice for choice in OrganisationType.choices if choice[0] != OrganisationType.GOVERNMENT]


class NotSignedForm(forms.Form):
    """Which of them."""

    q = forms.CharField(label="Name or code", required=False, max_length=200)
    type = forms.ChoiceField(label="Type", required=False, choices=[("", "All"), *TYPES])
    nation = forms.ChoiceField(label="Nation", required=False, choices=[("", "All"), *Nation.choices])
    region = forms.ChoiceField(label="Region", required=False, choices=[("", "All"), *Region.choices])
    before = forms.ChoiceField(
        label="Signed before",
        required=False,
        choices=[("", "All"), ("never", "Never signed"), ("earlier", "Signed an earlier version")],
    )
    approached = forms.ChoiceField(
        label="Approached", required=False, choices=[("", "All"), ("yes", "Approached"), ("no", "Not yet approached")]
    )

    def asked(self):
        """What was asked for."""
        return {name: value for name, value in self.cleaned_data.items() if value}


def _chosen(form, declaration):
    """The organisations that were asked for. 400 when a choice is none of those offered."""
    if not form.is_valid():
        raise BadRequest("that is none of the choices")
    asked = form.asked()
    found = not_signed(declaration, timezone.localdate())
    found = found.filter(**{name: asked[name] for name in ("type", "nation", "region") if name in asked})
    if "before" in asked:
        found = that_signed_before(found, asked["before"] == "earlier")
    if "approached" in asked:
        found = that_were_approached(found, asked["approached"] == "yes")
    return with_name(found, asked["q"]) if "q" in asked else found


@admin.site.page("not-signed/", "not_signed")
def list_not_signed(request):
    """The organisations that could sign the current version and have not, with the last approach to each."""
    if not request.user.has_perm("signatories.view_organisation"):
        raise PermissionDenied
    form, declaration = NotSignedForm(request.GET), Declaration.objects.current()
    try:
        page = one_page(request, _chosen(form, declaration), SIZE)
    except BadRequest:
        messages.error(request, "The address asked for something that is not offered. All of them are listed.")
        return redirect(request.path)
    context = {
        **admin.site.each_context(request),
        "title": "Organisations that have not signed",
        "form": form,
        "declaration": declaration,
        "page": page,
        "total": page.paginator.count,
        "before": page.address(page.number - 1) if page.has_previous() else None,
        "after": page.address(page.number + 1) if page.has_next() else None,
        "here": request.get_full_path(),
        "everything": request.path if form.asked() else "",
        "export": link_with(request).replace(request.path, reverse("admin:not_signed_export"), 1),
        "may_read_notes": request.user.has_perm("localdigital.view_teamnote"),
        "may_write_notes": request.user.has_perms(["localdigital.view_teamnote", "localdigital.add_teamnote"]),
        "may_export": request.user.has_perm(EXPORT),
    }
    return TemplateResponse(request, "admin/signatories/not_signed.html", context)


@admin.site.page("not-signed/export/", "not_signed_export")
@require_POST
def export_not_signed(request):
    """The same as a table for a mailing. It is a POST, since the log says who took it."""
    if not request.user.has_perms(["signatories.view_organisation", EXPORT]):
        raise PermissionDenied
    form, declaration = NotSignedForm(request.GET), Declaration.objects.current()
    chosen, asked = _chosen(form, declaration), form.asked()
    # What somebody searched for may be a name; the log needs only that they searched.
    asked |= {"q": True} if "q" in asked else {}
    response = HttpResponse(
        export(chosen, declaration, by=request.user, **asked), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="not-signed-{timezone.localdate().isoformat()}.csv"'
    response["Cache-Control"] = "no-store, private"
    return response
