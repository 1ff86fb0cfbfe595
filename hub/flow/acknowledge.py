"""Acknowledge: say which groups were readable. Only once their trailers are judged; never to an acknowledgement."""

from dataclasses import dataclass

from hub.flow.read import Read
from hub.flow.site import Site
from hub.guides.acknowledge import acknowledgements
from hub.guides.syntax import needed
from hub.model import Acknowledgement
from hub.settings.endpoint import Endpoint


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement to send back where the interchange came from."""

    document: Acknowledgement
    partner: str
    test: bool


def acknowledge(site: Site, endpoint: Endpoint, found: Read) -> list[Answer]:
    """The acknowledgements for an arrival. Nobody is answered who is not the partner of this channel."""
    site.probe("acknowledge")
    answers: list[Answer] = []
    for judgement, partner in found.judgements:
        if partner is None:
            continue
        sender, them = judgement.interchange.sender, partner.ids.them
        if (sender.qualifier, sender.id) != (them.qualifier, them.id):
            continue
        if judgement.interchange.standard == "edifact" and partner.edifact.acknowledge != "always" and not needed(judgement):
            continue
        test = judgement.interchange.test
        answers += [Answer(document, partner.name, test) for document in acknowledgements(judgement)]
    return answers
