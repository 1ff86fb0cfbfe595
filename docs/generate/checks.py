"""The list of checks on what we read, with what a partner's file may say of each."""

from pathlib import Path

from docs.generate.text import MADE, table
from hub.guides.checks import CHECKS

PAGE = Path("docs/reference/checks.md")
HEAD = """# Checks

What the hub looks at in X12 and EDIFACT that it is sent, and how strict it is where the partner's file says nothing. A partner's
`partner.yaml` says it otherwise, check by check:

```yaml
checks: {segment_count: tolerate, element_length: strict, code: repair}
```

* `strict`: an error. What is wrong by the standard rejects the document in the acknowledgement (997 AK5 R, CONTRL 4) and it goes no
  further; what is wrong in its content (trees, totals, check digits) holds it for a person, since no acknowledgement may reject it.
* `tolerate`: taken as it stands, with a warning, which an acknowledgement tells (997 AK5 E), or a note, which nobody is told.
* `repair`: mended, noted with old and new, and told to nobody. What cannot be mended is an error.

`crossdock read --json` names the check of each finding.

"""


def pages(root: Path) -> dict[Path, str]:
    rows = [
        (f"`{name}`", check.covers, f"`{check.default}`", check.told, check.repair or "cannot be repaired")
        for name, check in CHECKS.items()
    ]
    return {PAGE: MADE + HEAD + table(("check", "covers", "default", "tolerated as", "repaired"), rows)}
