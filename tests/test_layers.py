"""The house: the ground knows nothing of the apps, models import downwards only, no two files import each other."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("localdigital", "signatories", "commitments", "programme")


def files():
    """Every Python file of the register by its module's name; a package is named by its __init__.py."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


FILES = files()


def top_level_imports(tree):
    """The imports that run when the module loads: not those inside functions."""
    pending = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            pending.extend(ast.iter_child_nodes(node))


def imported_by(name, *, everywhere=False):
    """The modules of ours that a module imports: when it loads, or `everywhere`, in its functions too."""
    path = FILES[name]
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if everywhere else top_level_imports(tree)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in FILES)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                target = f"{base}.{alias.name}" if f"{base}.{alias.name}" in FILES else base
                if target in FILES and target != name:
                    yield target


def test_the_ground_imports_neither_app_but_for_its_settings_addresses_and_site():
    free = ("localdigital.settings", "localdigital.urls", "localdigital.site")
    wrong = {
        (name, target)
        for name in FILES
        if name.startswith("localdigital") and not name.startswith(free)
        for target in imported_by(name, everywhere=True)
        if target.startswith(("signatories", "commitments", "programme"))
    }
    assert wrong == set()


def test_models_import_downwards_only():
    order = ["localdigital.models", "signatories.models", "commitments.models", "programme.models"]
    wrong = set()
    for level, layer in enumerate(order):
        for name in FILES:
            if name == layer or name.startswith(f"{layer}."):
                for target in imported_by(name, everywhere=True):
                    if not target.startswith(tuple(order[: level + 1])):
                        wrong.add((name, target))
    assert wrong == set()


def test_no_files_import_each_other_directly_or_around():
    arrows = defaultdict(set)
    for name in FILES:
        arrows[name] = {target for target in imported_by(name) if not name.startswith(f"{target}.")}
    seen, path = set(), []

    def visit(name):
        if name in path:
            return [*path[path.index(name) :], name]
        if name in seen:
            return None
        seen.add(name)
        path.append(name)
        for target in sorted(arrows[name]):
            circle = visit(target)
            if circle:
                return circle
        path.pop()
        return None

    circles = [circle for name in sorted(FILES) if (circle := visit(name))]
    assert circles == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from signatories.models import Person", "signatories.models"),
        ("from signatories import emails", "signatories.emails"),
        ("def late():\n    from commitments.models import Commitment", "commitments.models"),
    ],
)
def test_the_reader_of_imports_sees_every_way_to_write_one(source, found, monkeypatch, tmp_path):
    path = tmp_path / "somewhere.py"
    path.write_text(source)
    monkeypatch.setitem(FILES, "localdigital.somewhere", path)
    assert found in set(imported_by("localdigital.somewhere", everywhere=True))
