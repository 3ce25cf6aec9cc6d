from django.db import migrations, models

DECISION = "return-offer"
REASONS = [
    (
        "Does not say what came of it",
        "Please say what is different now, and for whom. Say so too if it did not work.",
    ),
    (
        "Figures without how they were measured",
        "Please say how each cost and saving was measured or estimated, so that other councils can trust it.",
    ),
    (
        "Link does not open",
        "One of the links does not open for somebody outside your organisation. Please check it, or take it out.",
    ),
    (
        "Licence is missing",
        "Please say under which licence others can use it. Without one they may not know whether they can.",
    ),
    (
        "Not clear who the event is for",
        "Please say who the event is for, what they will learn and how they can take part.",
    ),
    (
        "Personal data in the text",
        "The text names a person or gives their contact details, and everything in it becomes public. Please take them out.",
    ),
    (
        "Advertises a product",
        "Please write what your organisation did and learned. We do not publish advertisements for products.",
    ),
]  # fmt: skip


def add(apps, schema_editor):
    """Reasons to begin with: the team changes them as it likes."""
    reasons = apps.get_model("localdigital", "Reason").objects.using(schema_editor.connection.alias)
    for position, (title, text) in enumerate(REASONS, start=1):
        reasons.get_or_create(decision=DECISION, title=title, defaults={"text": text, "position": position})


def decision():
    """The field as it is from now on."""
    return models.CharField(
        choices=[
            ("return", "Return a declaration for changes"),
            ("reject", "Reject a declaration"),
            ("return-submission", "Return a report, a changed text or an added commitment"),
            ("return-offer", "Return a case study, an output or an event"),
        ],
        max_length=20,
    )


class Migration(migrations.Migration):
    dependencies = [("localdigital", "0006_log_by_actor")]

    operations = [
        migrations.AlterField(model_name="historicalreason", name="decision", field=decision()),
        migrations.AlterField(model_name="reason", name="decision", field=decision()),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
