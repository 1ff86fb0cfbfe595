"""What stands around a cXML request: reading it safely."""

import re
from typing import Any

from lxml import etree

ENTITY = re.compile(rb"<\0*!\0*E\0*N\0*T\0*I\0*T\0*Y")


def parsed(body: bytes, error: type[Exception]) -> Any:
    """The root of a cXML document: no entities, nothing fetched."""
    try:
        if ENTITY.search(body):
            raise error("it declares entities; we read no XML that does")
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise error(f"not XML: {problem}") from None
    if root.tag != "cXML":
        raise error(f"the outermost element is {root.tag}, not cXML")
    return root
