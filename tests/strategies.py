"""Documents drawn from what a guide says it carries: hypothesis strategies made from the guide and the model."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from hub.guides.codecs import CODECS, NUMERIC
from hub.guides.consignment import ORDER
from hub.guides.functions import FINISH, outline
from hub.guides.notation import Element, Guide, Rule
from hub.guides.paths import at, held, is_shape
from hub.guides.steps import broken
from hub.guides.unfold import TREES
from hub.guides.values import SELF, put, split
from hub.model import DOCUMENTS, Document

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.,/& "
MANY = 2
GIVEN = ("id",)  # names inside a ship notice, given when its tree is drawn
OFTEN = (0, 0, 0, 1, 2)  # small documents are drawn fast, and fail in plain sight
PACKED = ("pick_and_pack", "standard_pack", "shipment_pack")


def documents(guide: Guide) -> st.SearchStrategy[Document]:
    """Valid documents of a guide."""
    return st.composite(_document)(guide)


def _document(draw: st.DrawFn, guide: Guide) -> Document:
    shape = outline(guide.finish, guide.document)
    value: dict[str, Any] = {}
    _body(draw, guide.body, shape, value)
    tree = next((rule for rule in guide.rules() if rule.tree), None)
    if tree:
        (_shipment if tree.function == "shipment_tree" else _consignment)(draw, tree, shape, value)
    for name in guide.finish:  # what is derived from other values must agree with them
        FINISH[name](value)
    _required(draw, shape, value)
    return DOCUMENTS[guide.document].model_validate(value)


# --- bodies and rules ---


def _body(draw: st.DrawFn, rules: tuple[Rule, ...], shape: Any, item: dict[str, Any]) -> None:
    for rule in rules:
        if rule.tree or not rule.carried or rule.use == "never":
            continue
        if rule.each is None:
            _rule(draw, rule, shape, item)
            continue
        path = split(rule.each)
        home = item
        for step in path[:-1]:
            home = home.setdefault(step, {})
        if path[-1] not in home:  # the first rule for a list draws it; the writer may choose another
            least = 1 if rule.use == "must" else 0
            most = min(rule.max or MANY, MANY)
            count = max(least, min(most, draw(st.sampled_from(OFTEN))))
            inner = held(at(shape, path))
            _file(draw, rule, rules, inner, home, path[-1], count)


def _file(draw: st.DrawFn, rule: Rule, rules: tuple[Rule, ...], shape: Any, home: dict[str, Any], name: str, count: int) -> None:
    if rule.key is None:
        found = [_item(draw, rule, shape) for _ in range(count)]
        if found:
            home[name] = found
        return
    element = rule.element(rule.key.address)
    assert element is not None
    words = draw(
        st.lists(_word(element, rule.key.table, _elsewhere(rule, rules), rule), min_size=count, max_size=count, unique=True)
    )
    words = list(dict.fromkeys([*rule.needs, *words]))
    twice: bool = draw(st.booleans())
    if words and twice:
        words.append(words[0] + "#2")
    items = {word: _item(draw, rule, shape) for word in words}
    if words and not items[words[0]]:
        items.pop(words[0] + "#2", None)  # an empty item leaves its key free
    if items:
        home[name] = items


def _item(draw: st.DrawFn, rule: Rule, shape: Any) -> Any:
    item: dict[str, Any] = {}
    scalar = any(element.paths == (SELF,) for element in rule.carriers())
    _rule(draw, rule, shape, item, must=scalar)
    if scalar:
        return item[SELF]
    _required(draw, shape, item)
    return item


def _rule(draw: st.DrawFn, rule: Rule, shape: Any, item: dict[str, Any], must: bool = False) -> None:
    carriers = {e.address: e for e in rule.carriers() if not e.equals and not any(path in _set(item) for path in e.paths)}
    needed = {a for a, e in carriers.items() if must or e.use == "must" or _is_required(shape, e.paths)}
    chosen = needed | {address for address in carriers if draw(st.booleans())}
    chosen = _repaired(rule, chosen, needed, set(carriers))
    for address in sorted(chosen):
        element = carriers[address]
        value = draw(_value(element, rule, None))
        for path in map(split, element.paths):
            place = f"{rule.tag}{address.element:02}" + (f"-{address.component:02}" if address.component else "")
            put(item, path, {"value": _written(element, value), "place": place} if path[0] == "extras" else value)
    for pairs in rule.pairs:
        element = rule.elements[pairs.first - 1]
        inner, room = rule.elements[min(pairs.first, len(rule.elements) - 1)], (pairs.last - pairs.first + 1) // 2
        if pairs.inside:
            inner, room = element.components[0], MANY  # the segment is written again where they do not fit
        least = 1 if element.use == "must" else 0
        code = element.components[1] if pairs.inside else element
        words = draw(st.lists(_word(code, pairs.table, (), rule), min_size=least, max_size=min(room, MANY), unique=True))
        values = {word: draw(_typed(inner, pairs.codec)) for word in words}
        if values and pairs.into not in item:
            item[pairs.into] = values
    if rule.groups and rule.groups.each not in item:
        room = (rule.groups.last - rule.groups.first + 1) // rule.groups.size
        many = draw(st.integers(0, min(room, MANY)))
        found = [_member(draw, rule, held(at(shape, split(rule.groups.each)))) for _ in range(many)]
        if found and not (rule.each is None and not _own(rule, item)):
            item[rule.groups.each] = found
    if rule.body:
        _body(draw, rule.body, shape, item)


def _written(element: Element, value: Any) -> str:
    """The text that stands in the segment."""
    return str(value) if element.codec in ("text", "moment") else CODECS[element.codec].write(value, element.high)


def _own(rule: Rule, item: dict[str, Any]) -> bool:
    """A group may stand alone, unless the segment needs elements beside it."""
    needed = [e for e in rule.elements if e.use == "must" and e.carries]
    return all(any(path in _set(item) for path in e.paths) for e in needed)


def _member(draw: st.DrawFn, rule: Rule, shape: Any) -> Any:
    assert rule.groups is not None
    item: dict[str, Any] = {}
    for element in (*rule.groups.shared, *rule.groups.elements):
        if element.paths and (
            element.use == "must" or SELF in element.paths or _is_required(shape, element.paths) or draw(st.booleans())
        ):
            put(item, split(element.paths[0]), draw(_value(element, rule, None)))
    return item.get(SELF, item)


def _repaired(rule: Rule, chosen: set[Any], needed: set[Any], known: set[Any]) -> set[Any]:
    """The chosen elements, made to agree with the conditional notes of the segment."""
    outside: set[int] = set()
    for pairs in rule.pairs:
        outside.update(range(pairs.first, pairs.last + 1))
    if rule.key:
        outside.add(rule.key.address.element)
    for _ in range(2 * len(rule.conditions) + 2):
        filled = {address.element for address in chosen} | ({rule.key.address.element} if rule.key else set())
        for note in rule.conditions:
            index = (
                broken(note, filled)
                if not outside & set(note.positions) - ({rule.key.address.element} if rule.key else set())
                else None
            )
            if index is None:
                continue
            wanted = {address for address in known if address.element == index}
            if note.kind in "PRCL" and wanted:
                chosen = chosen | wanted
            elif note.kind == "E":
                chosen = {a for a in chosen if a.element != index or a in needed}
            else:
                chosen = {a for a in chosen if a.element not in note.positions or a in needed}
            break
        else:
            break
    return chosen


# --- values ---


def _value(element: Element, rule: Rule, annotation: Any) -> st.SearchStrategy[Any]:
    if element.const is not None:
        return st.just(element.const)
    taken = [code for when in rule.when if when.address == element.address for code in when.codes]
    if element.table:
        return _word(element, element.table, (), rule, annotation)
    if taken or element.only:
        return st.sampled_from(taken or element.only)
    if element.codec == "moment" and (len(element.over) < 2 or annotation is date):
        return _typed(element, "date")
    beside = [rule.element(address) for address in element.over if address != element.address]
    return _typed(element, element.codec, len(element.over), timed=any(it is not None and it.use == "must" for it in beside))


def _typed(element: Element, codec: str, over: int = 1, timed: bool = False) -> st.SearchStrategy[Any]:
    if codec in NUMERIC:
        return _number(element, codec)
    if codec == "texts":
        return st.lists(_text(1, min(element.high, 12)), min_size=1, max_size=over)
    if codec == "date":
        return st.dates(date(1970, 1, 1), date(2069, 12, 31))
    if codec == "time":
        return st.times().map(lambda it: f"{it:%H:%M}")
    if codec == "moment":
        zones = st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours)))
        zone = zones if over > 2 else st.just(timezone(timedelta(0)))
        first, last = datetime(1971, 1, 1), datetime(2069, 1, 1)  # noqa: DTZ001  # hypothesis adds the zone
        times = st.datetimes(first, last, timezones=zone)
        dates = st.dates(date(1970, 1, 1), date(2069, 12, 31)) if not timed else st.nothing()
        return st.one_of(dates, times.map(lambda it: it.replace(second=0, microsecond=0)))
    return _text(max(element.low, 1), min(element.high, max(element.low, 12)))


def _number(element: Element, codec: str) -> st.SearchStrategy[Any]:
    places = int(codec[1]) if codec[0] == "n" else 0 if codec == "integer" else 2
    most = 10 ** max(1, min(element.high, 8)) - 1
    low = 10 ** (element.low - 1) if element.low > 1 else 0
    units = st.integers(low, most)
    if codec == "integer":
        return units
    if codec == "decimal" and element.high <= places:
        return units.map(Decimal)
    return units.map(lambda it: Decimal(it).scaleb(-places))


def _text(low: int, high: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=low, max_size=high).filter(lambda it: it == it.strip() and len(it) >= low and it)


def _word(element: Element, table: Any, not_codes: Any, rule: Rule, annotation: Any = None) -> st.SearchStrategy[str]:
    if table is None:
        return _text(max(element.low, 1), min(element.high, 10))
    taken = {code for when in rule.when if when.address == element.address for code in when.codes} | set(element.only)
    fit = [code for code in table.codes.values() if element.low <= len(code) <= element.high and code not in not_codes]
    if taken:
        return st.sampled_from(
            [table.word(code) for code in fit if code in taken] or [table.word(code) for code in sorted(taken)]
        )
    known = st.sampled_from([table.word(code) for code in fit]) if fit else st.nothing()
    codes = st.text("QXYZ", min_size=max(element.low, 2), max_size=max(2, min(element.high, 3)))
    strange = codes.filter(
        lambda code: code not in table.words and code not in not_codes and element.low <= len(code) <= element.high
    )
    return st.one_of(known, strange.map(lambda code: f"{table.standard}:{code}"))


def _elsewhere(rule: Rule, rules: tuple[Rule, ...]) -> set[str]:
    """Codes that another rule of the same tag takes."""
    return {code for other in rules if other.tag == rule.tag and other is not rule for when in other.when for code in when.codes}


# --- the model ---


def _is_required(shape: Any, paths: tuple[str, ...]) -> bool:
    return is_shape(shape) and any(path in shape.model_fields and shape.model_fields[path].is_required() for path in paths)


def _set(item: dict[str, Any]) -> set[str]:
    found = set()
    for name, value in item.items():
        found.add(name)
        if isinstance(value, dict):
            found |= {f"{name}.{inner}" for inner in value}
    return found


def _required(draw: st.DrawFn, shape: Any, item: dict[str, Any]) -> None:
    """Fields that the model needs and the guide did not draw are a fault of the guide."""
    if is_shape(shape):
        missing = [name for name, field in shape.model_fields.items() if field.is_required() and name not in (*item, *GIVEN)]
        assert not missing, f"the guide carries no {missing} of {shape.__name__}"


# --- the ship notice ---


def _shipment(draw: st.DrawFn, tree: Rule, shape: Any, value: dict[str, Any]) -> None:
    """Orders, packages and contents in a structure that can be told."""
    structure = value["structure"] = draw(st.sampled_from((*PACKED, "no_packs")))
    _body(draw, tree.levels["S"].body, shape, value)
    orders = [_node(draw, tree, "O", held(at(shape, ("orders",))), id=f"O{n}") for n in range(1, draw(st.integers(1, 2)) + 1)]
    packages: list[dict[str, Any]] = []
    contents: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        order = draw(st.sampled_from(orders))["id"]
        content = _node(draw, tree, "I", held(at(shape, ("contents",))), order=order)
        content.pop("package", None)
        if structure in PACKED and draw(st.booleans()):
            content["package"] = _packed(draw, tree, shape, packages, order, structure, number)
        if structure == "standard_pack":
            content["line"] = str(number + 1)  # else equal items would share a node
        contents.append(content)
    value.update(orders=orders, contents=contents, **({"packages": packages} if packages else {}))


def _packed(
    draw: st.DrawFn, tree: Rule, shape: Any, packages: list[dict[str, Any]], order: str, structure: str, number: int
) -> str:
    same = [it for it in packages if it["type"] == "pack" and (structure == "shipment_pack" or it.get("order") == order)]
    if same and structure != "standard_pack" and draw(st.booleans()):
        return str(same[0]["id"])
    inner = held(at(shape, ("packages",)))
    links = {} if structure == "shipment_pack" else {"order": order}
    pack = _node(draw, tree, "P", inner, id=f"P{len(packages) + 1}", type="pack", **links)
    if draw(st.booleans()):
        tare = _node(draw, tree, "T", inner, id=f"P{len(packages) + 1}", type="tare", **links)
        packages.append(tare)
        pack = {**pack, "id": f"P{len(packages) + 1}", "parent": tare["id"]}
    packages.append(pack)
    return str(pack["id"])


def _node(draw: st.DrawFn, tree: Rule, level: str, shape: Any, **links: str) -> dict[str, Any]:
    item: dict[str, Any] = dict(links)
    _body(draw, tree.levels[level].body, shape, item)
    if level in ("P", "T"):
        item = {name: value for name, value in item.items() if name not in ("quantity", "unit")}
    return item


def _coin(draw: st.DrawFn) -> bool:
    return draw(st.booleans())


def _consignment(draw: st.DrawFn, tree: Rule, shape: Any, value: dict[str, Any]) -> None:
    """Packages in packages with their contents, of orders that the header or the lines name."""
    value.pop("structure", None)
    orders = value.get("orders") or []
    for number, order in enumerate(orders, 1):
        order.update(id=f"O{number}", number=f"PO{number}")
    body = tree.levels[""].body
    home = TREES[tree.function or ""].homes[""]
    packages: list[dict[str, Any]] = []
    for number in range(draw(st.integers(0, 3))):
        package: dict[str, Any] = {"id": f"P{number + 1}"}
        _body(draw, tuple(rule for rule in body if rule.each != "contents"), home, package)
        if packages and _coin(draw):
            package["parent"] = draw(st.sampled_from(packages))["id"]
        packages.append(package)
    for package in packages:
        package["type"] = "tare" if any(other.get("parent") == package["id"] for other in packages) else "pack"
    line = next(rule for rule in body if rule.each == "contents")
    contents = [_item(draw, line, held(at(home, ("contents",)))) for _ in range(draw(st.integers(0, 3)))]
    for content in contents:
        for name in ORDER:
            content.pop(name, None)
        if orders:
            content["order"] = draw(st.sampled_from(orders))["id"]
        if packages and _coin(draw):
            content["package"] = draw(st.sampled_from(packages))["id"]
    value.update({name: made for name, made in (("packages", packages), ("contents", contents)) if made})
