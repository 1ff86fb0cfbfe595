"""Construct a hub: the company's endpoints opened, the ledger, the engine, the doors."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection
from starlette.applications import Starlette

from hub import garbage
from hub.clock import Clock, SystemClock
from hub.engine.contract import Engine
from hub.engine.embedded import Embedded
from hub.errors import Misconfigured, Unavailable
from hub.flow.asking import Away, heard
from hub.flow.drain import Drains
from hub.flow.gate import behind
from hub.flow.probe import Probe, from_environment
from hub.flow.pulse import Pulse
from hub.flow.receive import receive, tell
from hub.flow.renewal import Renewals
from hub.flow.site import Site
from hub.ledger import arrivals, configurations, lanes
from hub.ledger.arrivals import STATE
from hub.ledger.figures import read as read_figures
from hub.ledger.highwater import HighWater, beside
from hub.ledger.opening import address, looked_at, opened
from hub.ledger.store import Ledger
from hub.notices import Notices
from hub.operations.metrics import MEDIA, exposition
from hub.registry import connectors
from hub.rules.asking import Answers, Question
from hub.sdk import Connector, Context, Message
from hub.sdk.http import client
from hub.settings.company import Company
from hub.settings.fields import host_and_port
from hub.web.app import MEGABYTE, Limits, app
from hub.web.server import Server

log = logging.getLogger(__name__)
GRACE = 20.0
PATIENCE = 2.0  # seconds the ledger may take to answer whether it is there
SLOW = timedelta(seconds=10)  # the pulse beats five times a second
LOOK = timedelta(seconds=1)
TURN = 0.001  # seconds that a thread keeps Python to itself while others wait; at 5 ms, as by default, readers of files hold up the loop


class DurableState:
    """Small values of one endpoint, kept in the ledger."""

    def __init__(self, ledger: Ledger, endpoint: str) -> None:
        self._ledger, self._endpoint = ledger, endpoint

    async def get(self, name: str) -> str | None:
        return await self._ledger.read(lambda connection: arrivals.cursor_of(connection, self._endpoint, f"{STATE}{name}"))

    async def set(self, name: str, value: str) -> None:
        await self._ledger.write(lambda connection: arrivals.set_cursor(connection, self._endpoint, f"{STATE}{name}", value))


class Hub:
    """One running hub. `start`, then `stop`; or `work` for tests and one-off runs: until nothing is left to do."""

    def __init__(self, company: Company, ledger: Ledger, clock: Clock | None = None, probe: Probe | None = None) -> None:
        self.company, self.ledger = company, ledger
        self.clock = clock or SystemClock()
        self.engine = engine_of(ledger)
        opened = open_connectors(company, ledger, self.clock)
        self.site = Site(company, ledger, opened, self.clock, probe or from_environment(dict(os.environ)))
        self.site.notify = Notices(company.hub.alerts) if company.hub.alerts.mail or company.hub.alerts.webhook else None
        self.site.high_water = HighWater(beside(ledger.url, company.home))
        self.drains = Drains(self.site, self.engine.wake)
        self.pulse = Pulse(self.site, self.engine.wake)
        self.server: Server | None = None
        self._looked: dict[str, tuple[datetime, bool]] = {}
        self._beating: asyncio.Task[None] | None = None
        self._remembered = False

    async def start(self, listen: str | None = None) -> None:
        """Open the doors and begin to work."""
        self.ledger.create()
        if self.ledger.own():
            await self.ledger.write(lanes.free_all)
        await self._remember()
        await self.engine.start(self.drains, self.company.hub.slots)
        if listen:
            await self._open_doors(listen)
        self._beating = asyncio.create_task(self._beat(), name="pulse")

    async def stop(self) -> None:
        """Take nothing more in, finish what is being sent, let go."""
        self.site.stopping = True
        if self.server is not None:
            await self.server.stop()
        if self._beating is not None:
            self._beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._beating
        await self.engine.stop(GRACE)
        for connector in self.site.connectors.values():
            await connector.close()

    async def work(self) -> None:
        """One beat after another until no lane has anything to do."""
        await self._remember()
        await self.pulse.begin()
        while True:
            await self.pulse.beat()
            if not await self.engine.rest():
                return

    async def _remember(self) -> None:
        """Before anything is decided under this configuration it is kept, so that it can be told later what decided."""
        if not self._remembered:
            kept, now = self.company.snapshot, self.clock.now()
            await self.ledger.write(lambda to: configurations.keep(to, kept.manifest, kept.files, kept.release, now))
            self._remembered = True

    async def accept(self, endpoint: str, messages: Sequence[Message]) -> None:
        """Store what came through the web door; durable when it returns. Nothing is a hint: the place is polled."""
        if not messages:
            await self.engine.wake(f"poll:{endpoint}")
            return
        await receive(self.site, endpoint, messages)
        await tell(self.site, endpoint, messages)
        await self.engine.wake(f"in:{endpoint}")

    async def _beat(self) -> None:
        """The pulse goes on whatever happens: a full disk or a database gone must heal by itself."""
        while True:
            try:
                await self.pulse.run()
            except (Unavailable, OSError) as error:
                log.error("the pulse falters: %s", error)
            except Exception:
                log.exception("the pulse falters")
            await asyncio.sleep(1)

    def web(self) -> Starlette:
        """What the web door answers."""
        receiving = self.company.hub.receiving
        limits = Limits(receiving.largest * MEGABYTE, receiving.at_once, self._full)
        return app(self.site.connectors, self.accept, self.unready, limits, self.metrics)

    async def unready(self) -> str | None:
        """Why nothing should be sent here now; None while the hub works."""
        if self._beating is None or self._beating.done() or self.site.stopping:
            return "the hub is starting or stopping"
        if self.pulse.beaten is None or self.site.now() - self.pulse.beaten > SLOW:
            return "the pulse does not beat"
        try:
            async with asyncio.timeout(PATIENCE):
                old = await self.ledger.read(self._behind)
        except (Unavailable, TimeoutError):
            return "the ledger cannot be reached"
        return "the ledger is older than what was sent; nothing is sent until `crossdock forward`" if old else None

    def _behind(self, connection: Connection) -> bool:
        lanes.stopped(connection)  # the ledger answers: once it was found sound, nobody asks it how far it is
        return behind(self.site, connection)

    async def metrics(self) -> tuple[bytes, str]:
        """The page for Prometheus, and its media type."""
        now = self.site.now()
        figures = await self.ledger.read(partial(read_figures, now=now))
        return exposition(self.site.tally, figures, self.company.endpoints, now), MEDIA

    async def _full(self, endpoint: str) -> bool:
        """Whether too much waits at this endpoint; looked at once a second."""
        looked, full = self._looked.get(endpoint, (None, False))
        now, most = self.site.now(), self.company.hub.receiving.backlog
        if looked is None or now - looked >= LOOK:
            waiting = await self.ledger.read(partial(arrivals.backlog, endpoint=endpoint, most=most))
            full = waiting >= most
            self._looked[endpoint] = (now, full)
        return full

    async def _open_doors(self, listen: str) -> None:
        try:
            host, port = host_and_port(listen)
        except ValueError as error:
            raise Misconfigured(str(error)) from None
        self.server = Server(self.web(), host, port)
        await self.server.start()
        log.info("listening on %s:%s", host, self.server.port)


def engine_of(ledger: Ledger) -> Engine:
    """One process on SQLite; any number of processes on PostgreSQL."""
    if not ledger.shared:
        return Embedded()
    from hub.engine.cluster import Cluster  # takes a third of a second to import

    return Cluster(ledger.url)


def open_connectors(company: Company, ledger: Ledger, clock: Clock) -> Mapping[str, Connector]:
    """One connector for each endpoint."""
    kinds = connectors(company.folder)
    opened: dict[str, Connector] = {}
    for name, endpoint in company.endpoints.items():
        context = Context(
            endpoint=name,
            clock=clock,
            log=logging.getLogger(f"connector.{name}"),
            http=client,
            state=DurableState(ledger, name),
            renew=Renewals(ledger, clock, name),
            home=company.home,
        )
        opened[name] = kinds[endpoint.connector](endpoint.config, context)
    return opened


def database_url(company: Company, given: str | None = None) -> str:
    """Where the ledger is; a relative SQLite file starts at the company's working place."""
    return address(given or company.hub.database, company.home)


