"""Finds what the hub can use: connectors (product, company, installed packages), mappings, the example company.

There is no list anywhere: a folder under `connectors/` with a `connector.py` is a connector.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from types import ModuleType

import hub
from hub.errors import Misconfigured
from hub.mapping.functions import adopt
from hub.sdk.connector import Connector
from hub.settings.company import product_mappings

GROUP, FUNCTIONS = "crossdock.connectors", "crossdock.functions"
PRODUCT = "connectors"


def connectors(company: Path | None = None) -> dict[str, type[Connector]]:
    """Every connector by name. A company's own folder wins over an installed package, a package over the product.

    Raises Misconfigured when one of them cannot be imported or defines no connector.
    """
    functions()
    found = {name: _only_connector(_import(PRODUCT, name, path), path) for name, path in _folders(product_connectors())}
    found |= {point.name: _installed(point) for point in entry_points(group=GROUP)}
    if company is not None:
        found |= {
            name: _only_connector(_import("company_connectors", name, path), path)
            for name, path in _folders(company / "connectors")
        }
    return dict(sorted(found.items()))


def functions() -> None:
    """Take up the named functions of installed packages, for mappings to use. Raises Misconfigured."""
    for point in entry_points(group=FUNCTIONS):
        try:
            adopt(point.name, point.load())
        except Exception as error:  # as for connectors: the person must learn which one it was
            raise Misconfigured(f"the function {point.name} ({point.value}) cannot be used: {error}") from error


@cache
def entry_points(group: str) -> EntryPoints:
    """What installed packages offer; looked up once in a process, since every package is asked."""
    return metadata.entry_points(group=group)


def product_connectors() -> Path:
    """The folder of connectors that come with the hub, in a checkout and in an installed wheel alike."""
    return Path(hub.__file__).parent.parent / PRODUCT


def mappings_root() -> Path:
    """The guides, mappings and tables that come with the hub."""
    return product_mappings()


def example_company() -> Path:
    """The example company: `config/` in a checkout, `hub/example` in an installed wheel."""
    beside = Path(hub.__file__).parent / "example"
    return beside if beside.is_dir() else Path(hub.__file__).parent.parent / "config"


def _folders(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(root.glob("*/connector.py")):
        yield path.parent.name, path


def _import(package: str, name: str, path: Path) -> ModuleType:
    """The module of a connector; its folder is a package, so that it can be split over several files."""
    if package == PRODUCT:
        return _guarded(path, lambda: importlib.import_module(f"{PRODUCT}.{name}.connector"))
    return _guarded(path, lambda: _import_from(f"{package}_{name}", path))


def _import_from(package: str, path: Path) -> ModuleType:
    full = f"{package}.connector"
    parent = ModuleType(package)
    parent.__path__ = [str(path.parent)]
    sys.modules[package] = parent
    sys.modules.pop(full, None)
    return importlib.import_module(full)


def _guarded(path: Path, load: Callable[[], ModuleType]) -> ModuleType:
    try:
        return load()
    except Exception as error:  # whatever a stranger's module does on import, the person must learn which one it was
        raise Misconfigured(f"the connector {path} cannot be imported: {type(error).__name__}: {error}") from error


def _only_connector(module: ModuleType, path: Path) -> type[Connector]:
    """The one Connector subclass that the module itself defines."""
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Connector) and value.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise Misconfigured(f"{path} must define one connector, it defines {len(found)}")
    return found[0]


def _installed(point: EntryPoint) -> type[Connector]:
    """An entry point names a connector class, or a module that defines one."""
    try:
        value = point.load()
    except Exception as error:  # as above
        raise Misconfigured(f"the connector {point.name} ({point.value}) cannot be imported: {error}") from error
    if isinstance(value, ModuleType):
        return _only_connector(value, Path(str(value.__file__)))
    if isinstance(value, type) and issubclass(value, Connector):
        return value
    raise Misconfigured(f"the entry point {point.name} ({point.value}) is no connector")
