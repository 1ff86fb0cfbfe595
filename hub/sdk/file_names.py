"""Names of files: which are meant for us, and which any system can keep."""

import fnmatch
import hashlib
import re
import unicodedata
from collections.abc import Sequence

UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~")
HIDDEN = "."
UNFIT = re.compile(r"[^\w.+=@,()\[\] -]|^\.+|[. ]+$")
LONGEST = 120  # bytes: partners' systems have shorter limits than ours


def wanted(name: str, pattern: str, unfinished: Sequence[str]) -> bool:
    """True when the name is meant for us: not hidden, not still being written, and of the pattern.

    >>> [wanted(name, "*.edi", UNFINISHED) for name in ("1.edi", ".1.edi", "1.edi.TMP", "1.csv")]
    [True, False, False, False]
    """
    return not (name.startswith(HIDDEN) or name.lower().endswith(tuple(unfinished))) and fnmatch.fnmatchcase(name, pattern)


def fit(name: str) -> str:
    """A name for one file in one folder; two different names stay different."""
    plain = UNFIT.sub("_", unicodedata.normalize("NFC", name)) or "_"
    if plain == name and len(name.encode()) <= LONGEST:
        return name
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 8:
        stem, dot, suffix = plain, "", ""
    mark = hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:8]
    short = stem.encode()[: LONGEST - 20].decode(errors="ignore")
    return f"{short}-{mark}{dot}{suffix}"
