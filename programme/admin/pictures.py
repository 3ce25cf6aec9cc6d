"""The images of case studies in the delivery team's pages: seen before they are public, described, added, taken out."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from localdigital.forms import is_blank
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
        self.digest_before = self.instance.digest
        if self.instance.pk:
            self.fields["image"].required = False
            self.fields["image"].label = "Upload another in its place (optional)"

    def clean_alternative_text(self):
        """A text that can be seen."""
        text = self.cleaned_data["alternative_text"]
        if is_blank(text):
            raise forms.ValidationError(self.fields["alternative_text"].error_messages["required"], code="required")
        return text

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
        kept = [form for form in self.forms if form.instance.digest and not self._should_delete_form(form)]
        for form in kept:
            digest = form.instance.digest
            before = {one.digest_before for one in kept if one is not form}
            if digest in seen:
                form.add_error("image", "It is there already: select another")
            elif form.instance.pk and digest != form.digest_before and digest in before:
                # Each is saved by itself, and for a moment it would be there twice
                form.add_error("image", "It is there already: to change the order of images, change their numbers")
            seen.add(digest)

    def save_existing_objects(self, commit=True):
        """The same, after those that go: one of them may take the place of another."""
        if commit:
            going = [form.instance.pk for form in self.deleted_forms]
            Picture.objects.filter(case_study=self.instance, pk__in=going).delete()
        return super().save_existing_objects(commit)


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
