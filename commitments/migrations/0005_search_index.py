from django.db import migrations

from commitments.search_index import drop_search_index, make_search_index


def make(apps, schema_editor):
    make_search_index(using=schema_editor.connection.alias)


def drop(apps, schema_editor):
    drop_search_index(using=schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [("commitments", "0004_one_unfinished_update_of_each_kind")]

    operations = [migrations.RunPython(make, drop)]
