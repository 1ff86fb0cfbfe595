"""The reference of the canonical model: one table of fields for each document and each part."""

from pathlib import Path

from docs.generate.shapes import Kind, ordered, section, summary
from docs.generate.text import MADE
from hub.model import DOCUMENTS
from hub.model.shape import Document

PAGE = Path("docs/reference/model.md")
HEAD = """# The canonical model

What every order, answer, ship notice and invoice looks like inside the hub, whoever wrote it. The same shapes as JSON
Schema stand in [`docs/schema/`](../schema/). Every document also has the fields of [a document](#document).

"""


def pages(root: Path) -> dict[Path, str]:
    contents = "".join(f"* [`{kind}`](#{shape.__name__.lower()}): {summary(shape)}\n" for kind, shape in DOCUMENTS.items())
    return {PAGE: MADE + HEAD + contents + "".join(told(shape) for shape in ordered([Document, *DOCUMENTS.values()]))}


def told(shape: Kind) -> str:
    """A document's own fields; those that all documents have are told once."""
    shared = shape is not Document and issubclass(shape, Document)
    return section(shape, but=Document.model_fields if shared else ())