def ledger_of(company: Company, database: str | None = None) -> Ledger:
    """The company's ledger, ready for use. Raises Misconfigured where there can be none."""
    return opened(database_url(company, database))


@contextlib.contextmanager
def ledger_to_ask_with(company: Company) -> Iterator[Ledger]:
    """The company's ledger where there is one, so that logins that were renewed are kept; else one that is forgotten."""
    with tempfile.TemporaryDirectory(prefix="crossdock-") as folder:
        url = database_url(company)
        try:
            looked_at(url).close()
        except (Misconfigured, Unavailable):
            url = f"sqlite:///{folder}/ledger.db"
        ledger = opened(url)
        try:
            yield ledger
        finally:
            ledger.close()


async def asked(company: Company, missing: Iterable[Question]) -> tuple[Answers, Away | None]:
    """What systems say to questions, for a person: nothing of it is stored."""
    clock = SystemClock()
    with ledger_to_ask_with(company) as ledger:
        opened = open_connectors(company, ledger, clock)
        try:
            return await heard(Site(company, ledger, opened, clock), missing, {})
        finally:
            for connector in opened.values():
                await connector.close()


async def serve(company: Company, database: str | None = None, listen: str | None = None) -> None:
    """Run the hub until SIGTERM or SIGINT, then stop in order."""
    ledger = ledger_of(company, database)
    hub = Hub(company, ledger)
    garbage.watch()
    sys.setswitchinterval(TURN)
    told = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, told.set)
    try:
        await hub.start(listen or company.hub.listen)
        await told.wait()
    finally:
        await hub.stop()
        ledger.close()
