"""The roles of the delivery team: each permission exists, every migrate makes them again, nobody is above them."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from localdigital.roles import ADMINISTRATOR, EDITOR, MODERATOR, ROLES, VIEWER, make_roles
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def known():
    return {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}


def held(name):
    rows = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
    return {f"{app}.{codename}" for app, codename in rows}


@pytest.mark.parametrize("name", ROLES)
def test_every_permission_of_a_role_exists_and_is_given(name):
    assert ROLES[name].may - known() == set()
    assert held(name) == set(ROLES[name].may)


def test_a_viewer_sees_all_that_has_a_page_and_changes_nothing():
    pages = {f"{model._meta.app_label}.view_{model._meta.model_name}" for model in admin.site._registry}
    assert pages - ROLES[VIEWER].may == set()
    assert {one for one in ROLES[VIEWER].may if ".view_" not in one} == set()


def test_roles_build_on_each_other_and_only_administrators_change_users_and_people():
    viewer, editor, moderator, administrator = (ROLES[name].may for name in (VIEWER, EDITOR, MODERATOR, ADMINISTRATOR))
    assert viewer < editor < administrator
    assert viewer < moderator < administrator
    alone = administrator - editor - moderator
    assert {one for one in alone if one.endswith(("_user", "_person"))} == alone
    assert {"localdigital.add_user", "localdigital.change_user", "signatories.erase_person"} <= alone


def test_a_migrate_makes_the_roles_as_the_table_says_again():
    group = Group.objects.get(name=VIEWER)
    group.permissions.add(Permission.objects.get(codename="change_user"))
    group.permissions.remove(Permission.objects.get(codename="view_signature"))
    Group.objects.get(name=EDITOR).delete()
    call_command("migrate", verbosity=0)
    make_roles()
    assert held(VIEWER) == set(ROLES[VIEWER].may)
    assert held(EDITOR) == set(ROLES[EDITOR].may)
    assert Group.objects.count() == len(ROLES)


def test_a_user_may_do_what_any_of_their_roles_allows():
    user = make_user("mary", is_superuser=False)
    user.groups.set(Group.objects.filter(name__in=[EDITOR, MODERATOR]))
    assert user.get_all_permissions() == ROLES[EDITOR].may | ROLES[MODERATOR].may
