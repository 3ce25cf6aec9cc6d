"""The certificate of a signature, whether one is genuine, and the blank form to sign on paper."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from localdigital.caching import public_page
from localdigital.forms import QuestionForm
from localdigital.site.errors import too_many_requests
from signatories.by_reference import with_public_document
from signatories.certificate.blank_form import blank_form_of
from signatories.certificate.check_code import read_code
from signatories.certificate.content import certificate_of
from signatories.certificate.typesetting import pdf
from signatories.certificate.verifying import may_check, verify
from signatories.document import commitments_of, signatories_of
from signatories.models import Declaration, Principle
from signatories.models.reference import read_reference


class VerifyForm(QuestionForm):
    """What stands on a certificate."""

    reference = forms.CharField(
        label="Reference",
        help_text="For example, 4H7K-2QXT",
        max_length=50,
        error_messages={"required": "Enter the reference", "max_length": "Enter a reference like 4H7K-2QXT"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    code = forms.CharField(
        label="Check code",
        help_text="For example, 7QXP2-K9D4M",
        max_length=50,
        error_messages={"required": "Enter the check code", "max_length": "Enter a check code like 7QXP2-K9D4M"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_reference(self):
        """The reference in its one right form."""
        if not (reference := read_reference(self.cleaned_data["reference"])):
            raise forms.ValidationError("Enter the reference as it stands on the certificate, like 4H7K-2QXT")
        return reference

    def clean_code(self):
        """The check code in its one right form."""
        if not (code := read_code(self.cleaned_data["code"])):
            raise forms.ValidationError("Enter the check code as it stands on the certificate, like 7QXP2-K9D4M")
        return code


@public_page
@with_public_document
def certificate(request, document):
    """The certificate of a public signature as a PDF: what was signed, also where texts changed since."""
    data = certificate_of(document, signatories_of(document), commitments_of(document))
    return _pdf("certificate", data, f"certificate-{document.reference}.pdf")


@public_page
def verify_page(request):
    """Whether a reference and a check code are genuine and the signature still stands."""
    form = VerifyForm(request.GET if {"reference", "code"} & request.GET.keys() else None)
    found = None
    if form.is_bound and form.is_valid():
        if not may_check(request):
            return too_many_requests(request)
        found = verify(**form.cleaned_data)
    return render(request, "signatories/verify.html", {"form": form, "found": found})


@public_page
def blank_form(request, version):
    """The form to sign a version on paper; of one that was replaced, that of the version to sign now."""
    declaration = get_object_or_404(Declaration.objects.published(), version=version)
    current = Declaration.objects.current()
    if declaration != current:
        return redirect("blank_form", current.version)
    data = blank_form_of(declaration, Principle.objects.all())
    return _pdf("form", data, f"local-digital-declaration-{declaration.version}.pdf")


def _pdf(template, data, filename):
    headers = {"Content-Disposition": f'inline; filename="{filename}"'}
    return HttpResponse(pdf(template, data), content_type="application/pdf", headers=headers)
