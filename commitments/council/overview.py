"""Everything that one Person has before them, and what they should do next."""

from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse

from commitments import partners, succession
from commitments.emails import in_words
from commitments.models import Adoption, Commitment, ProgressUpdate, Revision
from programme import emails as about_offers
from programme.council import offers
from programme.models import Contribution
from signatories.models import Signatory, Signature


@dataclass(frozen=True)
class NextAction:
    """The one thing to do next: what kind of thing it is, what it is about, and the page where it is done.

    `what` is what the thing is called: "progress update".
    """

    kind: str
    thing: object
    url: str
    what: str = ""


class Overview:
    """What a Person signs, prepares and reports on. Reads everything once, however many commitments there are."""

    def __init__(self, person, on):
        self.person, self.on = person, on
        self.to_sign = list(Signature.objects.to_be_signed_by(person))
        self.prepared = list(Signature.objects.prepared_by(person))
        self.signed = list(Signature.objects.signed_by(person))
        self.organisations = succession.organisations_of(person, on)
        self.commitments, self.added, self.updates, self.revisions = [], [], [], []
        self.to_answer, self.answered, self.to_decide = [], [], []
        self.offers, self.shared = [], []
        if self.organisations:
            self._read_what_they_report_on()
            self.offers = offers.under_way(person, on)
            self.shared = offers.published_of(self.organisations)
        self._read_who_signs()
        self.waiting = [one for one in self._under_way() if not one.is_editable]

    def _read_what_they_report_on(self):
        mine = Commitment.objects.answered_for_by(self.person, self.on).filter(signature__in=Signature.objects.public())
        adoptions = Prefetch("adoptions", queryset=Adoption.objects.select_related("organisation"))
        everything = list(mine.select_related("signature").prefetch_related(adoptions))
        self.commitments = sorted((one for one in everything if one.published_at), key=self._place)
        added = [one for one in everything if not one.published_at]
        self.added = [one for one in added if not one.is_editable or one.proposer_id == self.person.pk]
        standing = [one.pk for one in self.commitments if one.is_standing]
        of_theirs = {"commitment__in": standing}
        reported = ProgressUpdate.objects.under_way(self.person).exclude(kind=ProgressUpdate.Kind.LAPSE)
        self.updates = list(reported.filter(**of_theirs).select_related("commitment"))
        # A commitment has one open change, which is for all its people to go on with.
        self.revisions = list(Revision.objects.open().filter(**of_theirs).select_related("commitment"))
        named = list(partners.naming(self.person, self.on))
        self.to_answer = [one for one in named if not one.answer]
        self.answered = [one for one in named if one.answer]
        self.to_decide = succession.to_be_decided_by(self.person, self.on, self.organisations)

    def _read_who_signs(self):
        signatures = [*self.to_sign, *self.prepared, *self.signed, *(one.signature for one in self.commitments)]
        parts = Prefetch("signatories", queryset=Signatory.objects.select_related("organisation"))
        prefetch_related_objects(signatures, parts)

    def _place(self, commitment):
        """Those of which something is expected come first, the first due at the top."""
        due_on = commitment.due_on
        return not commitment.is_open, not commitment.is_standing, due_on is None, due_on or self.on, commitment.pk

    def _under_way(self):
        return [*self.updates, *self.revisions, *self.added]

    def names_of(self, commitment):
        """The names of the organisations that answer for a commitment."""
        parts = [one for one in commitment.signature.signatories.all() if not one.withdrawn_at]
        bodies = [one.organisation for one in [*parts, *commitment.adoptions.all()]]
        return [one.official_name for one in bodies if one.existed(self.on)]

    @property
    def documents(self):
        """The standing declarations of their organisations, to which a commitment can be added."""
        signed = {one.signature_id: one.signature for one in self.commitments if one.is_standing}
        return [one for one in signed.values() if self._is_party_to(one)]

    def _is_party_to(self, signature):
        parts = [one for one in signature.signatories.all() if not one.withdrawn_at]
        return any(one.organisation in self.organisations for one in parts)

    @property
    def unfinished(self):
        """What they have begun or got back, of what is sent in after signing; changed texts of colleagues too."""
        return [one for one in self._under_way() if one.is_editable]

    @property
    def next_action(self):
        """The most urgent thing to do; None when there is nothing."""
        return next(self._actions(), None)

    def _actions(self):
        for signature in self.to_sign:
            yield NextAction("sign", signature, reverse("sign_off", args=[signature.reference]))
        begun = [one for one in self.prepared if one.is_editable]
        yield from (self._finish(one) for one in begun if one.message_to_preparer)
        own = [one for one in self.unfinished if one.proposer_id == self.person.pk]
        own += [one for one in self.offers if one.is_editable]
        yield from (self._finish(one) for one in own if one.message)
        yield from (self._finish(one) for one in own if not one.message)
        yield from (self._finish(one) for one in begun if not one.message_to_preparer)
        for partner in self.to_answer:
            yield NextAction("answer", partner, reverse("council_partner", args=[partner.commitment_id]))
        for commitment in (one for one, _ in self.to_decide if one.needs_a_decision):
            yield NextAction("decide", commitment, reverse("council_adopt", args=[commitment.pk]))
        yield from self._reports()

    def _finish(self, thing):
        if isinstance(thing, Signature):
            kind = "change declaration" if thing.message_to_preparer else "finish declaration"
            return NextAction(kind, thing, reverse("sign_task_list", args=[thing.reference]))
        kind = "change" if thing.message else "finish"
        if isinstance(thing, Contribution):
            return NextAction(kind, thing, offers.page_of(thing), about_offers.in_words(thing))
        return NextAction(kind, thing, page_of(thing, self.person), in_words(thing))

    def _reports(self):
        said = {one.commitment_id for one in [*self.updates, *self.revisions] if not one.is_editable}
        quiet = [one for one in self.commitments if one.pk not in said]
        for kind, is_late in (("overdue", Commitment.is_overdue), ("update overdue", Commitment.is_update_overdue)):
            for commitment in quiet:
                if is_late(commitment, self.on):
                    yield NextAction(kind, commitment, reverse("council_report", args=[commitment.pk]))


def page_of(thing, person):
    """Where a Person goes on with an update, changed text or added commitment; nowhere with a colleague's update."""
    if isinstance(thing, Revision):
        return reverse("council_change_check", args=[thing.pk])
    if isinstance(thing, Commitment):
        return reverse("council_added_check", args=[thing.pk])
    if thing.proposer_id != person.pk:
        return ""
    return reverse("council_update_check" if thing.is_editable else "council_update_sent", args=[thing.pk])
