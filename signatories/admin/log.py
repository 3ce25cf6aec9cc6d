"""The audit log and the outbox, to look at only. Actors and objects are named by looking them up as they are now."""

from collections import defaultdict

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q

from localdigital.models import AuditEvent, QueuedEmail
from signatories.models import Signatory, Signature
from signatories.models.reference import read_reference

from .correspondence import READ, SEND, state_of
from .people import ReadOnly

EMAIL_STATES = {
    "queued": ("Waiting", Q(sent_at=None, failed_at=None)),
    "sent": ("Sent", Q(sent_at__isnull=False) & ~Q(to_address="")),
    "failed": ("Failed", Q(failed_at__isnull=False) & ~Q(to_address="")),
    "erased": ("Erased", Q(to_address="")),
}
# What an event is called when its name alone does not say it well
KINDS = {
    "signature.submit": "Submitted for sign-off",
    "signature.submit_as_signed": "Submitted again, sign-offs still fit",
    "signature.complete_sign_off": "Signed by everyone",
    "signature.recall": "Taken back by the preparer",
    "signature.lapse": "Back to draft: nobody signed in time",
    "signature.return_for_changes": "Returned for changes",
    "signature.publish": "Published",
    "signature.reject": "Rejected",
    "signature.withdraw": "Withdrawn",
    "signature.remove": "Removed",
    "signature.restore": "Restored",
    "signature.decline": "Declined by a signer",
    "signature.ask_again": "Signer asked again",
    "signature.record_paper": "Recorded from paper",
    "signature.type_paper": "Paper draft typed in",
    "signature.change_paper": "Paper draft edited",
    "signature.delete_draft": "Draft deleted by the preparer",
    "signature.delete_untouched": "Deleted after 90 days without a change",
    "signature.announce_deletion": "Deletion announced",
    "signatory.sign": "Signed",
    "approach.make": "Asked to work together",
    "approach.report": "Message reported",
    "approach.settle": "Reported message dealt with",
    "organisation.add": "Organisation added",
    "organisation.change": "Organisation changed",
    "organisation.accept": "Organisation accepted into the register",
    "declaration.add": "Declaration drafted",
    "declaration.change": "Declaration draft changed",
    "declaration.publish": "Declaration published",
    "principle.add": "Principle added",
    "principle.change": "Principle changed",
    "signatory.withdraw": "Withdrew alone, the others go on",
    "access.begin": "Access given",
    "access.end": "Access ended",
    "partner.confirm": "Confirmed as a partner",
    "partner.disown": "Said that it is not a partner",
    "commitment.submit": "Added commitment sent in",
    "commitment.recall": "Added commitment taken back",
    "commitment.publish": "Added commitment published",
    "commitment.publish_at_once": "Added commitment published at once",
    "commitment.return_for_changes": "Added commitment returned for changes",
    "commitment.withdraw": "Commitment withdrawn",
    "commitment.adopt": "Commitment taken on by a successor",
    "commitment.lapse": "Commitment lapsed",
    "commitment.reinstate": "Commitment stands again",
    "progress_update.submit": "Progress update sent in",
    "progress_update.recall": "Progress update taken back",
    "progress_update.publish": "Progress update published",
    "progress_update.publish_at_once": "Progress update published at once",
    "progress_update.return_for_changes": "Progress update returned for changes",
    "progress_update.remove": "Progress update removed",
    "progress_update.delete": "Progress update deleted before it was sent in",
    "revision.submit": "Changed text sent in",
    "revision.recall": "Changed text taken back",
    "revision.publish": "Changed text published",
    "revision.publish_at_once": "Changed text published at once",
    "revision.return_for_changes": "Changed text returned for changes",
    "revision.delete_draft": "Changed text deleted before it was sent in",
    "commitment.delete_draft": "Added commitment deleted before it was sent in",
    "progress_update.announce_deletion": "Deletion of an unfinished progress update announced",
    "progress_update.delete_untouched": "Unfinished progress update deleted after 90 days without a change",
    "revision.announce_deletion": "Deletion of an unfinished changed text announced",
    "revision.delete_untouched": "Unfinished changed text deleted after 90 days without a change",
    "commitment.announce_deletion": "Deletion of an unfinished added commitment announced",
    "commitment.delete_untouched": "Unfinished added commitment deleted after 90 days without a change",
    "declaration.ask_signatories": "Signatories of an earlier version asked to sign",
    "team_note.add": "Note between colleagues",
    "organisation.rename": "Renamed",
    "organisation.end": "Ended",
    "organisation.merge": "Merged into a successor",
    "organisation.split": "Split into successors",
    "organisation.begin": "Added as the successor of others",
    "organisation.take_in": "A duplicate of it was put into it",
    "organisation.same_as": "Put into another one, whose duplicate it was",
    "person.offer_commitments": "Told what they may take on from an organisation that ended",
    "export.not_signed": "Addresses of those that have not signed exported",
    "person.export": "Data of a person handed out",
    "person.erase": "Person erased",
    "user.sign_in": "Signed in",
    "user.sign_out": "Signed out",
    "user.lock_out": "Locked out after too many attempts",
    "user.fail_second_factor": "Right password, wrong code",
    "user.add": "Colleague added",
    "user.change_name": "Colleague renamed",
    "user.change_roles": "Roles changed",
    "user.deactivate": "Colleague deactivated",
    "user.activate": "Colleague activated again",
    "user.reset_sign_in": "Second factor reset",
    "user.choose_password": "Password chosen by an emailed link",
    "user.change_password": "Password changed",
    "user.set_up_second_factor": "Authenticator app set up",
    "user.make_recovery_codes": "New recovery codes made",
    "email.send_again": "Email sent again",
}


