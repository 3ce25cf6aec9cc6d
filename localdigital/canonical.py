"""The one address by which search engines and shared links know a public page, and which pages have one."""

from urllib.parse import quote

from django.core.paginator import Page


def is_shared(request):
    """Whether it is a page that anyone may read: then its head says what it is to those who share or index it.

    Only what `public_page` answers is. An account, a link, a preview and the admin's pages tell nothing of themselves;
    pages of errors say so in their templates, by `unlisted`.
    """
    return getattr(request, "is_public_page", False)


def canonical_path(request, page=None):
    """The address of a page without what else was asked; a list keeps its page number.

    None for a list that was searched, filtered or sorted: its second page is another one than the whole list's, and
    there are too many of them for an index. `page` is the Page of a list.
    """
    of_list = page if isinstance(page, Page) else None
    if (of_list or "q" in request.GET) and _asks_for_more(request.GET):
        return None
    number = of_list.number if of_list else 1
    return quote(request.path) + (f"?page={number}" if number > 1 else "")


def _asks_for_more(query):
    return any(value for name, values in query.lists() if name != "page" for value in values)
