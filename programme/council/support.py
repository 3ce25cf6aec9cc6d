"""The pages on which an officer says with which topics their organisation can help and with which it wants help, and on
which one writes to the people of another."""

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from commitments import collaboration
from commitments.council.work_together import MessageForm
from commitments.models import Approach
from commitments.succession import organisations_of, reported_for_by
from localdigital.site.errors import too_many_requests
from localdigital.throttle import within_limit
from programme.council.support_form import SupportForm
from programme.models import SupportOffer, Topic
from programme.support.listing import offers_on
from programme.support.matching import matches_of
from programme.support.saying import Gone
from programme.support.saying import say as keep
from signatories.access import for_person, for_person_by_id

SAID_AN_HOUR = 60


@for_person_by_id
def begin(request):
    """Which of their organisations it is about: straight to the questions where there is one."""
    organisations = organisations_of(request.person, timezone.localdate())
    if len(organisations) == 1:
        return redirect("council_support_of", organisations[0].slug)
    return render(request, "account/support_which.html", {"organisations": organisations})


@for_person_by_id
def say(request, slug):
    """Every topic, and what the organisation says of it: public at once."""
    organisation = get_object_or_404(reported_for_by(request.person, timezone.localdate()), slug=slug)
    form = SupportForm(request.POST or None, topics=_topics(organisation))
    if request.method == "POST" and form.is_valid():
        if not within_limit("support", request.person.pk, limit=SAID_AN_HOUR):
            return too_many_requests(request)
        return _keep(request, organisation, form.answers)
    matches = [] if form.is_bound else matches_of(organisation, timezone.localdate())
    page = {"form": form, "organisation": organisation, "matches": matches}
    return render(request, "account/support.html", page)


def _keep(request, organisation, answers):
    try:
        changed = keep(organisation, answers, by=request.person)
    except Gone as gone:  # while the form was open
        raise Http404 from gone
    if changed:
        messages.success(request, "Saved. Anyone can now read it on the page about support")
    else:
        messages.info(request, "You changed nothing, so nothing was saved")
    return redirect("council_support_of", organisation.slug)


def _topics(organisation):
    said = SupportOffer.objects.filter(organisation=organisation, topic=OuterRef("pk"))
    return list(Topic.objects.annotate(way=Subquery(said.values("way")[:1])))


# ---- Writing to the people of another organisation


@for_person
def ask(request, slug, topic):
    """Write to the people of an organisation that can help with a topic or wants help with it; or why that cannot be
    done."""
    now, offer = timezone.now(), _offer(slug, topic)
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        message, about = form.cleaned_data["message"], {"topic": offer.topic.title, "by": request.person}
        try:
            collaboration.ask_to_work_together(offer.organisation, message=message, now=now, **about)
        except collaboration.Hindered as hindered:
            return _hindered(request, offer, hindered.why, message)
        return redirect("council_support_sent", slug, topic)
    organisations = organisations_of(request.person, timezone.localdate(now))
    why = None
    if request.method != "POST":
        why = collaboration.hindrance(offer.organisation, request.person, organisations, now=now)
    if why:
        return _hindered(request, offer, why)
    return render(request, "account/support_ask.html", {"offer": offer, "form": form, "organisations": organisations})


def _offer(slug, topic):
    """What a public page shows that an organisation says of a topic; 404 for anything else."""
    offers = offers_on(timezone.localdate()).select_related("organisation", "topic")
    return get_object_or_404(offers, organisation__slug=slug, topic__slug=topic)


def _hindered(request, offer, why, message=""):
    page = {"offer": offer, "why": str(why), "most": collaboration.MOST_A_DAY, "message": message}
    # The public page offers it to everyone, as it knows nobody.
    is_own = why == collaboration.Hindrance.OWN and request.method == "GET"
    return render(request, "account/support_hindered.html", page, status=200 if is_own else 403)


@for_person
def sent(request, slug, topic):
    """The message is on its way."""
    offer = _offer(slug, topic)
    written = Approach.objects.filter(person=request.person, organisation=offer.organisation, topic=offer.topic.title)
    if not written.exists():
        raise Http404
    return render(request, "account/support_sent.html", {"offer": offer})
