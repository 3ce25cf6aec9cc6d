from django.db import migrations

DECISIONS = {
    "return": [
        (
            "Signer’s authority is unclear",
            "Please tell us how the person who signed may sign for the organisation. It should be its chief executive, its leader or a director.",
        ),
        (
            "No date by when",
            "Please say by when you will do this. A month and a year are enough.",
        ),
        (
            "A description, not a promise",
            "The commitment describes what you do now. Please say what you will do that is new, and for whom.",
        ),
        (
            "Not clear when it is done",
            "Please say what there will be when you have finished, so that anybody can tell whether it is there.",
        ),
        (
            "Personal data in the text",
            "The text names a person or gives their contact details, and everything in it becomes public. Please take them out.",
        ),
        (
            "A partner has not agreed",
            "Please name as partners only organisations that have agreed to it.",
        ),
    ],
    "reject": [
        (
            "Not an organisation that can sign",
            "The declaration is for councils and for organisations that deliver local public services.",
        ),
        (
            "Signed without authority",
            "The organisation told us that the person who signed may not sign for it.",
        ),
        (
            "Signed already",
            "The organisation has already signed this version of the declaration. You can add commitments to that one from your account.",
        ),
        (
            "Not a real declaration",
            "What was sent in is a test, an advertisement or not about the declaration.",
        ),
    ],
    "return-submission": [
        (
            "Does not say what was done",
            "Please say what was done since the last update, and who it helped.",
        ),
        (
            "Evidence link does not open",
            "One of the links to evidence does not open for somebody outside your organisation. Please check it, or take it out.",
        ),
        (
            "Stage does not fit the text",
            "The stage that you chose does not fit what you wrote. Please change one of them.",
        ),
        (
            "Personal data in the text",
            "The text names a person or gives their contact details, and everything in it becomes public. Please take them out.",
        ),
        (
            "Reason for the change is missing",
            "Please say in a sentence why the text changes. Anybody can read it beside the change.",
        ),
        (
            "No date by when",
            "Please say by when you will do this. A month and a year are enough.",
        ),
    ],
}  # fmt: skip


def add(apps, schema_editor):
    """Reasons to begin with: the team changes them as it likes."""
    reasons = apps.get_model("localdigital", "Reason").objects.using(schema_editor.connection.alias)
    for decision, rows in DECISIONS.items():
        for position, (title, text) in enumerate(rows, start=1):
            reasons.get_or_create(decision=decision, title=title, defaults={"text": text, "position": position})


class Migration(migrations.Migration):
    dependencies = [("localdigital", "0004_roles")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
