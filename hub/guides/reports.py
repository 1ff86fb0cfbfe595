"""Named functions of reports on a whole interchange (CONTRL): groups hold their messages there, and only name them in the model."""

from typing import Any

from pydantic import Field

from hub.model.acknowledgement import Acknowledgement, GroupVerdict, Judged

Values = dict[str, Any]


class GroupReport(GroupVerdict):
    """A group with its messages."""

    documents: tuple[Judged, ...] = Field(default=(), description="What is said of each message.")


class SyntaxReport(Acknowledgement):
    """What the segments of a report on an interchange fill."""

    groups: tuple[GroupReport, ...] = Field(default=(), description="Groups.")


def of_interchange(document: Values) -> list[str]:
    """The report is about a whole interchange, its messages in one list; the verdict is what becomes of all of them.

    >>> report = {"verdict": "accepted", "documents": [{"verdict": "rejected"}]}; of_interchange(report), report["verdict"]
    ([], 'partly_accepted')
    >>> report = {"verdict": "accepted", "groups": [{"control_number": "5", "verdict": "rejected", "documents": [{"verdict": "rejected"}]}]}
    >>> of_interchange(report), report["verdict"], report["documents"]
    ([], 'rejected', [{'verdict': 'rejected', 'group': '5'}])
    """
    document["level"] = "interchange"
    documents = list(document.get("documents") or ())
    for group in document.get("groups") or ():
        named = {"group": group["control_number"]} if group.get("control_number") else {}
        documents += [{**one, **named} for one in group.pop("documents", None) or ()]
    if documents:
        document["documents"] = documents
    groups = [group.get("verdict") for group in document.get("groups") or ()]
    if document.get("verdict") != "accepted":
        return []
    if groups and set(groups) == {"rejected"}:
        document["verdict"] = "rejected"
    elif "rejected" in [*groups, *(one.get("verdict") for one in documents)]:
        document["verdict"] = "partly_accepted"  # acknowledged, and what is below unless it is refused by name
    return []


def as_interchange(document: Values) -> None:
    """The way back: messages in their groups; an interchange of which only parts are refused is acknowledged itself.

    >>> report = {"verdict": "partly_accepted", "groups": [{"control_number": "5"}], "documents": [{"group": "5", "verdict": "rejected"}]}
    >>> as_interchange(report); report
    {'verdict': 'accepted', 'groups': [{'control_number': '5', 'documents': [{'verdict': 'rejected'}]}], 'documents': []}
    """
    groups = document.get("groups") or ()
    below = bool(groups) and not document.get("codes") and all(group.get("verdict") == "rejected" for group in groups)
    if document.get("verdict") == "partly_accepted" or (below and document.get("verdict") == "rejected"):
        document["verdict"] = "accepted"
    for group in groups:
        number, waiting = group.get("control_number"), document.get("documents") or ()
        mine = [one for one in waiting if one.get("group") == number]
        if number and mine:
            group["documents"] = [{name: value for name, value in one.items() if name != "group"} for one in mine]
            document["documents"] = [one for one in waiting if one.get("group") != number]
