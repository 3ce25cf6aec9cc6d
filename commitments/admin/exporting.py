"""Spreadsheets that the delivery team takes away: templates to fill in, exports, and what their columns hold."""

from functools import wraps

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commitments.models import Sheet
from commitments.spreadsheets.columns import COLUMNS
from commitments.spreadsheets.exporting import export
from commitments.spreadsheets.writing import FORMATS, GUIDANCE, csv_lines, xlsx_file

MAY_EXPORT = {Sheet.SIGNATURES: "signatories.view_signature", Sheet.PROGRESS: "commitments.view_progressupdate"}


def allowed(*permissions):
    """Decorator: a page for those who have one of these permissions."""

    def guard(view):
        @wraps(view)
        def answer(request, *args, **kwargs):
            if not any(request.user.has_perm(one) for one in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return answer

    return guard


may_look = allowed("commitments.view_import", "commitments.add_import")


def page_of(request, name, title, context, status=200):
    """A page of the admin about spreadsheets."""
    context |= admin.site.each_context(request) | {"title": title}
    return TemplateResponse(request, f"admin/commitments/{name}.html", context, status=status)


@admin.site.page("import/template/<slug:sheet>.<slug:file_format>", "import_template")
@may_look
@require_safe
def template(request, sheet, file_format):
    """An empty spreadsheet with the columns; the XLSX one explains them."""
    return _file(sheet, file_format, lambda: iter([]), f"template-{sheet}")


@admin.site.page("export/<slug:sheet>.<slug:file_format>", "export")
@require_safe
def take_away(request, sheet, file_format):
    """Everything public in the same columns."""
    if sheet in MAY_EXPORT and not request.user.has_perm(MAY_EXPORT[sheet]):
        raise PermissionDenied
    name = f"{sheet}-{timezone.localdate().isoformat()}"
    return _file(sheet, file_format, lambda: export(sheet, file_format, by=request.user), name)


def _file(sheet, file_format, rows, name):
    if sheet not in COLUMNS or file_format not in FORMATS:
        raise Http404
    kind, name = FORMATS[file_format], f"{name}.{file_format}"
    if file_format == "xlsx":
        return FileResponse(xlsx_file(sheet, rows()), as_attachment=True, filename=name, content_type=kind)
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(csv_lines(sheet, rows()), content_type=kind, headers=disposition)


@admin.site.page("import/columns/", "import_columns")
@may_look
@require_safe
def columns(request):
    """What each column holds."""
    sheets = [(words, COLUMNS[value]) for value, words in Sheet.choices]
    return page_of(request, "import_columns", "Columns of the spreadsheets", {"sheets": sheets, "guidance": GUIDANCE})
