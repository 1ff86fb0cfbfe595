"""`python -m docs.generate` writes the pages made from the code; with `--check` it only says which are stale."""

import sys
from pathlib import Path

from docs.generate import checks, commands, connectors, findings, guides, model, schema, settings

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs/reference", "docs/schema")  # here every page is made; one that is no longer made is stale


def pages(root: Path = ROOT) -> dict[Path, str]:
    """Every generated page with the text it should have."""
    made: dict[Path, str] = {}
    for maker in (schema, model, settings, commands, connectors, guides, findings, checks):
        made |= {root / path: text for path, text in maker.pages(root).items()}
    return made


def stale(root: Path = ROOT) -> list[Path]:
    """Pages that are missing, differ, or have no source any more."""
    made = pages(root)
    differ = [path for path, text in made.items() if not path.exists() or path.read_text() != text]
    present = (path for folder in FOLDERS for path in (root / folder).rglob("*") if path.suffix in {".md", ".json"})
    return sorted([*differ, *(path for path in present if path not in made)])


def write(root: Path = ROOT) -> list[Path]:
    """Bring every stale page up to date; returns those that were touched."""
    made, touched = pages(root), stale(root)
    for path in touched:
        if path in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made[path])
        else:
            path.unlink()
    return touched


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    touched = stale() if check else write()
    for path in touched:
        print("stale:" if check else "wrote:", path.relative_to(ROOT))
    if check and touched:
        print("run: make docs")
    return int(check and bool(touched))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
