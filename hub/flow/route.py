"""Route: a delivery for each place that the routes name. Test and production never mix."""

from collections.abc import Collection

from hub.flow.case import Case
from hub.flow.draft import Draft
from hub.flow.narrate import say, words
from hub.ledger import deliveries, documents
from hub.rules.routing import Facts, routed, targets
from hub.settings.endpoint import Endpoint


def route(
    case: Case, draft: Draft, document: int, channel: str | None, again: str = "", only: Collection[str] | None = None
) -> list[str]:
    """A delivery for each place the routes name, or `only` some of them; says for which there is a new one.

    `channel` is where its order came from; `again` makes the same content another delivery.
    """
    added: list[str] = []
    facts = Facts(draft.kind, case.endpoint.name, channel, draft.partner, draft.value or {})
    matches = targets(case.site.company.routes, facts)
    for match in matches:
        if only is not None and match.target not in only:
            continue
        target = case.site.company.endpoints[match.target]
        if why := barred(target, draft.kind, draft.test):
            say(case, "kept", f"{words(draft)} is not sent to {target.name}: {why}", draft.orders, document)
            continue
        key = f"{draft.kind}:{facts.channel or case.endpoint.name}:{draft.number}:{draft.content[:12]}{again}:{target.name}"
        if send(case, draft, document, key, target.name):
            added.append(target.name)
            say(case, "route", f"{words(draft)} is to go to {target.name} ({match.reason})", draft.orders, document)
    if not matches and not routed(case.site.company.routes, facts):
        draft.hold("no route takes it")
        documents.mark(case.connection, document, "held", "no route takes it")
        say(case, "held", f"{words(draft)} is held: no route takes it; see routes.yaml", draft.orders, document)
    return added


def send(case: Case, draft: Draft, document: int, key: str, target: str) -> bool:
    """A document is to go somewhere; False where it has been on its way there before, or nothing may leave."""
    if case.quiet:
        text = f"{words(draft)} is not sent to {target}: it was taken in without sending"
        say(case, "kept", text, draft.orders, document)
        return False
    about = (key, document, target, draft.kind, draft.orders, case.now)
    if draft.unheard:
        deliveries.add_first(case.book, *about)
        return True
    return deliveries.add(case.connection, *about) is not None


def barred(target: Endpoint, kind: str, test: bool) -> str | None:
    """Why a document that a route sends there does not go there all the same, if so."""
    if target.role == "system" and target.test != test:
        return f"it is {'a test' if test else 'production'}, that is {'a production system' if test else 'a test system'}"
    if target.takes and kind not in target.takes:
        return "`takes` in its file does not name it"
    return None
