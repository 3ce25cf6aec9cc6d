"""The images of case studies in the delivery team's pages: seen before they are public, described, added, taken out."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from programme.case_studies.pictures import Refused, remade
from programme.case_studies.showing import answer_with
from programme.models import Picture

KEPT = ("content", "content_type", "width", "height", "digest")


class PictureForm(forms.ModelForm):
    """What an image shows, and the image itself; where there is one already, perhaps another in its place."""

    image = forms.FileField(
        label="Upload an image",
        help_text="A JPG, PNG or WebP smaller than 10MB. It is made anew, without what else is in the file.",
        allow_empty_file=True,
        error_messages={"required": "Select an image"},
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    class Meta:
        model = Picture
        fields = ["alternative_text", "position"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["image"].required = False
            self.fields["image"].label = "Upload another in its place (optional)"

    def clean_image(self):
        """The image as we keep it; None while there is one already."""
        if self.cleaned_data["image"] is None:
            return None
        try:
            image = remade(self.cleaned_data["image"])
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from refused
        for name in KEPT:
            setattr(self.instance, name, getattr(image, name))
        return image


class PictureFormSet(forms.BaseInlineFormSet):
    """The images of one case study, each of them once."""

    def clean(self):
        """Each image once: two that look the same to the eye may still differ."""
        super().clean()
        seen = set()
        for form in self.forms:
            digest = form.instance.digest
            if digest and form not in self.deleted_forms:
                if digest in seen:
                    form.add_error("image", "It is there already: select another")
                seen.add(digest)


class PictureInline(admin.StackedInline):
    model = Picture
    form = PictureForm
    formset = PictureFormSet
    extra = 0
    max_num = 10
    readonly_fields = ["preview"]
    verbose_name, verbose_name_plural = "image", "images"

    def get_queryset(self, request):
        return super().get_queryset(request).without_content()

    def get_fields(self, request, obj=None):
        return ["preview", "alternative_text", "image", "position"]

    @admin.display(description="Image")
    def preview(self, picture):
        return tag_of(picture) if picture.pk else ""


def tag_of(picture):
    """The image in a page of the team's."""
    address = reverse("admin:programme_casestudy_picture", args=[picture.case_study_id, picture.pk])
    html = '<img class="team-picture" src="{}" width="{}" height="{}" alt="{}">'
    return format_html(html, address, picture.width, picture.height, picture.alternative_text)


@require_safe
def picture(request, pk, one):
    """An image, published or not, for who may see its case study."""
    if not request.user.has_perm("programme.view_casestudy"):
        raise PermissionDenied
    return answer_with(get_object_or_404(Picture, case_study=pk, pk=one))
