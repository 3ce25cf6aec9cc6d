"""What the audit log calls each kind of event, in words, and the groups in which its page offers them.

Whoever records a new kind adds a line here: a test finds those without.
"""

# By the thing that they are about, which is the first part of a kind's name
GROUPS = {
    "signature": "Signed declarations",
    "signatory": "Organisations that sign",
    "commitment": "Commitments added later, and how they end",
    "progress_update": "Progress updates",
    "revision": "Changed texts",
    "partner": "Partners",
    "approach": "Working together",
    "access": "Access of people at councils",
    "person": "People at councils",
    "organisation": "Organisations",
    "declaration": "Versions of the Declaration",
    "principle": "Principles",
    "reason": "Reasons",
    "service_settings": "Notice and switches",
    "email": "Emails",
    "team_note": "Notes of the delivery team",
    "look": "Taking over from a colleague",
    "export": "Exports",
    "import": "Imports",
    "user": "The delivery team and its sign-ins",
}

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
    "signatory.withdraw": "Withdrew alone, the others go on",
    "approach.make": "Asked to work together",
    "approach.report": "Message reported",
    "approach.settle": "Reported message dealt with",
    "organisation.add": "Organisation added",
    "organisation.change": "Organisation changed",
    "organisation.accept": "Organisation accepted into the register",
    "organisation.rename": "Renamed",
    "organisation.end": "Ended",
    "organisation.merge": "Merged into a successor",
    "organisation.split": "Split into successors",
    "organisation.begin": "Added as the successor of others",
    "organisation.take_in": "A duplicate of it was put into it",
    "organisation.same_as": "Put into another one, whose duplicate it was",
    "declaration.add": "Declaration drafted",
    "declaration.change": "Declaration draft changed",
    "declaration.publish": "Declaration published",
    "declaration.ask_signatories": "Signatories of an earlier version asked to sign",
    "principle.add": "Principle added",
    "principle.change": "Principle changed",
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
    "commitment.delete_draft": "Added commitment deleted before it was sent in",
    "commitment.announce_deletion": "Deletion of an unfinished added commitment announced",
    "commitment.delete_untouched": "Unfinished added commitment deleted after 90 days without a change",
    "progress_update.submit": "Progress update sent in",
    "progress_update.recall": "Progress update taken back",
    "progress_update.publish": "Progress update published",
    "progress_update.publish_at_once": "Progress update published at once",
    "progress_update.return_for_changes": "Progress update returned for changes",
    "progress_update.remove": "Progress update removed",
    "progress_update.delete": "Progress update deleted before it was sent in",
    "progress_update.announce_deletion": "Deletion of an unfinished progress update announced",
    "progress_update.delete_untouched": "Unfinished progress update deleted after 90 days without a change",
    "revision.submit": "Changed text sent in",
    "revision.recall": "Changed text taken back",
    "revision.publish": "Changed text published",
    "revision.publish_at_once": "Changed text published at once",
    "revision.return_for_changes": "Changed text returned for changes",
    "revision.delete_draft": "Changed text deleted before it was sent in",
    "revision.announce_deletion": "Deletion of an unfinished changed text announced",
    "revision.delete_untouched": "Unfinished changed text deleted after 90 days without a change",
    "team_note.add": "Note between colleagues",
    "person.offer_commitments": "Told what they may take on from an organisation that ended",
    "person.export": "Data of a person handed out",
    "person.erase": "Person erased",
    "export.not_signed": "Addresses of those that have not signed exported",
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
    "reason.add": "Reason added",
    "reason.change": "Reason changed",
    "reason.delete": "Reason deleted",
    "look.take_over": "Taken over from a colleague who was looking at it",
    "service_settings.change": "Notice or switches changed",
    "import.upload": "Spreadsheet of paper signatures uploaded",
    "import.confirm": "Import confirmed",
    "import.finish": "Import finished",
    "import.give_up": "Import given up",
    "signature.correct_paper": "Paper signature put right",
    "progress_update.correct": "Progress update put right",
    "export.signatures": "Signed declarations exported as a spreadsheet",
    "export.progress": "Progress updates exported as a spreadsheet",
    "export.audit_log": "Audit log exported",
}


def kind_in_words(kind):
    """What happened, in words: "Returned for changes"."""
    return KINDS.get(kind) or kind.replace(".", " ").replace("_", " ").capitalize()


def group_of(kind):
    """What such an event is about: "signature" of "signature.publish"."""
    return kind.partition(".")[0]


def kinds_of(choice):
    """The kinds that a choice of the log's page means: one, or all of a group."""
    return [kind for kind in KINDS if choice in (kind, group_of(kind))]


def choices():
    """What the log's page offers: each group, all of it first, then its kinds."""
    for group, words in GROUPS.items():
        kinds = [(kind, words) for kind, words in KINDS.items() if group_of(kind) == group]
        if kinds:
            yield words, [(group, f"{words}: all"), *kinds]
