"""Prints the part of requirements.lock that some packages need; without names, what the hub itself needs to run.

Reads the lock's own comments on why each package is in it, so that versions and hashes stay in one file.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[A-Za-z0-9._-]+")


def part(lock: str, roots: Iterable[str]) -> list[str]:
    """Entries of the lock, with hashes and without comments, for these packages and all they need. Raises KeyError."""
    entries = {_name(entry): entry for entry in re.split(r"\n(?=[^ \n])", lock.strip())}
    needed = {_name(root) for root in roots}
    if missing := needed - entries.keys():
        raise KeyError(f"not in the lock: {', '.join(sorted(missing))}")
    while more := {name for name, entry in entries.items() if name not in needed and needed & set(_wanted_by(entry))}:
        needed |= more
    return [re.sub(r"\n +#.*", "", entries[name]) for name in sorted(needed)]


def runtime(project: str) -> list[str]:
    """What pyproject.toml says the hub needs to run."""
    return [_name(one) for one in tomllib.loads(project)["project"]["dependencies"]]


def _name(requirement: str) -> str:
    found = NAME.match(requirement)
    assert found is not None, requirement
    return re.sub(r"[-_.]+", "-", found.group()).lower()


def _wanted_by(entry: str) -> list[str]:
    reasons = entry.partition("# via")[2]
    return [_name(word) for word in re.findall(r"[A-Za-z0-9][\w.-]*(?: \(pyproject.toml\))?", reasons) if "(" not in word]


if __name__ == "__main__":
    asked = sys.argv[1:] or runtime((ROOT / "pyproject.toml").read_text())
    sys.stdout.write("\n".join(part((ROOT / "requirements.lock").read_text(), asked)) + "\n")
