"""The page with every chart, and each chart by itself."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from localdigital.addresses import absolute
from localdigital.caching import public_page
from localdigital.govuk.writing import date
from localdigital.paging import link_with
from localdigital.site.movement import coverage, hexagons, money, network, over_time, promises
from localdigital.site.movement.filters import Filter
from localdigital.site.movement.oecd import answers
from localdigital.site.movement.picture import png
from localdigital.tables import MARK, guarded, row_writer

MODULES = [over_time, hexagons, coverage, promises, network, money]


@public_page
def movement(request):
    """Every chart of what fits, and what the register answers to the OECD."""
    asked = Filter(request.GET)
    charts = [chart for module in MODULES for chart in module.charts(asked)]
    context = {
        "charts": charts,
        "headlines": [chart.headline for chart in charts if chart.headline],
        "asked": asked,
        "tags": [(label, words, link_with(request, **{name: None})) for name, label, words in asked.in_words],
        "oecd": answers(asked.on),
    }
    return render(request, "movement/movement.html", context)


@public_page
def drawing(request, key):
    """One chart as SVG."""
    return _file(_svg(*_chart(request, key)), key, "svg", "image/svg+xml")


@public_page
def picture(request, key):
    """One chart as PNG."""
    return _file(png(str(_svg(*_chart(request, key)))), key, "png", "image/png")


@public_page
def table(request, key):
    """The figures of one chart as CSV."""
    _, chart = _chart(request, key)
    line = row_writer()
    rows = [chart.columns, *chart.rows]
    text = "".join(line([_plain(cell) for cell in row]) for row in rows)
    return _file(MARK + text, key, "csv", "text/csv; charset=utf-8")


def _chart(request, key):
    """What was asked, and the chart of that key: only its module asks the database."""
    module = next((one for one in MODULES if key in one.KEYS), None)
    if module is None:
        raise Http404("there is no such chart")
    asked = Filter(request.GET)
    return asked, next(chart for chart in module.charts(asked) if chart.key == key)


def _svg(asked, chart):
    where = absolute("movement")
    only = "".join(f" {label}: {words}." for _, label, words in asked.in_words)
    source = f"Source: {settings.SERVICE_NAME}, {where}, {date(asked.on)}.{only} Open Government Licence v3.0."
    return chart.file(source, settings.SITE_URL)


def _plain(cell):
    if cell is None:
        return ""
    return cell if isinstance(cell, (int, float)) else guarded(str(cell))


def _file(content, key, ending, content_type):
    shown = "attachment" if ending == "csv" else "inline"
    headers = {"Content-Disposition": f'{shown}; filename="local-digital-declaration-{key}.{ending}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
