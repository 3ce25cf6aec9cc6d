from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("signatories", "0005_reorganising_organisations")]

    operations = [
        migrations.AlterModelOptions(
            name="person",
            options={
                "permissions": [("erase_person", "Can find, export and erase what is held about a person")],
                "verbose_name_plural": "people",
            },
        ),
    ]
