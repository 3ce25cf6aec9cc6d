"""What each role of the delivery team may do: one table, made into Django's groups after every migrate.

Permissions are named "app.codename", since the ground does not know the apps. A colleague may have several roles,
and may do what any of them allows. Nothing here makes a superuser or allows one user something alone: this table is
the whole of it.
"""

from dataclasses import dataclass

from django.apps import apps as every_app
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.management import create_permissions
from django.db.models import F

from localdigital.models import User

VIEWER, EDITOR, MODERATOR, ADMINISTRATOR = "Viewer", "Editor", "Moderator", "Administrator"


def _each(app, verbs, models):
    """ "signatories", "view change", "access person" → every verb for every model."""
    return {f"{app}.{verb}_{model}" for model in models.split() for verb in verbs.split()}


@dataclass(frozen=True)
class Role:
    """What it is for, in words, and what it may do."""

    tells: str
    may: frozenset


_VIEW = (
    _each("localdigital", "view", "auditevent queuedemail user teamnote look reason servicesettings")
    | _each("signatories", "view", "declaration principle copublisher organisation organisationname emaildomain")
    | _each("signatories", "view", "succession formerslug person access signature signatory")
    | _each("commitments", "view", "commitment deliverable partner adoption progressupdate evidence revision approach")
    | _each("commitments", "view", "import")
    | _each("programme", "view", "topic fundround roundquestion roundrule fundproject projectpart announcement")
    | _each("programme", "view", "casestudy figure reusablelink picture output use event material supportoffer")
)
_EDIT = (
    _each("signatories", "add change delete", "declaration copublisher")
    | _each("signatories", "add change", "principle organisation")
    # not its domains and successors: by them a signer's authority is known, and who may go on with what
    | _each("signatories", "add change delete", "organisationname")
    | _each("localdigital", "add change delete", "reason")
    | _each("localdigital", "add change", "servicesettings")
    | _each("programme", "add change", "fundround fundproject announcement")
    | _each("programme", "add change delete", "topic roundquestion roundrule projectpart figure reusablelink picture")
    | _each("programme", "add change delete", "material")
    | _each("programme", "add edit", "casestudy output event")  # what the team writes itself, and corrects
)
_MODERATE = (
    # a decision on a declaration, and one signed on paper while it is a draft
    _each("signatories", "add change delete", "signature signatory")
    | _each("commitments", "add change delete", "commitment deliverable partner")
    | _each("commitments", "change", "progressupdate revision approach adoption")
    | _each("commitments", "add change", "import")  # what was signed on paper, from a spreadsheet
    | _each("signatories", "add change", "access organisation")
    | {"signatories.reorganise_organisation"}  # also accepting one that was proposed
    | _each("signatories", "add change delete", "organisationname emaildomain succession")
    | _each("programme", "change", "casestudy output event")  # a decision on what councils send in
    | _each("programme", "delete", "use supportoffer")
    | _each("localdigital", "add change delete", "teamnote look")
    | _each("localdigital", "change", "queuedemail")  # send again
)
_ADMINISTER = (
    _each("localdigital", "add change", "user")
    # what is known of a person: found, exported, erased
    | {"signatories.erase_person"}
)

ROLES = {
    VIEWER: Role("Sees everything here and changes nothing", frozenset(_VIEW)),
    EDITOR: Role(
        "Changes what the site says: declarations, principles, reasons, the notice, facts about organisations",
        frozenset(_VIEW | _EDIT),
    ),
    MODERATOR: Role(
        "Decides about signatures, what councils send in, who has access, and organisations",
        frozenset(_VIEW | _MODERATE),
    ),
    ADMINISTRATOR: Role(
        "Does all of this, adds colleagues and gives them roles, and erases what is known of a person",
        frozenset(_VIEW | _EDIT | _MODERATE | _ADMINISTER),
    ),
}


# Those of the team who can sign in and then open nothing, for a query
WITHOUT = {"is_active": True, "is_staff": True, "is_superuser": False, "groups": None}


class RolesBackend(ModelBackend):
    """What a colleague may do is asked of their roles alone: nobody is allowed anything else."""

    def get_user(self, user_id):
        """Who is signed in, read together with what their roles allow: every page asks for both."""
        may = {"app": F("groups__permissions__content_type__app_label"), "verb": F("groups__permissions__codename")}
        rows = list(User.objects.filter(pk=user_id).annotate(**may))
        if not rows or not self.user_can_authenticate(rows[0]):
            return None
        user = rows[0]
        if not user.is_superuser:
            # What ModelBackend leaves when it has asked
            user._group_perm_cache = {f"{one.app}.{one.verb}" for one in rows if one.verb}
        return user

    def get_user_permissions(self, user_obj, obj=None):
        """None, whatever rows there are."""
        return set()


def make_roles(using="default", apps=every_app, **kwargs):
    """Make the groups as the table says, whatever they were before; called after every migrate.

    Permissions are made first, of every app: this runs after the ground's tables, which come before the others'.
    """
    for app in every_app.get_app_configs():
        create_permissions(app, verbosity=0, using=using, apps=apps)
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:  # migrated back to before there were any
        return
    rows = permissions.values_list("content_type__app_label", "codename", "pk")
    known = {f"{app}.{codename}": pk for app, codename, pk in rows}
    for name, role in ROLES.items():
        group, _ = groups.get_or_create(name=name)
        # One that does not exist (yet, when only some were migrated) is found by a test, and stops no release.
        group.permissions.set([known[one] for one in role.may if one in known])


def say_who_has_none(verbosity=1, stdout=None, apps=every_app, **kwargs):
    """After a migrate: how many of the team have no role, so that nobody who could sign in before is shut out
    unnoticed."""
    try:
        users = apps.get_model("localdigital", "User").objects
    except LookupError:
        return
    number = users.filter(**WITHOUT).count()
    if number and verbosity and stdout:
        stdout.write(
            f"  Without a role, and so able to open nothing: {number} of the delivery team. An administrator gives "
            "roles at /admin/localdigital/user/?role=none; create_administrator makes one.\n"
        )


def in_order(names):
    """Names of roles in the table's order, without any that it does not have."""
    given = set(names)
    return [name for name in ROLES if name in given]
