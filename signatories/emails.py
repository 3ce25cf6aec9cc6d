"""Every email about a signature: one function and one template each. They return drafts; decisions queue them.

Drafts without a secret link are the same before and after the decision, so the admin can show them first.
"""

from localdigital import links, mail
from signatories.document import signatories_of
from signatories.models import Person


def sign_in(person, *, now=None):
    """Queue the link that proves an address and signs its Person in."""
    link = links.make("sign-in", person_id=person.pk, now=now)
    draft = mail.Draft("sign-in", to=person.email, link=link.placeholder)
    return mail.queue(draft, about=person, links=[link], now=now)


def fresh_link(purpose, object_id, person, *, now=None):
    """Queue a new link in place of one that was used or has expired; earlier ones to the same page end."""
    links.retire(purpose, object_id=object_id, person_id=person.pk, now=now)
    link = links.make(purpose, person_id=person.pk, object_id=object_id, now=now)
    days = links.LIFETIMES[purpose].days
    draft = mail.Draft("fresh-link", to=person.email, link=link.placeholder, days=days)
    return mail.queue(draft, about=person, links=[link], now=now)


def invited(organisation, person, *, by, now=None):
    """Queue a colleague's link to the account of an organisation; `by` is the Person or the User who gave access."""
    link = links.make("invitation", person_id=person.pk, object_id=organisation.pk, now=now)
    inviter = by.email if isinstance(by, Person) else "The delivery team"
    draft = mail.Draft("invitation", to=person.email, link=link.placeholder, organisation=organisation, inviter=inviter)
    return mail.queue(draft, about=organisation, links=[link], now=now)


def access_ended(access):
    """To someone who may no longer report for an organisation."""
    email = access.person.email
    return [mail.Draft("access-ended", to=email, organisation=access.organisation)] if email else []


def new_version(declaration, person, organisations, link):
    """To someone who reports for organisations that signed an earlier version: they may sign this one too."""
    names = [one.official_name for one in organisations]
    return mail.Draft("new-version", to=person.email, link=link, declaration=declaration, organisations=names)


def ask_to_sign_new_version(declaration, people, *, now=None):
    """Queue one email to each of these people, given with their organisations, with a link of their own."""
    made = links.make_each("new-version", [(person.pk, declaration.pk) for person in people], now=now)
    pairs = [
        (new_version(declaration, person, organisations, link.placeholder), [link])
        for (person, organisations), link in zip(people.items(), made, strict=True)
    ]
    mail.queue_each(pairs, about=declaration, now=now)


def ask_for_sign_off(signature, signer, *, now=None):
    """Queue a signer's own link to a document that waits for them; earlier links of theirs to it end."""
    return ask_each_for_sign_off(signature, [signer], signatories_of(signature), now=now)[0]


def ask_each_for_sign_off(signature, signers, signatories, *, now=None):
    """The same for several signers of a document with these signatories."""
    ids = [signer.pk for signer in signers]
    links.retire_each("sign-off", object_id=signature.pk, person_ids=ids, now=now)
    made = links.make_each("sign-off", [(pk, signature.pk) for pk in ids], now=now)
    titles = list(signature.commitments.order_by("position").values_list("title", flat=True))
    pairs = [
        (_sign_off(signature, signer, signatories, titles, link.placeholder), [link])
        for signer, link in zip(signers, made, strict=True)
    ]
    return mail.queue_each(pairs, about=signature, now=now)


def _sign_off(signature, signer, signatories, titles, link):
    mine = [one for one in signatories if one.signer_id == signer.pk]
    return mail.Draft(
        "sign-off",
        to=signer.email,
        link=link,
        signature=signature,
        signer_name=mine[0].signer_name,
        preparer=signature.preparer,
        organisations=[one.organisation.official_name for one in mine],
        others=[one.organisation.official_name for one in signatories if one not in mine],
        commitments=titles,
    )


def submitted(signature, signatories):
    """To the preparer: who else has been asked to sign."""
    waiting = [one for one in signatories if one.signer_id != signature.preparer_id and not one.signed_at]
    return _to_preparer("submitted", signature, signatories=signatories, waiting=waiting)


def signed(signature, signer, everyone):
    """To a signer, for their records: what they signed."""
    mine = [one for one in everyone if one.signer_id == signer.pk]
    return [
        mail.Draft(
            "signed",
            is_complete=all(one.signed_at for one in everyone),
            to=signer.email,
            signature=signature,
            signer_name=mine[0].signer_name,
            organisations=[one.organisation.official_name for one in mine],
        )
    ]


def sign_off_progress(signature, signer_name, signatories):
    """To the preparer: somebody signed, others have not yet."""
    waiting = [one for one in signatories if not one.signed_at]
    return _to_preparer(
        "sign-off-progress", signature, signatories=signatories, signer_name=signer_name, waiting=waiting
    )


def received(signature, signatories=None):
    """To the preparer: everybody signed, the delivery team checks it now."""
    return _to_preparer("received", signature, signatories=signatories)


def declined(signature, signer_name, reason):
    """To the preparer: a signer declined, and why."""
    return _to_preparer("declined", signature, signer_name=signer_name, reason=reason)


def lapsed(signature):
    """To the preparer: nobody signed for 60 days, so it is a draft again."""
    return _to_preparer("lapsed", signature)


def will_be_deleted(signature, deleted_on):
    """To the preparer: a document that was not touched is about to be deleted."""
    return _to_preparer("will-be-deleted", signature, deleted_on=deleted_on)


def published(signature, note="", signatories=None):
    """To everyone of the document: it is public."""
    return _to_everyone("published", signature, signatories=signatories, note=note)


def returned(signature, note="", signatories=None):
    """To the preparer: what must change."""
    return _to_preparer("returned", signature, signatories=signatories, note=note)


def rejected(signature, note=""):
    """To everyone of the document: it will not be published, and why."""
    return _to_everyone("rejected", signature, note=note)


def withdrawn(signature, note=""):
    """To everyone of the document: its page says from now on that it was withdrawn."""
    return _to_everyone("withdrawn", signature, note=note)


def signatory_withdrawn(signature, signatory, note=""):
    """To everyone of a joint document: one of its organisations withdrew, the others go on."""
    return _to_everyone("signatory-withdrawn", signature, withdrew=signatory.organisation.official_name, note=note)


def removed(signature, note=""):
    """To everyone of the document: its page is gone."""
    return _to_everyone("removed", signature, note=note)


def restored(signature, note=""):
    """To everyone of the document: its page is back."""
    return _to_everyone("restored", signature, note=note)


def _to_preparer(template, signature, *, signatories=None, **context):
    email = signature.preparer.email if signature.preparer else None
    return _drafts(template, signature, [email], signatories or signatories_of(signature), context) if email else []


def _to_everyone(template, signature, *, signatories=None, **context):
    """The preparer and every signer, each once; nobody for a paper signature."""
    signatories = signatories or signatories_of(signature)
    people = [signature.preparer, *(one.signer for one in signatories)]
    addresses = dict.fromkeys(person.email for person in people if person and person.email)
    return _drafts(template, signature, addresses, signatories, context)


def _drafts(template, signature, addresses, signatories, context):
    context |= {"signature": signature, "organisations": [one.organisation.official_name for one in signatories]}
    return [mail.Draft(template, to=address, **context) for address in addresses]
