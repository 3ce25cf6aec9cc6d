"""Paper and the past: spreadsheets that the delivery team brings in. These pages show and call."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, When
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from commitments.models import Import, ImportRow, Outcome, Phase, Sheet, Verdict
from commitments.spreadsheets import importing, mending
from commitments.spreadsheets.columns import heading_of
from commitments.spreadsheets.importing import NotNow
from commitments.spreadsheets.planning import details_of
from commitments.spreadsheets.reading import LARGEST_FILE, MOST_ROWS, Unreadable
from localdigital.admin import Waiting
from localdigital.paging import PageForm, link_with, one_page

from .exporting import MAY_EXPORT, allowed, may_look, page_of
from .import_forms import NamesForm, UploadForm

SIZE = 25
RECENT = 20
NAMES_AT_ONCE = 20
# How long a page works before it answers
AT_WORK_FOR = timedelta(seconds=2)
SHOWN = {
    "problem": ("To be mended", Q(verdict=Verdict.PROBLEM, is_left_out=False)),
    "name": ("Waiting for a name", Q(verdict=Verdict.NAME, is_left_out=False)),
    "make": ("To be made", Q(verdict=Verdict.MAKE, is_left_out=False)),
    "change": ("To be changed", Q(verdict=Verdict.CHANGE, is_left_out=False)),
    "same": ("In the register already", Q(verdict=Verdict.SAME, is_left_out=False)),
    "left-out": ("Left out", Q(is_left_out=True)),
}
TO_BE_MENDED_FIRST = Case(When(SHOWN["problem"][1], then=0), When(SHOWN["name"][1], then=1), default=2)
# No import is ever at this step
NEVER = -1
TOO_LATE = "This import changed since you opened this page. Look at it again."


may_import = allowed("commitments.add_import")


@admin.site.waits
def imports_under_way(request):
    """Spreadsheets that somebody uploaded and nobody finished."""
    if not request.user.has_perm("commitments.add_import"):
        return []
    words = {"label": "spreadsheets to go on with", "one": "spreadsheet to go on with"}
    return [Waiting(count=Import.objects.unfinished(), address=reverse("admin:imports"), **words)]


# ---- Uploading


@admin.site.page("import/", "imports")
@may_look
def imports(request):
    """Templates, exports, a form for a file, and the imports before."""
    may = request.user.has_perm("commitments.add_import")
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            source = importing.begin(form.cleaned_data["file"], form.cleaned_data["sheet"], by=request.user)
            return redirect("admin:import", source.pk)
        except Unreadable as unreadable:
            form.add_error("file", str(unreadable))
    recent = Import.objects.select_related("made_by").annotate(row_count=Count("rows"))[:RECENT]
    context = {
        "form": form,
        "may_import": may,
        "recent": recent,
        "sheets": [(value, words, request.user.has_perm(MAY_EXPORT[value])) for value, words in Sheet.choices],
        "largest": f"{LARGEST_FILE // 1_000_000} MB",
        "most_rows": f"{MOST_ROWS:,}",
    }
    return page_of(request, "imports", "Import and export", context)


# ---- One import


@admin.site.page("import/<int:pk>/", "import")
@may_look
@require_safe
def one_import(request, pk):
    """How far it is: at work, to be looked at, or done. Whoever may import goes on with it by looking."""
    source = source_of(pk)
    if source.is_at_work and request.user.has_perm("commitments.add_import"):
        _work(source)
    if source.is_at_work:
        return _progress(request, source)
    if source.phase == Phase.PREVIEW:
        return preview(request, source)
    return _report(request, source)


def source_of(pk):
    """The import of that number; 404 when there is none."""
    if pk > 2**62:
        raise Http404
    return get_object_or_404(Import.objects.select_related("made_by", "confirmed_by"), pk=pk)


def as_seen(request, source):
    """The import as it was on the page from which this was sent: what is decided of it since, `take` refuses."""
    seen = request.POST.get("seen", "")
    source.step = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else NEVER
    return source


def _work(source):
    """Go on for as long as a page may take, or until somebody else does."""
    until = timezone.now() + AT_WORK_FOR
    while source.is_at_work and timezone.now() < until:
        if not importing.go_on(source):
            source.refresh_from_db()
            return


def _progress(request, source):
    every = Count("pk", filter=Q(is_left_out=False))
    to_do = Q(outcome=Outcome.NONE) if source.phase == Phase.WRITING else Q(verdict=Verdict.UNCHECKED)
    counts = source.rows.aggregate(all=every, left=Count("pk", filter=to_do & Q(is_left_out=False)))
    doing = "Writing" if source.phase == Phase.WRITING else "Checking"
    context = {"import": source, "doing": doing, "total": counts["all"], "done": counts["all"] - counts["left"]}
    title = f"{doing} {source.get_sheet_display().lower()}"
    return page_of(
        request, "import_progress", title, context | {"goes_on": request.user.has_perm("commitments.add_import")}
    )


def preview(request, source, form=None, status=200):
    """Everything that it would do, and what somebody has to say or mend first; `form` are names that were refused."""
    counts = source.rows.aggregate(**{name: Count("pk", filter=which) for name, (_, which) in _as_names().items()})
    unclear = mending.names_to_confirm(source)
    some = _some_of(request, unclear)
    shown = request.GET.get("show")
    rows = source.rows.select_related("signature", "commitment")
    rows = rows.filter(SHOWN[shown][1]) if shown in SHOWN else rows.order_by(TO_BE_MENDED_FIRST, "first", "number")
    page = one_page(request, rows, SIZE)
    context = {
        "import": source,
        "counts": counts,
        "ready": _is_ready(counts),
        "unclear": len(unclear),
        "names": form or (names_form(some.object_list) if unclear else None),
        "some_names": None if form else some,
        "confirmed": mending.confirmed_names(source),
        "may_import": request.user.has_perm("commitments.add_import"),
        "tabs": _tabs(request, counts, shown),
    }
    return page_of(request, "import_preview", "Look at what would be made", context | _rows(page, source), status)


def _is_ready(counts):
    return not counts["problem"] + counts["name"] and counts["make"] + counts["change"] + counts["same"] > 0


def _some_of(request, unclear):
    """So many of the names as are asked about at once: `?names=2` asks for those that follow."""
    asked = PageForm({"page": request.GET.get("names", "")})
    if not asked.is_valid():
        raise BadRequest("that is no page number")
    some = Paginator(unclear, NAMES_AT_ONCE).get_page(asked.cleaned_data["page"] or 1)
    some.before = link_with(request, names=some.number - 1) if some.has_previous() else ""
    some.after = link_with(request, names=some.number + 1) if some.has_next() else ""
    return some


def names_form(unclear, data=None):
    """The form that asks which organisations these names mean."""
    return NamesForm(data, unclear=mending.with_candidates(unclear))


def _as_names():
    return {name.replace("-", "_"): words for name, words in SHOWN.items()}


def _tabs(request, counts, shown):
    tabs = [(f"All ({sum(counts.values())})", link_with(request, show=None), shown not in SHOWN)]
    for name, (words, _) in SHOWN.items():
        if count := counts[name.replace("-", "_")]:
            tabs.append((f"{words} ({count})", link_with(request, show=name), shown == name))
    return tabs


def _rows(page, source):
    for row in page:
        row.wrong = [(heading_of(source.sheet, one["column"]), one["text"]) for one in row.problems]
        row.details = details_of(source.sheet, row.cells) if row.verdict == Verdict.MAKE else []
    return {
        "page": page,
        "before": page.address(page.number - 1) if page.has_previous() else None,
        "after": page.address(page.number + 1) if page.has_next() else None,
    }


def _report(request, source):
    labels = [one for one in Outcome if one != Outcome.NONE]
    counts = source.rows.aggregate(**{one.name: Count("pk", filter=Q(outcome=one)) for one in labels})
    shown = request.GET.get("show")
    rows = source.rows.select_related("signature", "commitment__signature").order_by("first", "number")
    rows = rows.filter(outcome=shown) if shown in Outcome.values and shown else rows
    tabs = [(f"All ({sum(counts.values())})", link_with(request, show=None), not shown)]
    tabs += [
        (f"{o.label} ({counts[o.name]})", link_with(request, show=o.value), shown == o)
        for o in labels
        if counts[o.name]
    ]
    context = {"import": source, "tabs": tabs, "given_up": source.phase == Phase.GIVEN_UP}
    return page_of(
        request, "import_report", "What was imported", context | _rows(one_page(request, rows, SIZE), source)
    )


# ---- Decisions about it


@admin.site.page("import/<int:pk>/decide/", "import_decide")
@may_import
@require_POST
def decide(request, pk):
    """Write it, give it up, leave rows out, ask about a name again, check it again."""
    source, by = as_seen(request, source_of(pk)), request.user
    decisions = {
        "confirm": importing.confirm,
        "give-up": importing.give_up,
        "leave-problems-out": mending.leave_problems_out,
        "check-again": mending.check_everything_again,
    }
    try:
        if (what := request.POST.get("do")) in decisions:
            decisions[what](source, by=by)
        elif "leave-out" in request.POST:
            mending.leave_out(source, _number(request.POST["leave-out"]), by=by)
        elif "take-in" in request.POST:
            mending.leave_out(source, _number(request.POST["take-in"]), by=by, leave=False)
        elif "ask-again" in request.POST:
            mending.ask_again(source, _number(request.POST["ask-again"]), by=by)
        else:
            raise BadRequest("no such decision")
    except NotNow:
        messages.error(request, TOO_LATE)
    except ImportRow.DoesNotExist as error:
        raise Http404 from error
    return redirect("admin:imports") if request.POST.get("do") == "give-up" else redirect("admin:import", source.pk)


def _number(text):
    if not (text.isascii() and text.isdecimal() and len(text) < 9):
        raise BadRequest("that is no row")
    return int(text)


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin):
    """In the list of everything: its pages are those above."""

    def changelist_view(self, request, extra_context=None):
        return redirect("admin:imports")

    def add_view(self, request, form_url="", extra_context=None):
        return redirect("admin:imports")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return redirect("admin:import", _number(object_id))

    def has_delete_permission(self, request, obj=None):
        return False
