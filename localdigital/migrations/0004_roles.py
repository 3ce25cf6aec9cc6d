"""The roles, as groups; whoever could do everything until now is an administrator.

What each role may do is given after every migrate (localdigital/roles.py): permissions are made only then.
"""

from django.db import migrations


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    made = {name: groups.get_or_create(name=name)[0] for name in ("Viewer", "Editor", "Moderator", "Administrator")}
    users = apps.get_model("localdigital", "User").objects
    for user in users.filter(is_superuser=True):
        user.groups.add(made["Administrator"])
    for user in users.exclude(user_permissions=None):
        user.user_permissions.clear()
    users.filter(is_superuser=True).update(is_superuser=False)
    # The form that signs in reads an address in lower case.
    for user in users.filter(username__contains="@"):
        lower = user.username.lower()
        if lower != user.username and not users.filter(username=lower).exists():
            users.filter(pk=user.pk).update(username=lower)


class Migration(migrations.Migration):
    dependencies = [
        ("localdigital", "0003_delivery_team"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
