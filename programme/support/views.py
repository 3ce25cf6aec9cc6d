"""The page of who can help with what, and who wants help."""

from django.core.exceptions import BadRequest
from django.shortcuts import render
from django.utils import timezone

from localdigital.caching import public_page
from localdigital.paging import link_with
from programme.models import Topic
from programme.support.listing import SupportForm, sides_of
from signatories.models.organisation import Region


@public_page
def support(request):
    """Topic by topic: both sides, and where they match."""
    form, topics = SupportForm(request.GET), list(Topic.objects.all())
    if not form.is_valid():
        raise BadRequest("that is none of the choices")
    asked, titles = form.asked, {one.slug: one.title for one in topics}
    if "topic" in asked and asked["topic"] not in titles:
        raise BadRequest("there is no such topic")
    every = sides_of(topics, asked, timezone.localdate())
    words = {"topic": titles, "region": dict(Region.choices)}
    context = {
        "every": [one for one in every if not one.is_empty],
        "matches": sum(one.is_match for one in every),
        "topics": [("", "All topics"), *titles.items()],
        "regions": [("", "All regions"), *Region.choices],
        "asked": asked,
        "chosen": titles.get(asked.get("topic"), ""),
        "link": lambda topic: link_with(request, topic=topic.slug),
        "tags": [
            (form.fields[name].label, words[name][value], link_with(request, **{name: None}))
            for name, value in asked.items()
        ],
    }
    return render(request, "programme/support/support.html", context)
