"""Begins things: a company, a partner, a channel or system. Writes files that are not there yet, and never over others."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from hub import marked
from hub.errors import CrossdockError
from hub.mapping.mapping import load as load_mapping
from hub.operations import scaffold_texts as texts
from hub.operations.commented import chosen, lines
from hub.operations.read import product
from hub.operations.scaffold_mapping import SAMPLES, Begun, begin, example
from hub.sdk.connector import Connector
from hub.settings import schemas
from hub.settings.desk import NAME
from hub.settings.endpoint import MAPPED
from hub.settings.mistakes import nearest

SCHEMAS = Path(".crossdock/schema")
FIRST = "example"  # the partner a new company begins with


class Refused(CrossdockError):
    """It is there already, or it cannot be begun so."""


def company(folder: Path, name: str, zone: str, connectors: Mapping[str, type[Connector]]) -> list[Path]:
    """A whole company in a folder that has none. Returns the files written."""
    if (folder / "hub.yaml").exists():
        raise Refused(f"there is a company in {folder} already; nothing was written")
    home = "the folder above this one" if folder.resolve().name == "config" else "this folder"
    facts = {"name": _text(name), "zone": zone, "home": home, "partner": FIRST, "title": "Example Stores"}
    inbox = f"{'../' if home.endswith('one') else ''}var/{FIRST}/in/"
    made = {
        "hub.yaml": _with_schema("hub.json", 0, texts.HUB.format(**facts)),
        "routes.yaml": _with_schema("routes.json", 0, texts.ROUTES),
        f"channels/{FIRST}.yaml": _with_schema("channel/folder.json", 1, texts.CHANNEL.format(**facts)),
        "systems/erp.yaml": _with_schema("system/folder.json", 1, texts.SYSTEM),
        f"environments/test/partners/{FIRST}/partner.yaml": texts.TEST_PARTNER,
        "environments/test/systems/erp.yaml": texts.TEST_SYSTEM,
        "tests/test_company.py": texts.TESTS,
        "README.md": texts.README.format(name=name, inbox=inbox),
        ".gitignore": texts.IGNORED,
    }
    us = re.sub(r"[^A-Z0-9]", "", name.upper())[:15] or "US"
    made |= _partner(FIRST, "Example Stores", "x12", "production", zone, ("ZZ", us), "EXAMPLE")
    write_schemas(folder, connectors)
    return write(folder, made)


def partner(folder: Path, name: str, title: str, standard: str, state: str, them: str) -> list[Path]:
    """A partner's folder: ids, guides, a guide of its own to change, a sample order."""
    check_name(name)
    if (folder / "partners" / name).exists():
        raise Refused(f"there is a partner `{name}` already; nothing was written")
    zone = str(_mapping(folder / "hub.yaml").get("zone", "UTC"))
    return write(folder, _partner(name, title, standard, state, zone, _known_as(folder, standard), them))


def endpoint(
    folder: Path,
    role: str,
    name: str,
    kind: tuple[str, type[Connector]],
    partner: str | None,
    form: str | None,
    sample: bytes | None = None,
) -> list[Path]:
    """A channel's or system's file, with every setting of its connector; secrets go to files of their own."""
    check_name(name)
    connector, cls = kind
    if any((folder / f"{one}s" / f"{name}.yaml").exists() for one in schemas.ROLES):
        raise Refused(f"there is a channel or system `{name}` already; nothing was written")
    made: dict[str, str | bytes] = {}

    def secret(key: str) -> str:
        file = f"secrets/{name}_{key}"
        made[file] = "change-me\n"
        return f"${{file:{file}}}"

    values = chosen(cls.Config, name, secret)
    head = [f"# A {role}. The name of the file is its name; what else can be set: crossdock connectors show {connector}"]
    head += [
        f"title: {name.replace('_', ' ').replace('-', ' ').title()}",
        f"connector: {connector}",
        "settings:" if values else "",
    ]
    begun = _begun(folder, role, name, connector, form, sample)
    made |= begun.files if begun else {}
    speech = _spoken(begun, partner) if begun else _speech(folder, role, connector, partner, form)
    more = ["# poll: {every: 5m}                     # by default as in hub.yaml", "# concurrency: 4"]
    text = (
        "\n".join(
            [*filter(None, head), *lines(cls.Config, values, lambda key: f"${{file:secrets/{name}_{key}}}"), *speech, *more]
        )
        + "\n"
    )
    made[f"{role}s/{name}.yaml"] = _with_schema(f"{role}/{connector}.json", 1, text)
    return [*write(folder, made), *(_shown(folder / f"mappings/{begun.mapping}.yaml") if begun and begun.files else ())]


def _begun(folder: Path, role: str, name: str, connector: str, form: str | None, sample: bytes | None) -> Begun | None:
    """A mapping of its own, for a channel that speaks something of somebody's own."""
    if role != "channel" or form not in MAPPED or (sample is None and form == "json" and _mappings(folder, connector)):
        return None
    return begin(name.replace("-", "_"), form, sample, [folder / "mappings"])


def _spoken(begun: Begun, partner: str | None) -> list[str]:
    who = [f"partner: {partner}"] if partner else []
    answers = "# writes: {order_response: a mapping}    # answers, once there is one; without it nothing goes back"
    return [f"format: {begun.format}", *who, f"reads: [{{mapping: {begun.mapping}}}]", "gives: [order]", answers]


