"""What is decided about the delivery team's own users: who is in it, with which roles, and that they begin anew.

Nobody is ever deleted, as the log points at them. A user's name to sign in with is their address.
"""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from localdigital import links, mail, second_factor
from localdigital.models import AuditEvent, User
from localdigital.roles import ADMINISTRATOR, WITHOUT, in_order

PURPOSE = "team"
DAYS = links.LIFETIMES[PURPOSE] // timedelta(days=1)


class NotAllowed(Exception):
    """Why this cannot be done to a colleague, in words for the one who tried."""


def roles_of(user):
    """The names of a user's roles, in the table's order."""
    return in_order(group.name for group in user.groups.all())


def administrators():
    """Those who can add colleagues and give roles today."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=ADMINISTRATOR)


def without_a_role():
    """Those who can sign in and then open nothing: they were in the team before there were roles, say."""
    return User.objects.filter(**WITHOUT)


@transaction.atomic
def add(email, roles, *, by, first_name="", last_name="", now=None):
    """A new colleague with those roles; they get an email with a link to choose a password and set up their app."""
    user = User(username=email, email=email, first_name=first_name, last_name=last_name, is_staff=True)
    user.set_unusable_password()
    user.save(force_insert=True)
    _give(user, roles)
    AuditEvent.record("user.add", user, by=by, at=now, roles=in_order(roles))
    _invite(user, "team-invitation", now)
    return user


@transaction.atomic
def change_roles(user, roles, *, by, now=None):
    """Give a colleague exactly those roles; from their next page on they may do what these allow."""
    _lock_the_role()
    if ADMINISTRATOR not in roles:
        refuse_to_lose_an_administrator(user, by)
    before = roles_of(User.objects.get(pk=user.pk))
    if before != in_order(roles):
        _give(user, roles)
        AuditEvent.record("user.change_roles", user, by=by, at=now, before=before, after=in_order(roles))


@transaction.atomic
def change_name(user, *, first_name, last_name, by, now=None):
    """What a colleague is called in the team's own pages."""
    names = {"first_name": first_name, "last_name": last_name}
    if User.objects.filter(pk=user.pk).exclude(**names).update(**names):
        AuditEvent.record("user.change_name", user, by=by, at=now)


@transaction.atomic
def deactivate(user, *, by, now=None):
    """A colleague has left: they are signed out at once and cannot sign in again. What they decided stays theirs."""
    _lock_the_role()
    refuse_to_lose_an_administrator(user, by)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        _end_sign_in(user, now)
        AuditEvent.record("user.deactivate", user, by=by, at=now)


@transaction.atomic
def activate(user, *, by, now=None):
    """A colleague is back, with the roles that they had. They get a link to begin anew."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        AuditEvent.record("user.activate", user, by=by, at=now)
        _invite(user, "team-invitation", now)


@transaction.atomic
def reset_sign_in(user, *, by, now=None):
    """Their password, app and recovery codes stop working at once; they get a link to begin anew."""
    if user == by:
        raise NotAllowed("Change your own password and app on the page “Your sign-in”")
    if not user.is_active:
        raise NotAllowed("Activate this colleague first")
    _end_sign_in(user, now)
    AuditEvent.record("user.reset_sign_in", user, by=by, at=now)
    _invite(user, "team-reset", now)


@transaction.atomic
def choose_password(user, password, *, link, now=None):
    """Use up the emailed link for a password. False when the link was used, or has expired."""
    if not links.claim(link, now):
        return False
    user.set_password(password)
    user.save(update_fields=["password"])
    AuditEvent.record("user.choose_password", user, by=user, at=now)
    return True


def user_of(link):
    """The colleague whom a link lets in; None when it is another kind of link, or they have left."""
    if link is None or link.purpose != PURPOSE:
        return None
    return User.objects.filter(pk=link.object_id, is_active=True, is_staff=True).first()


def refuse_to_lose_an_administrator(user, by):
    """Raise NotAllowed when this colleague is oneself, or the last who can add colleagues."""
    if not administrators().filter(pk=user.pk).exists():
        return
    if user == by:
        raise NotAllowed("You cannot stop being an administrator yourself. Ask another administrator")
    if not administrators().exclude(pk=user.pk).exists():
        raise NotAllowed("This is the last administrator. Make somebody else one first")


def _lock_the_role():
    # Before anybody is counted: of two administrators who remove each other, the second is refused.
    Group.objects.select_for_update().get(name=ADMINISTRATOR)


def _give(user, roles):
    user.groups.set(Group.objects.filter(name__in=roles))


def _end_sign_in(user, now):
    second_factor.forget(user)
    user.set_unusable_password()  # with it, every session of theirs ends
    user.save(update_fields=["password"])
    links.retire(PURPOSE, object_id=user.pk, person_id=0, now=now)


def _invite(user, template, now):
    links.retire(PURPOSE, object_id=user.pk, person_id=0, now=now)
    # It lets in no Person: nobody has the id 0.
    link = links.make(PURPOSE, person_id=0, object_id=user.pk, now=now)
    context = {"user": user, "link": link.placeholder, "days": DAYS}
    draft = mail.Draft(template, to=user.email, **context)
    mail.queue(draft, about=user, links=[link], now=now or timezone.now())
