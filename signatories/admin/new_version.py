"""A published version of the Declaration: how many signed it, and the button that asks those of an older one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from signatories import emails
from signatories.models import Declaration
from signatories.new_version import BATCH, NotTheCurrentVersion, ask_to_sign, earlier_versions, figures, people_to_ask
from signatories.new_version import to_ask as organisations_to_ask

PLACE_OF_THE_LINK = "[the link of that person]"


def can_be_asked_for(declaration):
    """Whether it is the version that is signed today, and there is an earlier one."""
    return declaration == Declaration.objects.current() and earlier_versions(declaration).exists()


class AsksSignatories:
    """For the admin of the Declaration."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.ask_signatories)
        return [path("<int:pk>/ask/", view, name="signatories_declaration_ask"), *super().get_urls()]

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj and obj.published_at and can_be_asked_for(obj):
            context["asking"] = figures(obj, timezone.localdate()) | {"batch": BATCH}
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def ask_signatories(self, request, pk):
        """Show the email and whom it goes to, then ask the next organisations."""
        declaration = get_object_or_404(Declaration.objects.published(), pk=pk)
        if not self.has_change_permission(request, declaration):
            raise PermissionDenied
        if not can_be_asked_for(declaration):
            raise Http404("not the version that is signed today")
        if request.method == "POST":
            return self._ask(request, declaration)
        today = timezone.localdate()
        organisations = list(organisations_to_ask(declaration, today)[:BATCH])
        people = people_to_ask(organisations, today)
        example = next(iter(people.items()), None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "declaration": declaration,
            "organisations": organisations,
            "emails": len(people),
            "draft": example and emails.new_version(declaration, *example, PLACE_OF_THE_LINK),
            "title": f"Ask signatories to sign {declaration}",
        }
        return TemplateResponse(request, "admin/signatories/ask_signatories.html", context)

    def _ask(self, request, declaration):
        try:
            asked = ask_to_sign(declaration, by=request.user)
        except NotTheCurrentVersion:
            messages.error(request, "A newer version was published meanwhile. Nobody was asked.")
        else:
            if asked:
                messages.success(request, f"{asked} organisation{'' if asked == 1 else 's'} asked.")
            else:
                messages.info(request, "Everyone who can be asked has been asked.")
        return redirect("admin:signatories_declaration_change", declaration.pk)
