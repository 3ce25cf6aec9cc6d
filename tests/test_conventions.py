"""How the code reads: what a newcomer may rely on in every file."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.core import mail as django_mail

from commitments import emails as emails_about_commitments
from localdigital import mail, team
from programme import emails as emails_about_offers
from signatories import emails as emails_about_signatures

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("localdigital", "signatories", "commitments", "programme")
CODE = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())


def name_of(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_a_module_holds_one_idea_and_is_named_for_it(path):
    assert path.stem not in ("utils", "helpers", "services", "common", "misc")
    assert len(path.read_text().splitlines()) <= 400


def public_functions(tree):
    """Functions that a module offers: at its top, or as public methods of its public classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("path", [path for path in CODE if "management" not in path.parts], ids=name_of)
def test_public_functions_and_modules_say_what_they_are(path):
    tree = ast.parse(path.read_text())
    if tree.body and path.name not in ("__init__.py", "apps.py"):
        assert ast.get_docstring(tree), "the module"
    assert [node.name for node in public_functions(tree) if not ast.get_docstring(node)] == []


def test_views_and_pages_never_filter_by_status():
    pages = ("views.py", "signing.py", "entrance.py", "commitment_pages.py", "declaration_pages.py", "home.py")
    reading = re.compile(r"\.(?:filter|exclude|get)\([^)]*\bstatus\b")
    wrong = [
        f"{name_of(path)}: {found}"
        for path in CODE
        if path.name in pages
        for found in reading.findall(path.read_text())
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in TEMPLATES if path.suffix == ".html"], ids=name_of)
def test_a_page_has_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", text)
    for opening in re.findall(r"<script[^>]*>", text):
        assert "src=" in opening or "application/" in opening, opening


# ---- Emails: one function and one template each

EMAIL_TEMPLATES = {path.stem for path in (ROOT / "templates/emails").glob("*.txt") if not path.stem.startswith("_")}


def test_every_email_has_its_template_and_every_template_its_function():
    source = "".join(
        map(inspect.getsource, [emails_about_signatures, emails_about_commitments, emails_about_offers, team])
    )
    named = set(re.findall(r'_(?:to_preparer|to_everyone|to_proposer)\(\s*"([a-z-]+)"', source))
    named |= set(re.findall(r'(?:Draft|_invite)\((?:user, )?\s*"([a-z-]+)"', source))
    assert named == EMAIL_TEMPLATES


@pytest.mark.parametrize("name", sorted(EMAIL_TEMPLATES))
def test_an_email_begins_with_its_subject(name):
    text = (ROOT / f"templates/emails/{name}.txt").read_text()
    first, second = [line for line in text.split("\n") if not line.startswith("{% from")][:2]
    assert first.strip()
    assert second.strip() == "", "an empty line follows the subject"
    assert '{% include "emails/_end.txt" %}' in text


def test_only_the_outbox_sends_mail():
    """Django's own functions would send before the transaction is done."""
    senders = [name for name in ("send_mail", "mail_managers", "mail_admins") if hasattr(django_mail, name)]
    wrong = [name_of(path) for path in CODE if any(sender in path.read_text() for sender in senders)]
    assert wrong == []
    assert "EmailMessage(" in inspect.getsource(mail)


def test_a_status_is_set_in_one_place():
    wrong = [
        f"{name_of(path)}: {line.strip()}"
        for path in CODE
        if path.name not in ("signature.py", "commitment.py")
        for line in path.read_text().splitlines()
        if re.search(r"\bupdate\([^)]*\bstatus=", line)
    ]
    assert wrong == []


def test_no_file_names_a_registry_or_this_machine():
    hosts = "|".join(("py" + r"pi\.org", "python" + "hosted", r"npm" + r"js\.", r"deb\.deb" + r"ian"))
    private = re.compile(rf"{hosts}|/wo{'rk'}/|/ro{'ot'}/")
    tracked = [
        *CODE, *TEMPLATES, *ROOT.glob("*.*"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "static").glob("*.*"),
        *(ROOT / "static/src").rglob("*.*"),
    ]  # fmt: skip
    wrong = [
        name_of(path)
        for path in tracked
        if path.is_file()
        and path.suffix not in (".png",)
        and path.name != "uv.lock"
        and private.search(path.read_text())
    ]
    assert wrong == []
