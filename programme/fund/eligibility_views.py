"""The eligibility check: a round is chosen, then who would apply, and each of its rules is answered. Nothing is stored:
the address holds what was asked, so that it can be shared."""

import re
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.utils import timezone

from localdigital.caching import public_page_by_the_minute
from localdigital.forms import tidy
from programme.fund.eligibility import Check, is_council
from programme.fund.eligibility_forms import ApplicationForm, RoundForm
from programme.fund.rules_in_words import in_words, is_past

KEPT = re.compile(r"lead|partners|means-[a-z0-9-]+")


@public_page_by_the_minute
def eligibility(request):
    """Which round; then who would apply; then the answer, above the same questions."""
    now = timezone.now()
    choice = RoundForm(request.GET if {"round", "then"} & set(request.GET) else None, now=now)
    if not choice.is_bound or not choice.is_valid():
        return render(request, "programme/fund/eligibility.html", {"form": choice, "kept": _kept(request)})
    round_ = choice.cleaned_data["round"]
    prefetch_related_objects([round_], "rules__rounds")
    form = ApplicationForm(request.GET if "lead" in request.GET else None, round_=round_, today=timezone.localdate(now))
    past = is_past(round_.state(now))
    page = {
        "form": form,
        "round": round_,
        "is_past": past,
        "rules": [(rule, in_words(rule, past=past)) for rule in round_.rules.all()],
        "today": form.today,
        "is_council": is_council,
        "elsewhere": f"?{urlencode(kept)}" if (kept := _kept(request)) else "",
    }
    if not form.is_bound or not form.is_valid():
        return render(request, "programme/fund/eligibility_questions.html", page)
    return render(
        request, "programme/fund/eligibility_answer.html", page | {"check": Check(form.application(), form.today)}
    )


def _kept(request):
    """Who was asked about in another round: they are asked about in the next one too."""
    return [(name, tidy(value)) for name, value in request.GET.items() if KEPT.fullmatch(name)]
