"""The canonical documents as JSON Schema, one file a kind, in a folder named for the version of the model."""

import json
from pathlib import Path
from typing import Any

from hub.model import DOCUMENTS, Document
from hub.model.shape import VERSION

FOLDER = Path("docs/schema") / f"v{VERSION}"


def pages(root: Path) -> dict[Path, str]:
    return {FOLDER / f"{kind}.json": rendered(kind, shape) for kind, shape in DOCUMENTS.items()}


def rendered(kind: str, shape: type[Document]) -> str:
    return json.dumps(described(kind, shape), indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def described(kind: str, shape: type[Document]) -> dict[str, Any]:
    """The schema of what the hub takes under this kind; what it writes itself satisfies it too."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:crossdock:schema:v{VERSION}:{kind}"}
    return head | shape.model_json_schema()
