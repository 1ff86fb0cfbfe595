"""Named functions of guides whose items say which pack they are in, while the document lists orders and packages."""

from typing import Any

Values = dict[str, Any]
MARKS = ("sscc", "marks")
WHOLE = "F"  # all is told, the usual case


def pack_up(document: Values) -> list[str]:
    """Packages and the one order, made from what head and items say; says which paths were filled.

    >>> notice = {"ship_order": "S1", "order_number": "PO1", "contents": [{"sscc": "9"}, {"sscc": "9"}, {}]}
    >>> pack_up(notice), notice["packages"], [content.get("package") for content in notice["contents"]]
    (['number'], [{'id': 'P1', 'sscc': '9'}], ['P1', 'P1', None])
    """
    contents = document.get("contents") or []
    packages: list[Values] = []
    for content in contents:
        own = {name: content[name] for name in MARKS if content.get(name)}
        if own:
            content["package"] = _package(packages, own)
    if packages:
        document["packages"] = packages
    if document.get("order_number"):
        document["orders"] = [{"id": "O1", "number": document["order_number"]}]
        for content in contents:
            content["order"] = "O1"
    if "number" in document or "ship_order" not in document:
        return []
    document["number"] = document["ship_order"]
    return ["number"]


def _package(packages: list[Values], own: Values) -> str:
    """The name of the package with these marks, a new one if there is none."""
    for package in packages:
        same = package["sscc"] == own["sscc"] if "sscc" in package and "sscc" in own else package.get("marks") == own.get("marks")
        if same:
            package.update({**own, "marks": {**package.get("marks", {}), **own["marks"]}} if "marks" in own else own)
            return str(package["id"])
    packages.append({"id": f"P{len(packages) + 1}", **own})
    return str(packages[-1]["id"])


def unpack(document: Values) -> Values:
    """The way back: each content says its pack, the head its order.

    >>> notice = {"orders": [{"id": "A", "number": "PO1"}], "packages": [{"id": "X", "sscc": "9"}], "contents": [{"package": "X"}]}
    >>> unpacked = unpack(notice)
    >>> unpacked["order_number"], unpacked["contents"]
    ('PO1', [{'sscc': '9', 'package': 'X'}])
    """
    packages = {package["id"]: package for package in document.get("packages") or []}
    contents = []
    for content in document.get("contents") or []:
        package = packages.get(content.get("package"), {})
        own = {} if content.get("sscc") or content.get("marks") else {name: package[name] for name in MARKS if name in package}
        contents.append({**own, **content})
    orders = document.get("orders") or []
    head: Values = {"order_number": orders[0]["number"]} if len(orders) == 1 else {}
    extras = {"reporting": {"value": WHOLE}, **(document.get("extras") or {})}
    return {**head, **document, "contents": contents, "extras": extras}
