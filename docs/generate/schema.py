"""JSON Schemas: the canonical documents, in a folder named for the version of the model, and the files of a company."""

from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from docs.generate.connectors import found
from hub.model import DOCUMENTS, Document
from hub.model.shape import VERSION
from hub.settings import schemas

FOLDER = Path("docs/schema") / f"v{VERSION}"
CONFIG = Path("docs/schema/config")


class _Schema(GenerateJsonSchema):
    """Of a default that is the one empty mapping of all documents nothing need be said."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}


def pages(root: Path) -> dict[Path, str]:
    documents = {FOLDER / f"{kind}.json": rendered(kind, shape) for kind, shape in DOCUMENTS.items()}
    return documents | {CONFIG / name: schemas.text(one) for name, one in schemas.all_of(found(root)).items()}


def rendered(kind: str, shape: type[Document]) -> str:
    return schemas.text(described(kind, shape))


def described(kind: str, shape: type[Document]) -> dict[str, Any]:
    """The schema of what the hub takes under this kind; what it writes itself satisfies it too."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:crossdock:schema:v{VERSION}:{kind}"}
    return head | shape.model_json_schema(schema_generator=_Schema)
