"""What an officer began for a council that they no longer report for is hidden from them, and in nobody's way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments.models import Status
from programme.council import case_study_drafts
from programme.events import drafts as event_drafts
from programme.models import CaseStudy, Output
from tests.factories import make_access, make_person, make_signature
from tests.programme.factories import make_case_study, make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def pugh(sign_in):
    """Reports for Trumpton, and then for Chigley."""
    person = make_person("Pugh Barney")
    make_access(person, "Trumpton")
    sign_in(person)
    return person


def go_to_chigley(person):
    person.accesses.update(ended_at=timezone.now() - timedelta(days=1))
    return make_access(person, "Chigley").organisation


def test_they_begin_an_empty_case_study_for_the_other_council(client, pugh):
    for body in ("Trumpton", "Chigley"):
        page = client.post("/account/case-studies/begin/", {"commitment": "none"}, follow=True)
        assert page.status_code == 200
        assert [one.name for one in CaseStudy.objects.latest("pk").organisations.all()] == [body]
        if body == "Trumpton":
            go_to_chigley(pugh)
    assert CaseStudy.objects.count() == 2


def test_they_make_an_output_of_a_commitment_of_both(client, pugh):
    commitment = make_signature("Trumpton", "Chigley").commitments.get()
    about = {"deliverable": commitment.deliverables.get().pk}
    client.post(f"/account/commitments/{commitment.pk}/output/", about)
    hidden = Output.objects.get()
    hidden.organisations.set([pugh.accesses.get().organisation])
    go_to_chigley(pugh)
    assert client.post(f"/account/commitments/{commitment.pk}/output/", about, follow=True).status_code == 200
    assert Output.objects.exclude(pk=hidden.pk).count() == 1


def test_what_is_hidden_does_not_count_towards_the_most(pugh, monkeypatch):
    for module in (case_study_drafts, event_drafts):
        monkeypatch.setattr(module, "MOST_UNFINISHED", 1)
    for make in (make_case_study, make_event):
        make("Hidden", "Trumpton", proposer=pugh, status=Status.DRAFT)
    chigley = go_to_chigley(pugh)
    assert case_study_drafts.begin(None, [chigley], by=pugh)
    with pytest.raises(case_study_drafts.TooMany):
        case_study_drafts.begin(make_signature(chigley).commitments.get(), [chigley], by=pugh)
    now = timezone.now()
    answers = dict.fromkeys(event_drafts.FIELDS, "") | {"title": "A", "is_online": True}
    answers |= {"starts_at": now, "ends_at": now + timedelta(hours=1)}
    of_chigley = {"organisations": [chigley.pk], "topics": [], "by": pugh}
    assert event_drafts.begin(answers, **of_chigley)
    with pytest.raises(event_drafts.TooMany):
        event_drafts.begin(answers | {"title": "B"}, **of_chigley)
