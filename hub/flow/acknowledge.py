"""Acknowledge: say which groups were readable. Only once their trailers are judged; never to an acknowledgement."""

from dataclasses import dataclass

from hub.flow.read import Read
from hub.flow.site import Site
from hub.guides.acknowledge import acknowledged
from hub.guides.syntax import needed
from hub.guides.verdicts import Judgement
from hub.model import Acknowledgement
from hub.settings.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement to send back where the interchange came from."""

    document: Acknowledgement
    partner: str
    test: bool
    of: range  # the positions in the arrival of the documents that it speaks of


def acknowledge(site: Site, endpoint: Endpoint, found: Read) -> list[Answer]:
    """The acknowledgements for an arrival. Nobody is answered who is not the partner of this channel."""
    site.probe("acknowledge")
    answers: list[Answer] = []
    end = 0
    for judgement, partner in found.judgements:
        places = _places(judgement, end)
        end = places[None].stop
        if partner is None:
            continue
        sender, them = judgement.interchange.sender, partner.ids.them
        if (sender.qualifier, sender.id) != (them.qualifier, them.id):
            continue
        if judgement.interchange.standard == "edifact" and partner.edifact.acknowledge != "always" and not needed(judgement):
            continue
        test = judgement.interchange.test
        for group, document in acknowledged(judgement):
            said = places[None if group is None else id(group)] if group is not None or document.documents else range(0)
            answers.append(Answer(document, partner.name, test, said))
    return answers


def _places(judgement: Judgement, first: int) -> dict[int | None, range]:
    """Where the documents of each group stand, its notices first; under None, those of the whole interchange."""
    at = first + len(judgement.notices)
    found: dict[int | None, range] = {}
    for group in judgement.groups:
        found[id(group.group)] = range(at, at := at + len(group.documents))
    return {**found, None: range(first, at)}
