"""XML read into plain values and written from them: no entities, no document type from elsewhere, no network, bounded.

An element is a dict: `@name` for attributes, `.` for its text, names of children; several children of one name are a list.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from hub.errors import Unreadable

LARGEST = 100_000_000  # bytes
MOST_ELEMENTS = 2_000_000
DEEPEST = 100
ENTITY = re.compile(rb"<\0*!\0*E\0*N\0*T\0*I\0*T\0*Y")
SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"  # attributes for programs that check, not for people
XML = "http://www.w3.org/XML/1998/namespace"
Names = Mapping[str, str]  # prefix → namespace; an empty prefix for the default one


def parse(body: bytes) -> etree._Element:
    """The root element. Raises Unreadable with line and reason."""
    if len(body) > LARGEST:
        raise Unreadable(f"more than {LARGEST} bytes of XML")
    if ENTITY.search(body):
        raise Unreadable("it declares entities; we read no XML that does")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"not XML: {error}") from None
    for count, node in enumerate(root.iter()):
        if count > MOST_ELEMENTS:
            raise Unreadable(f"more than {MOST_ELEMENTS} elements")
        if not isinstance(node.tag, str):
            raise Unreadable(f"line {node.sourceline}: an entity is used; we read no XML with entities")
    return root


def name_of(tag: str, prefixes: Names) -> str:
    """The name of an element or attribute as a mapping writes it; `prefixes` is namespace → prefix.

    >>> name_of("{urn:a}ID", {"urn:a": "cbc"}), name_of("{urn:b}ID", {"urn:b": ""}), name_of("{urn:c}ID", {})
    ('cbc:ID', 'ID', '{urn:c}ID')
    """
    if not tag.startswith("{"):
        return tag
    space, _, local = tag[1:].partition("}")
    if space == XML:
        return f"xml:{local}"
    prefix = prefixes.get(space)
    return tag if prefix is None else f"{prefix}:{local}" if prefix else local


Keep = Callable[[Any, str], Any]  # a value and its place: the value to take for it


def values(element: etree._Element, names: Names, keep: Keep | None = None) -> dict[str, Any]:
    """An element and all below it as plain values. Raises Unreadable where it is nested too deeply.

    `keep` is asked for every text and attribute, with its path and line.
    """
    prefixes = {space: prefix for prefix, space in names.items()}
    return _values(element, prefixes, 0, keep and (keep, f"/{name_of(str(element.tag), prefixes)}"))


def _values(element: etree._Element, prefixes: Names, depth: int, kept: tuple[Keep, str] | None) -> dict[str, Any]:
    if depth > DEEPEST:
        raise Unreadable(f"line {element.sourceline}: nested deeper than {DEEPEST} levels")
    attributes = {str(key): str(text) for key, text in element.attrib.items() if not str(key).startswith(f"{{{SCHEMA}}}")}
    found: dict[str, Any] = {f"@{name_of(key, prefixes)}": text for key, text in attributes.items()}
    said = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if said:
        found["."] = said
    if kept:
        keep, path = kept
        for name, text in found.items():
            found[name] = keep(text, f"{path if name == '.' else f'{path}/{name}'}, line {element.sourceline}")
    for child in element:
        name = name_of(str(child.tag), prefixes)
        inside = kept and (kept[0], f"{kept[1]}/{name}{_which(element, child)}")
        add(found, name, _values(child, prefixes, depth + 1, inside))
    return found


def _which(element: etree._Element, child: etree._Element) -> str:
    """Which of several of its name a child is, counted from 1."""
    alike = element.findall(child.tag)
    return f"[{alike.index(child) + 1}]" if len(alike) > 1 else ""


def add(found: dict[str, Any], name: str, value: Any) -> None:
    """One more child of this name."""
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def write(root: str, value: Mapping[str, Any], names: Names, doctype: str | None = None) -> bytes:
    """A document. Raises ValueError on a character that XML cannot hold."""
    spaces: Any = {prefix or None: space for prefix, space in names.items()}
    element = etree.Element(_tag(root, names), nsmap=spaces)
    _fill(element, value, names)
    etree.indent(element)
    more: dict[str, Any] = {"doctype": doctype} if doctype else {}
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", **more)) + b"\n"


def _fill(element: etree._Element, value: Any, names: Names) -> None:
    if not isinstance(value, Mapping):
        element.text = str(value)
        return
    for name, inner in value.items():
        if name == ".":
            element.text = str(inner)
        elif name.startswith("@"):
            element.set(_tag(name[1:], names, attribute=True), str(inner))
        else:
            for one in inner if isinstance(inner, list) else [inner]:
                _fill(etree.SubElement(element, _tag(name, names)), one, names)


def _tag(name: str, names: Names, attribute: bool = False) -> str:
    prefix, colon, local = name.rpartition(":")
    if name.startswith("{") or (attribute and not colon):
        return name
    space = XML if prefix == "xml" else names.get(prefix)
    return f"{{{space}}}{local}" if space else local
