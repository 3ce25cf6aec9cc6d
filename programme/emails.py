"""Every email about what is offered to everybody: one function and one template each."""

from localdigital import mail


def in_words(thing):
    """What it is, as an email calls it: "case study"."""
    if thing._meta.model_name == "casestudy":
        return thing.get_kind_display().lower()
    return thing._meta.verbose_name


def published(thing, note=""):
    """To who sent it in: it is public."""
    return _to_proposer("offered-published", thing, note)


def returned(thing, note=""):
    """To who sent it in: what must change."""
    return _to_proposer("offered-returned", thing, note)


def removed(thing, note=""):
    """To who sent it in: it was taken off the site, and why."""
    return _to_proposer("offered-removed", thing, note)


def cancelled(event, note=""):
    """To who proposed an event: the delivery team cancelled it, and why."""
    return _to_proposer("event-cancelled", event, note)


def will_be_deleted(thing, deleted_on):
    """To who began it: what was not sent in is about to be deleted."""
    return _to_proposer("offered-will-be-deleted", thing, note="", deleted_on=deleted_on)


def _to_proposer(template, thing, note, **context):
    if thing.proposer is None or not thing.proposer.email:
        return []
    context |= {"what": in_words(thing), "thing": thing, "note": note}
    return [mail.Draft(template, to=thing.proposer.email, **context)]


# ---- To those who follow something by email


def confirm_following(follower, subject):
    """To an address that somebody typed: whether its owner wants to follow this Subject."""
    return mail.Draft("follow-confirm", to=follower.email, subject=subject)


def digest(follower, groups):
    """What is new in what they follow, by Subject."""
    count = sum(len(group.entries) for group in groups)
    return mail.Draft("follow-digest", to=follower.email, groups=groups, count=count)
