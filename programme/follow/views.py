"""Following by email: asking, confirming, and the page from which each email lets its reader stop."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from localdigital import links
from localdigital.caching import private_page
from localdigital.throttle import throttled, within_limit
from programme.follow.following import ask, confirm, stop
from programme.follow.forms import FollowForm, subject_of
from programme.follow.subjects import Subject
from programme.models import Follow, Follower
from signatories.reorganising import Refused

DAY = timedelta(days=1)
MAILS_A_DAY = 5
# A council of thousands may sit behind one address, so this stops machines only.
FORMS_AN_HOUR_FROM_A_NETWORK = 200


@private_page
@throttled("ask to follow", limit=FORMS_AN_HOUR_FROM_A_NETWORK)
def follow(request):
    """How to follow something: its feed, or by email. The next page is the same whatever the address."""
    subject = subject_of(request.GET)
    form = FollowForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        if within_limit("mail to follow", address, limit=MAILS_A_DAY, per=DAY):
            _ask(address, subject)
        request.session["asked_to_follow"] = {"address": address, "back": subject.path}
        return redirect("follow_sent")
    return render(request, "programme/follow/follow.html", {"form": form, "subject": subject})


def _ask(address, subject):
    try:
        ask(address, subject)
    except Refused as gone:  # it was merged into another one while the form was open
        raise Http404 from gone


@private_page
def sent(request):
    """Check your email. The address is shown once: who stops later is not remembered by a browser's session either."""
    asked = request.session.get("asked_to_follow")
    if not asked:
        return redirect("follow")
    request.session["asked_to_follow"] = asked | {"address": ""}
    return render(request, "programme/follow/sent.html", asked)


@private_page
@throttled("confirm to follow", limit=FORMS_AN_HOUR_FROM_A_NETWORK)
def confirm_following(request, token):
    """The link in the question: GET shows a button, POST confirms. Mail scanners follow links."""
    pk = links.find_standing("programme.follow", token)
    found = Follow.objects.with_subject().select_related("follower").filter(pk=pk).first()
    if found is None:
        return render(request, "programme/follow/unknown.html", status=404)
    if request.method == "POST":
        confirm(found)
        return redirect("follow_confirm", token)
    yours = links.standing_address("programme.follower", found.follower_id) if found.confirmed_at else None
    context = {"follow": found, "subject": Subject.of(found), "yours": yours}
    return render(request, "programme/follow/confirm.html", context)


# The token is what lets in: a mail program that stops the emails by one click has no cookie (RFC 8058), and is not
# redirected.
@csrf_exempt
@private_page
def following(request, token):
    """The link in every digest: what they follow, a button to stop each, one for all. Asks for no cookie."""
    pk = links.find_standing("programme.follower", token)
    if pk is None:
        raise Http404("no such link")
    follower = Follower.objects.filter(pk=pk).first()
    follows = list(Follow.objects.confirmed().with_subject().filter(follower=follower)) if follower else []
    stopped = None
    if request.method == "POST" and follower:
        stopped = next((one for one in follows if str(one.pk) == request.POST.get("follow")), None)
        if stopped or "follow" not in request.POST:
            stop(follower, only=stopped)
            follows = [one for one in follows if stopped and one.pk != stopped.pk]
    context = {
        "follower": follower if follows else None,
        "subjects": [(one.pk, Subject.of(one)) for one in follows],
        "stopped": stopped and Subject.of(stopped),
        "here": reverse("following", args=[token]),
    }
    return render(request, "programme/follow/following.html", context)
