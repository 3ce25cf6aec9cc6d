from django.db import migrations, models


class Migration(migrations.Migration):
    """What somebody did is found in a long log."""

    dependencies = [("localdigital", "0005_first_reasons")]

    operations = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["actor_type", "actor_id", "at"], name="localdigita_actor_t_ffd530_idx"),
        ),
    ]
