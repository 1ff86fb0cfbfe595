"""What a user installs has everything in it, and works away from a checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = (
    "ISA*00*          *00*          *ZZ*BUYER          *ZZ*SELLER         *260302*1200*U*00401*000000001*0*P*>~"
    "GS*PO*BUYER*SELLER*20260302*1200*1*X*004010~ST*850*0001~BEG*00*SA*4500012345**20260302~"
    "PO1*1*12*EA*9.95**VN*TEA-GREEN-100~CTT*1~SE*5*0001~GE*1*1~IEA*1*000000001~"
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    (found,) = folder.glob("*.whl")
    return found


def product(folder, *suffixes):
    paths = (path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)
    return {path for path in paths if "__pycache__" not in path}


def test_the_wheel_holds_code_data_and_the_example(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert product("hub", ".py", ".sql", ".md") <= names
    assert product("connectors", ".py", ".md") <= names
    assert product("mappings", ".yaml", ".csv") <= names
    assert {path.replace("config/", "hub/example/", 1) for path in product("config", ".yaml")} <= names


def test_the_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"hub", "connectors", "mappings"}


@pytest.mark.slow
def test_an_installed_wheel_reads_an_order_with_its_own_guides(wheel, tmp_path):
    home = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(home)
    (tmp_path / "order.edi").write_text(SAMPLE)
    environment = {**os.environ, "PYTHONPATH": str(home)}
    where = subprocess.run([sys.executable, "-c", "import hub, mappings; print(hub.__file__, mappings.__file__)"], cwd=tmp_path,
                           env=environment, capture_output=True, text=True, check=True)  # fmt: skip
    assert where.stdout.count(str(home)) == 2, "the checkout stands in the way of what is tested"
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", "read", "order.edi"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "4500012345" in done.stdout