def kind_in_words(kind):
    """What happened, in words: "Returned for changes"."""
    return KINDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize()


def name_all(events):
    """Give each event the `actor` and the `thing` it is about, in words, with one query for each kind of object."""
    wanted = defaultdict(set)
    for event in events:
        wanted[event.object_type].add(event.object_id)
        if event.actor_id:
            wanted[event.actor_type].add(event.actor_id)
    found = {}
    for label, ids in wanted.items():
        for thing in apps.get_model(label).objects.filter(pk__in=ids):
            found[label, thing.pk] = str(thing)
    for event in events:
        event.actor = found.get((event.actor_type, event.actor_id)) or _nobody(event)
        event.thing = found.get((event.object_type, event.object_id)) or f"{event.object_type} {event.object_id}"
    return events


def _nobody(event):
    return f"{event.actor_type} {event.actor_id}, no longer known" if event.actor_id else "The register"


def about_reference(queryset, text, *, type_field, id_field):
    """Rows about the signature of that reference, or about an organisation's part in it; None when it is none."""
    reference = read_reference(text)
    if reference is None:
        return None
    signatures = Signature.objects.filter(reference=reference).values("pk")
    parts = Signatory.objects.filter(signature__reference=reference).values("pk")
    return queryset.filter(
        Q(**{type_field: "signatories.signature", f"{id_field}__in": signatures})
        | Q(**{type_field: "signatories.signatory", f"{id_field}__in": parts})
    )


class NamedEvents(ChangeList):
    """A page of the log whose events are named together."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = name_all(list(self.result_list))


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin):
    """Everything that was decided or done."""

    list_display = ["at", "what", "who", "about", "from_status", "to_status", "note"]
    list_filter = ["kind", "at"]
    search_fields = ["kind"]
    search_help_text = "The reference of a declaration, or words of the note"
    ordering = ["-at", "-pk"]
    show_full_result_count = False

    @admin.display(description="What", ordering="kind")
    def what(self, event):
        return kind_in_words(event.kind)

    @admin.display(description="Who")
    def who(self, event):
        return event.actor

    @admin.display(description="About")
    def about(self, event):
        return event.thing

    def get_changelist(self, request, **kwargs):
        return NamedEvents

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        found = about_reference(queryset, search_term, type_field="object_type", id_field="object_id")
        return (queryset.filter(note__icontains=search_term) if found is None else found), False


class EmailStateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(value, words) for value, (words, _) in EMAIL_STATES.items()]

    def queryset(self, request, queryset):
        return queryset.filter(EMAIL_STATES[self.value()][1]) if self.value() in EMAIL_STATES else queryset


@admin.register(QueuedEmail)
class QueuedEmailAdmin(ReadOnly, admin.ModelAdmin):
    """The outbox: each email as it was written, and what became of it."""

    list_display = ["subject", "to_address", "state", "queued_at", "sent_at", "attempts"]
    list_filter = [EmailStateFilter, "template"]
    search_fields = ["to_address", "subject"]
    search_help_text = "The reference of a declaration, an address, or words of the subject"
    ordering = ["-queued_at", "-pk"]
    show_full_result_count = False
    fields = [
        "subject", "to_address", "body", "state", "queued_at", "sent_at", "failed_at", "failure", "attempts",
        "next_attempt_at", "give_up_at", "repeats", "template", "message_id",
    ]  # fmt: skip
    change_form_template = "admin/queued_email.html"

    @admin.display(description="State")
    def state(self, email):
        return state_of(email)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        sends = request.user.has_perms([READ, SEND]) and state_of(obj) in ("Sent", "Failed")
        return super().render_change_form(request, context | {"may_send_again": sends}, add, change, form_url, obj)

    def get_search_results(self, request, queryset, search_term):
        found = about_reference(queryset, search_term, type_field="about_type", id_field="about_id")
        return super().get_search_results(request, queryset, search_term) if found is None else (found, False)
