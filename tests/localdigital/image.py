"""Builds the Dockerfile's image in a folder, without Docker, by running its own instructions there."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# What only root inside a container can do: the steps that these tests leave out.
FONTS_STEP = (
    "apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core fonts-noto-core "
    "&& rm -rf /var/lib/apt/lists/*"
)
USER_STEP = "useradd --system --uid 10001 register && install --directory --owner register var"


def instructions(dockerfile):
    """Every instruction of a Dockerfile with its words, continued lines joined and comments left out."""
    lines = [line for line in dockerfile.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line]


def stages(dockerfile):
    """The stages in order: the name of each (the last has none) and its instructions."""
    found = []
    for word, rest in instructions(dockerfile):
        if word == "FROM":
            found.append((rest.partition(" AS ")[2], []))
        else:
            found[-1][1].append((word, rest))
    return found


class Build:
    """Runs the Dockerfile's instructions in a folder that stands for the container's /.

    Stages use the same folder one after the other, moved aside at the end of each: a virtual environment works only
    at the address where it was made.
    """

    def __init__(self, folder, arguments):
        self.root, self.kept, self.arguments = folder / "root", folder / "stages", arguments
        self.skipped, self.command, self.health_command = [], None, None
        uv = os.environ.get("UV") or shutil.which("uv")
        tools = folder / "tools"
        # "RUN pip install uv" needs a pip that may install: the image's own may.
        subprocess.run([uv, "venv", "--quiet", "--seed", tools], check=True)
        self.outer = {name: value for name, value in os.environ.items() if name in ("HOME", "LANG") or "CERT" in name}
        self.outer |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "npm_"))}
        self.outer["PATH"] = f"{tools / 'bin'}:{os.environ['PATH']}"
        for name, steps in stages((ROOT / "Dockerfile").read_text()):
            self.root.mkdir()
            self.folder, self.environment = self.root, dict(self.outer)
            for word, rest in steps:
                getattr(self, word.lower())(rest)
            if name:
                self.kept.mkdir(exist_ok=True)
                self.root.rename(self.kept / name)

    def here(self, text):
        """A text of the Dockerfile with the container's addresses replaced by the ones of this build."""
        return text.replace("/app", f"{self.root}/app")

    def workdir(self, rest):
        self.folder = self.root / rest.lstrip("/")
        self.folder.mkdir(parents=True, exist_ok=True)

    def env(self, rest):
        for pair in shlex.split(rest):
            name, _, value = pair.partition("=")
            value = re.sub(r"\$(\w+)", lambda found: self.environment[found[1]], self.here(value))
            self.environment[name] = value

    def arg(self, rest):
        self.environment[rest] = self.arguments[rest]

    def copy(self, rest):
        *sources, target = shlex.split(rest)
        source_root = ROOT
        if sources[0].startswith("--from="):
            source_root = self.kept / sources.pop(0).removeprefix("--from=")
        for source in sources:
            source_path = source_root / source.lstrip("/")
            destination = self.folder / target
            if source_path.is_dir():
                shutil.copytree(source_path, destination, symlinks=True, ignore=ignored, dirs_exist_ok=True)
            else:
                shutil.copy2(source_path, destination)

    def run(self, rest):
        if rest in (FONTS_STEP, USER_STEP):
            self.skipped.append(rest)
        if rest == FONTS_STEP:
            return
        if rest == USER_STEP:
            (self.folder / "var").mkdir(exist_ok=True)
            return
        done = subprocess.run(
            ["sh", "-c", self.here(rest)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"

    def healthcheck(self, rest):
        self.health_command = json.loads(rest.partition("CMD ")[2])

    def cmd(self, rest):
        self.command = json.loads(rest)

    def user(self, rest):
        self.running_user = rest

    def expose(self, rest):
        self.port = rest


def ignored(folder, names):
    """What .dockerignore keeps out of a folder that is copied."""
    return shutil.ignore_patterns("__pycache__", "*.pyc", "db.sqlite3*", ".env")(folder, names)
