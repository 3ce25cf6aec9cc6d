"""One page of a long list, and the links to the others. The page number comes from a stranger, so a form reads it."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404

SIZE = 25


class PageForm(forms.Form):
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)


@dataclass(frozen=True)
class Page:
    """Some rows of a list: which, of how many, and what the Design System's pagination needs (None for one page)."""

    rows: list
    number: int
    last: int
    total: int
    pagination: dict | None


def one_page(request, queryset, size=SIZE):
    """The page that `?page=` asks for, in two queries. 400 when it is no page number, 404 past the end."""
    form = PageForm(request.GET)
    if not form.is_valid():
        raise BadRequest("that is no page number")
    paginator = Paginator(queryset, size)
    try:
        page = paginator.page(form.cleaned_data["page"] or 1)
    except EmptyPage as error:
        raise Http404("the list is shorter") from error
    return Page(
        rows=list(page.object_list),
        number=page.number,
        last=paginator.num_pages,
        total=paginator.count,
        pagination=_pagination(request, page) if paginator.num_pages > 1 else None,
    )


def link_with(request, **changes):
    """This list's address with other parameters: the rest are kept, None takes one away, and it starts at page 1."""
    parameters = request.GET.copy()
    for name, value in ({"page": None} | changes).items():
        parameters.pop(name, None)
        if value is not None:
            parameters[name] = value
    query = parameters.urlencode()
    return f"{request.path}?{query}" if query else request.path


def _pagination(request, page):
    def href(number):
        return link_with(request, page=None if number == 1 else number)

    links = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    pagination = {
        "items": [
            {"number": number, "href": href(number), "current": number == page.number}
            if isinstance(number, int)
            else {"ellipsis": True}
            for number in links
        ]
    }
    if page.has_previous():
        pagination["previous"] = {"href": href(page.number - 1)}
    if page.has_next():
        pagination["next"] = {"href": href(page.number + 1)}
    return pagination
