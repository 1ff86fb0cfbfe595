"""Install a real Tryton into the cache of counterparts, and build its database once; tests copy the file.

    python tests/journeys/install/tryton.py          # 1–3 minutes the first time, nothing afterwards

The cache is `$CROSSDOCK_COUNTERPARTS`, by default `~/.cache/crossdock`. Prints the folder.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

SERIES = ">=8.0,<9"
MODULES = (
    "sale",
    "stock",
    "account_invoice",
    "account_invoice_stock",
    "stock_package_shipping",
    "carrier",
    "currency",
    "country",
)
PACKAGES = ("trytond", "proteus", *(f"trytond_{name}" for name in MODULES))
DATABASE = "hub"
ADMIN = "only-for-tests"
SEED = Path(__file__).with_name("tryton_seed.py")


def root():
    """Where it is, or is to be."""
    cache = os.environ.get("CROSSDOCK_COUNTERPARTS")
    return (Path(cache) if cache else Path.home() / ".cache" / "crossdock") / "tryton"


def ready():
    """The built database, or None."""
    path = root() / "built" / f"{DATABASE}.sqlite"
    return path if path.exists() else None


def install():
    """Everything that is not there yet."""
    place = root()
    python = place / "venv" / "bin" / "python"
    if not (place / "venv" / "bin" / "trytond").exists():
        venv.create(place / "venv", with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *(f"{name}{SERIES}" for name in PACKAGES)], check=True)
    if ready() is None:
        build(place, python)
    return place


def build(place, python):
    """A company with customers, products, stock and a chart of accounts; put in place only when whole."""
    work = place / "work"
    work.mkdir(parents=True, exist_ok=True)
    database = work / f"{DATABASE}.sqlite"
    database.unlink(missing_ok=True)
    database.touch()  # the administration of Tryton does not create it
    (work / "trytond.conf").write_text(f"[database]\nuri = sqlite://\npath = {work}\n")
    (work / "password").write_text(ADMIN)
    shared = {**os.environ, "TRYTONPASSFILE": str(work / "password"), "TRYTOND_CONFIG": str(work / "trytond.conf")}
    admin = [python, place / "venv" / "bin" / "trytond-admin", "-c", work / "trytond.conf", "-d", DATABASE]
    subprocess.run([*admin, "--all", "--email", "admin@example.com"], check=True, env=shared)
    subprocess.run([*admin, "-u", *MODULES, "--activate-dependencies"], check=True, env=shared)
    subprocess.run([python, SEED, DATABASE, work / "trytond.conf"], check=True, env=shared)
    (place / "built").mkdir(exist_ok=True)
    database.rename(place / "built" / database.name)


if __name__ == "__main__":
    print(install())
    sys.exit(0)
