"""An officer or a reader says something at the moment at which the delivery team deletes a topic or merges an
organisation: one of them is first, the other is told, and nobody gets an error."""

import os

import pytest

from commitments.models import Status
from programme import topics
from programme.council import case_study_drafts
from programme.follow.following import ask
from programme.follow.subjects import Subject
from programme.models import CaseStudy, Follow, Output, SupportOffer, Topic, Use
from programme.reuse import drafts as output_drafts
from programme.reuse import using
from programme.support import saying
from signatories import duplicates
from signatories.models import Organisation
from signatories.reorganising import Refused
from tests.factories import make_access, make_organisation, make_person, make_user
from tests.programme.factories import make_case_study, make_output, make_topic

ROUNDS = int(os.environ.get("REGISTER_FAULT_ROUNDS", "3"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("attempt", range(ROUNDS))]


def only(answers, *kinds):
    """Nothing went wrong but in one of these ways."""
    assert [one for one in answers if isinstance(one, Exception) and not isinstance(one, kinds)] == []


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def draft(make):
    """Begun by an officer and not sent in."""
    return make("Draft", "Trumpton", proposer=make_person(), status=Status.DRAFT)


def choosing(kind, topic):
    """What keeps that topic in a draft of that kind, or says support of it."""
    if kind is SupportOffer:
        body, person = make_organisation(), make_person()
        return lambda: saying.say(body, {topic.pk: "can-help"}, by=person)
    if kind is CaseStudy:
        study = draft(make_case_study)
        return lambda: case_study_drafts.keep(fresh(study), {"topics": [topic.pk]})
    person, body = make_person(), make_access(make_person(), "Trumpton").organisation
    answers = {"title": "T", "url": "https://example.gov.uk/", "kind": "code", "licence": "ogl-3"}
    return lambda: output_drafts.begin(answers | {"organisations": {body.pk}, "topics": {topic.pk}}, by=person)


@pytest.mark.parametrize("kind", [CaseStudy, Output, SupportOffer])
def test_a_topic_goes_or_is_chosen_and_never_both(at_once, attempt, kind):
    topic, user = make_topic(), make_user()
    only(at_once(choosing(kind, topic), lambda: topics.delete(fresh(topic), by=user)), topics.InUse, Topic.DoesNotExist)
    through = SupportOffer.objects if kind is SupportOffer else kind.topics.through.objects
    assert Topic.objects.count() == through.count()


def test_the_team_deletes_a_topic_while_an_editor_chooses_it(at_once, attempt, admin_client):
    topic, user = make_topic(), make_user("second")
    about = {"title": "T", "url": "https://example.gov.uk/", "kind": "code", "licence": "ogl-3", "topics": topic.pk}
    [page, deleted] = at_once(
        lambda: admin_client.post("/admin/programme/output/add/", about),
        lambda: topics.delete(fresh(topic), by=user),
    )
    only([page, deleted], topics.InUse)
    assert Output.objects.count() == Topic.objects.count() == (1 if page.status_code == 302 else 0)


def test_two_moderators_delete_a_topic_once(at_once, attempt):
    topic, users = make_topic(), [make_user("first"), make_user("second")]
    only(at_once(*[lambda user=user: topics.delete(topic, by=user) for user in users]))
    assert Topic.objects.count() == 0


@pytest.mark.parametrize("kind", [Use, SupportOffer, Follow])
def test_an_organisation_is_merged_while_something_is_said_of_it(at_once, attempt, kind):
    real, duplicate = make_organisation("Chigley"), make_organisation("Chigly")
    output, topic, person, user = make_output("O", "Trumpton"), make_topic(), make_person(), make_user()
    said = {
        Use: lambda: using.say_that_it_is_used(output, duplicate, by=person),
        SupportOffer: lambda: saying.say(duplicate, {topic.pk: "can-help"}, by=person),
        Follow: lambda: ask("reader@example.com", Subject(organisation=duplicate)),
    }
    answers = at_once(said[kind], lambda: duplicates.put_together(duplicate, real, by=user))
    only(answers[:1], using.CannotBeUsed, saying.Gone, Refused)
    only(answers[1:])
    assert not Organisation.objects.filter(pk=duplicate.pk).exists()
    # Said before, it is said of the real one; said after, it is refused.
    assert kind.objects.filter(organisation=real).count() == (0 if isinstance(answers[0], Exception) else 1)


def test_three_clicks_on_new_output_make_one_draft(at_once, attempt):
    person = make_person()
    body = make_access(person, "Trumpton").organisation
    answers = {"title": "T", "url": "https://example.gov.uk/", "kind": "code", "licence": "ogl-3"}
    answers |= {"organisations": {body.pk}, "topics": set()}
    only(at_once(*[lambda: output_drafts.begin(answers, by=person)] * 3))
    assert Output.objects.count() == 1
