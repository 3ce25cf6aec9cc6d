"""The pages of open data, and its files: each is sent as it is read, so that its size does not matter."""

from functools import wraps
from itertools import chain

from django.conf import settings
from django.db.models import Count, Value
from django.http import Http404, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from localdigital.addresses import absolute
from localdigital.caching import public_page, public_page_by_the_minute
from localdigital.site.data.asking import DayForm, FileForm
from localdigital.site.data.column_changes import CHANGES, FIRST_PUBLISHED_ON, version
from localdigital.site.data.datasets import DATASETS
from localdigital.site.data.files import CSV, csv_of, json_of
from localdigital.site.data.linked_data import catalogue_page
from localdigital.site.data.lists import LISTS
from localdigital.site.data.package import LICENCE, package

CONTENT_TYPES = {CSV: "text/csv; charset=utf-8; header=present", "json": "application/json; charset=utf-8"}
# What the clock changes within a day: a round closes, an event is over
CLOCKED = {"fund-rounds", "events"}
ABOUT = "Who signed the Local Digital Declaration, what they promised and how it goes: files and an API, free to use."
READABLE = "Content-Disposition, ETag, Last-Modified, Link"


def open_to_all(view):
    """What the pages of any website may read with a script."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = READABLE
        return response

    return answer


@public_page
def data(request):
    """What there is to take away, as it stands or stood on a day, under which terms."""
    form = DayForm(request.GET if "on-year" in request.GET else None)
    wrong = form.is_bound and not form.is_valid()
    on = None if wrong or not form.is_bound else form.cleaned_data["on"]
    rows = rows_of_each(on)
    context = {
        "form": form,
        "on": on,
        "query": f"?on={on.isoformat()}" if on else "",
        "datasets": [(dataset, rows.get(name, 0)) for name, dataset in DATASETS.items()],
        "linked_data": None if wrong else catalogue_page(f"Open data of the {settings.SERVICE_NAME}", ABOUT),
        "about": ABOUT,
    }
    return render(request, "pages/data.html", context, status=400 if wrong else 200)


def rows_of_each(on):
    """How many rows each dataset has on that day, by its name: one query."""
    first, *others = (
        dataset.rows(on)
        .order_by()
        .values(which=Value(name))
        .annotate(number=Count("pk"))
        .values_list("which", "number")
        for name, dataset in DATASETS.items()
    )
    return dict(first.union(*others, all=True))


@public_page
def dictionary(request):
    """Every column of every dataset: what it holds, of which kind, whether it is always there, and what changed."""
    context = {
        "datasets": list(DATASETS.values()),
        "changes": CHANGES[::-1],
        "first_published_on": FIRST_PUBLISHED_ON,
        "version": version(),
    }
    return render(request, "pages/data_dictionary.html", context)


@open_to_all
@public_page
def data_package(request):
    """The same for programs: a Frictionless data package."""
    described = package(created=timezone.localtime(request.register_version.changed_at))
    return JsonResponse(described, json_dumps_params={"ensure_ascii": False, "indent": 1})


@open_to_all
def download(request, name, form):
    """A whole dataset as a file, as it stands or stood on a day."""
    return _by_the_clock(name in CLOCKED, _download)(request, name, form)


@open_to_all
def download_list(request, name, form):
    """What a filtered list shows on all its pages, as a file: its filters are the parameters of its own address."""
    return _by_the_clock(name in CLOCKED, _download_list)(request, name, form)


def _by_the_clock(changes, view):
    return (public_page_by_the_minute if changes else public_page)(view)


def _download(request, name, form):
    dataset = DATASETS.get(name)
    if dataset is None:
        raise Http404("there is no such dataset")
    asked = FileForm(request.GET)
    if not asked.is_valid():
        return render(request, "pages/data_refused.html", {"form": asked, "dataset": dataset}, status=400)
    return _file(request, dataset, form, asked, dataset.rows(asked.cleaned_data["on"]))


def _download_list(request, name, form):
    asked = FileForm({"for": request.GET.get("for", "")})
    if not asked.is_valid():
        return render(request, "pages/data_refused.html", {"form": asked, "dataset": None}, status=400)
    chosen = LISTS[name]
    return _file(request, chosen.dataset, form, asked, chosen.rows(request.GET), which="-chosen")


def _file(request, dataset, form, asked, rows, which=""):
    """The response with these rows. A failure in its midst breaks the connection: it never looks like a whole file."""
    on = asked.cleaned_data["on"]
    parts = ()
    if request.method != "HEAD":
        pieces = dataset.pieces(rows, on=on)
        parts = csv_of(dataset, pieces, mark=asked.for_excel) if form == CSV else json_of(dataset, pieces)
        # The first part is made before anything is sent, so that a database that is down is a 500.
        parts = chain([next(parts)], parts)
    name = f"{dataset.name}{which}-{on or timezone.localdate():%Y-%m-%d}.{form}"
    described = absolute("data_package")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Link": f'<{LICENCE["path"]}>; rel="license", <{described}>; rel="describedby"; type="application/json"',
    }
    return StreamingHttpResponse(parts, content_type=CONTENT_TYPES[form], headers=headers)