def _shown(path: Path) -> list[Path]:
    """The mapping's example says what the mapping reads now."""
    more, values = example(path)
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    return write(path.parent, {f"{SAMPLES}/{path.stem}.expected.json": values})


def without_channel(folder: Path) -> str | None:
    """The first partner that no channel is for."""
    named = {str(_mapping(path).get("partner")) for path in (folder / "channels").glob("*.yaml")}
    return next((name for name in _partners(folder) if name not in named), None)


def write_schemas(folder: Path, connectors: Mapping[str, type[Connector]]) -> list[Path]:
    """Schemas of the company's files and connectors, where the first line of each file looks for them; written anew."""
    files = {folder / SCHEMAS / name: schemas.text(one) for name, one in schemas.all_of(connectors).items()}
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(files)


def _speech(folder: Path, role: str, connector: str, partner: str | None, form: str | None) -> list[str]:
    """What it speaks: through the mappings there are for this connector; else the partner's standard, else canonical JSON."""
    mappings = _mappings(folder, connector)
    if partner is not None:
        raw = _partner_file(folder, partner)
        return [f"format: {form or raw.get('standard', 'x12')}", f"partner: {partner}"]
    if form == "canonical" or not mappings:
        return [f"format: {form or 'canonical'}"]
    inward = {kind: name for kind, name in mappings.items() if (kind == "order") == (role == "channel")}
    reads = [f"  - {{mapping: {name}}}" for name in inward.values()]
    writes = [f"  {kind}: {name}" for kind, name in mappings.items() if kind not in inward]
    note = "                            # the first whose `when` fits reads the message: {mapping: …, when: {path: value}}"
    return ["format: json", *(["reads:" + note, *reads] if reads else []), *(["writes:", *writes] if writes else [])]


def _mappings(folder: Path, connector: str) -> dict[str, str]:
    """Mappings there are for this connector: their names by the canonical kind they carry."""
    roots = [root for root in (product(), folder / "mappings") if (root / "json" / connector).is_dir()]
    paths = [(root, path) for root in roots for path in sorted((root / "json" / connector).glob("*.yaml"))]
    named = ((path.relative_to(root).with_suffix("").as_posix(), path) for root, path in paths)
    return {load_mapping(path, name).document: name for name, path in named}


def _partner(name: str, title: str, standard: str, state: str, zone: str, known: tuple[str, str], them: str) -> dict[str, str]:
    guides = {kind: f"{standard}/{number}" for kind, number in texts.GUIDES[standard].items()}
    listed = "".join(f"  {kind}: {guide}\n" for kind, guide in guides.items())
    qualifier = texts.QUALIFIER[standard]
    ids = {"us_qualifier": known[0], "us": known[1], "qualifier": qualifier, "them": them}
    facts = {"title": _text(title), "standard": standard, "state": state, "zone": zone, "currency": texts.CURRENCY[standard]}
    text = texts.PARTNER.format(**facts, **ids, versions=texts.VERSIONS[standard], guides=listed)
    own = texts.OWN_GUIDE.format(
        guide=guides["order"], title=title, partner=name, changes=texts.CHANGES[standard], sample=texts.GUIDES[standard]["order"]
    )
    sample = texts.SAMPLES[standard].format(**ids, flag=texts.FLAGS[standard, state])
    return {
        f"partners/{name}/partner.yaml": _with_schema("partner.json", 2, text),
        f"partners/{name}/guides/{guides['order']}.yaml": own,
        f"partners/{name}/samples/{texts.GUIDES[standard]['order']}.edi": sample,
    }


def _known_as(folder: Path, standard: str) -> tuple[str, str]:
    """Our own address, as another partner of this standard knows us."""
    for name in _partners(folder):
        raw = _partner_file(folder, name)
        us = (raw.get("ids") or {}).get("us") or {}
        if raw.get("standard", "x12") == standard and "id" in us:
            return str(us.get("qualifier", texts.QUALIFIER[standard])), str(us["id"])
    return texts.QUALIFIER[standard], "4098765000010" if standard == "edifact" else "OURID"


def _partner_file(folder: Path, name: str) -> dict[str, Any]:
    path = folder / "partners" / name / "partner.yaml"
    if not path.is_file():
        raise Refused(f"there is no partner `{name}`; {nearest(name, _partners(folder))}")
    return _mapping(path)


def _partners(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in (folder / "partners").glob("*/partner.yaml"))


def _mapping(path: Path) -> dict[str, Any]:
    raw = marked.load(path)
    return raw if isinstance(raw, dict) else {}


def check_name(name: str) -> None:
    """Raises Refused for what cannot be a name."""
    if not re.fullmatch(NAME, name):
        raise Refused(f"`{name}` cannot be a name: use lower case letters, digits, - and _")


def _text(value: str) -> str:
    """Text as YAML takes it on one line."""
    return str(yaml.safe_dump([value], default_flow_style=True, allow_unicode=True, width=10**6)).strip()[1:-1]


def _with_schema(name: str, depth: int, text: str) -> str:
    return f"{texts.SCHEMA}{'../' * depth}{(SCHEMAS / name).as_posix()}\n{text}"


def write(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """New files with their folders; what stands under `secrets` is for its owner alone."""
    written = []
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            continue
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if name.startswith("secrets/"):
            path.chmod(0o600)
        written.append(path)
    return written
