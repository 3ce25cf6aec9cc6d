"""What the team mends of an import in pages of its own: which organisations names mean, and the cells of a row."""

from django.contrib import admin, messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from commitments.models import Phase, Verdict
from commitments.spreadsheets import mending
from commitments.spreadsheets.columns import COLUMNS
from commitments.spreadsheets.importing import NotNow
from commitments.spreadsheets.reading import Unreadable

from .exporting import page_of
from .import_forms import RowForm
from .importing import TOO_LATE, as_seen, may_import, names_form, preview, source_of


@admin.site.page("import/<int:pk>/names/", "import_names")
@may_import
def names(request, pk):
    """Which organisations the unclear names mean: for all rows of this import."""
    source = source_of(pk)
    if request.method != "POST":  # a link of the page that showed what was wrong
        return redirect(f"{reverse('admin:import', args=[source.pk])}?{request.GET.urlencode()}")
    if source.phase != Phase.PREVIEW:
        return _too_late(request, source)
    form = _form_of(source, request.POST)
    if not form.is_valid():
        return preview(request, source, form)
    try:
        mending.choose_names(as_seen(request, source), form.chosen(), by=request.user)
    except NotNow:
        source.refresh_from_db(fields=["step", "phase"])
        if source.phase != Phase.PREVIEW:
            return _too_late(request, source)
        form = _form_of(source, request.POST)
        form.add_error(None, TOO_LATE)
        return preview(request, source, form, status=409)
    return redirect("admin:import", source.pk)


def _too_late(request, source):
    messages.error(request, TOO_LATE)
    return redirect("admin:import", source.pk)


def _form_of(source, data):
    """Of the names that are unclear now, those that were on the page."""
    on_the_page = {pk for field in data for kind, _, pk in [field.partition("-")] if kind in ("name", "other")}
    return names_form([one for one in mending.names_to_confirm(source) if str(one.pk) in on_the_page], data)


@admin.site.page("import/<int:pk>/rows/<int:number>/", "import_row")
@may_import
def one_row(request, pk, number):
    """The cells of one row, with what is wrong with each beside it."""
    source = source_of(pk)
    row = get_object_or_404(source.rows, number=min(number, 2**31 - 1))
    if source.phase != Phase.PREVIEW:
        return _too_late(request, source)
    form = RowForm(request.POST if request.method == "POST" else row.cells, sheet=source.sheet)
    form.is_valid()
    if request.method == "POST" and not form.errors:
        row = _mend(request, source, row, form)
        if source.phase != Phase.PREVIEW:
            return _too_late(request, source)
        if not form.errors and row.verdict == Verdict.NAME:
            messages.warning(request, f"Row {number} is saved. Confirm below which organisation is meant.")
            return redirect(f"{reverse('admin:import', args=[source.pk])}#names-to-confirm")
        if not form.errors and not row.problems:
            messages.success(request, f"Row {number} is mended.")
            return redirect("admin:import", source.pk)
    now = _as_it_is_now(source, row, form) if form.non_field_errors() else []
    if not form.errors:
        form.say(row.problems)
    waits = any("name" in one for one in row.problems)
    context = {"import": source, "row": row, "form": form, "as_it_is_now": now, "waits_for_a_name": waits}
    return page_of(request, "import_row", f"Mend row {number}", context)


def _mend(request, source, row, form):
    """Put what was typed in the row; where that cannot be done, the form says why. Returns the row as it is then."""
    try:
        return mending.mend(as_seen(request, source), row.number, form.cleaned_data, by=request.user)
    except NotNow:
        form.add_error(None, TOO_LATE)
    except Unreadable as unreadable:
        form.add_error("document", str(unreadable))
    source.refresh_from_db(fields=["step", "phase"])
    return source.rows.filter(pk=row.pk).first() or row


def _as_it_is_now(source, row, form):
    """What the cells hold now that differ from what was typed: a colleague may have written it."""
    now = {one: row.cells.get(one.name, "") for one in COLUMNS[source.sheet]}
    return [(one.heading, cell) for one, cell in now.items() if cell != form.cleaned_data.get(one.name, cell)]
