"""One page of a long list, and the links to the others. The page number comes from a stranger, so a form reads it."""

from django import forms
from django.core.exceptions import BadRequest
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404

SIZE = 25


class PageForm(forms.Form):
    page = forms.IntegerField(required=False, min_value=1, max_value=1_000_000)


def one_page(request, queryset, size=SIZE, total=None):
    """The page that `?page=` asks for, in two queries. 400 when that is no page number, 404 past the end.

    Its `address(number)` is what the pagination component asks for links. Whoever knows the `total` saves a query.
    """
    form = PageForm(request.GET)
    if not form.is_valid():
        raise BadRequest("that is no page number")
    paginator = Paginator(queryset, size)
    if total is not None:
        paginator.count = total
    try:
        page = paginator.page(form.cleaned_data["page"] or 1)
    except EmptyPage as error:
        raise Http404("the list is shorter") from error
    page.address = lambda number: link_with(request, page=None if number == 1 else number)
    return page


def link_with(request, **changes):
    """This list's address with other parameters: the rest are kept, None takes one away, and it starts at page 1.

    A parameter may have several values, as a list.
    """
    parameters = request.GET.copy()
    for name, value in ({"page": None} | changes).items():
        parameters.setlist(name, value if isinstance(value, list) else ["" if value is None else value])
    # A form sends its empty fields too.
    for name in list(parameters):
        parameters.setlist(name, [value for value in parameters.getlist(name) if value not in ("", None)])
    query = parameters.urlencode()
    return f"{request.path}?{query}" if query else request.path
