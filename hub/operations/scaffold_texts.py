"""What a new company and a new partner look like: small files with comments, which `crossdock check` passes."""

SCHEMA = "# yaml-language-server: $schema="

HUB = """\
# The hub itself. Every key has a default but `name`; what stands here is what you may want to change first.
# Values kept elsewhere: ${{env:NAME}}, ${{env:NAME:-default}} and ${{file:path}}; passwords and keys belong there, never here.
# After each change: crossdock check. What counts in the end: crossdock config show
name: {name}
zone: {zone}                        # of schedules and times shown, unless a partner or schedule says otherwise

database: ${{env:CROSSDOCK_DATABASE:-sqlite:///var/crossdock.db}}    # relative to {home}
listen: ${{env:CROSSDOCK_LISTEN:-127.0.0.1:8710}}                    # webhooks and health; null opens nothing

poll: {{every: 5s}}                # how often places are asked for messages; a channel or system may say otherwise

# Failed deliveries are tried again, ever more seldom, and then wait for a person.
# retry: {{first: 20s, factor: 2, most: 1h, give_up_after: 36h}}

# Who is told when something needs a person.
# alerts:
#   mail: {{to: [oncall@example.com], sender: crossdock@example.com, host: smtp.example.com}}
"""

ROUTES = """\
# Which documents go where. Every route that fits counts; conditions are equality and presence, nothing else:
#   from, channel, partner: names        when: {path: value, or a list of values, or "*" for present, or null for absent}
# `to: channel` is the channel that the order came from. Acknowledgements (997, CONTRL) need no route.

- document: order
  to: erp

- document: order_response
  from: erp
  to: channel

- document: ship_notice
  from: erp
  to: channel

- document: invoice
  from: erp
  to: channel
"""

CHANNEL = """\
# A channel: orders come from here, answers go back here. The name of the file is the name of the channel.
title: Files of {title}
connector: folder                  # kind of place; `crossdock connectors` lists them
settings:                          # the connector's own: crossdock connectors show folder. Paths start at {home}
  inbox: var/{partner}/in            # put a file here, and it is taken
  outbox: var/{partner}/out          # answers appear here
  archive: var/{partner}/taken       # where taken files are moved
  create: true                     # fine on a local disk; leave it off for mounted shares
format: x12
partner: {partner}                   # ids, guides, receipts: partners/{partner}/partner.yaml
# batch: {{cron: "0 6,14 * * 1-5"}}  # collect, and send at these times; without it at once
"""

SYSTEM = """\
# A system: one of ours. This one takes each order as a JSON file, and reads its answers from another folder.
title: ERP
connector: folder                  # another kind of place later: crossdock system new CONNECTOR
settings:
  outbox: var/erp/orders           # orders appear here
  inbox: var/erp/answers           # its answers: canonical JSON, as docs/schema of the hub describes it
  archive: var/erp/taken
  pattern: "*.json"
  create: true
format: canonical                  # the hub's own JSON as it is; `json` with mappings where a system has its own
takes: [order]
gives: [order_response, ship_notice, invoice]
"""

TEST_PARTNER = """\
# In the environment `test` only what differs: crossdock run --environment test
state: test                        # its files must carry the test flag, and ours do
"""

TEST_SYSTEM = """\
# Test documents go to test places only.
test: true
settings: {outbox: var/test/orders, inbox: var/test/answers, archive: var/test/taken}
"""

README = """\
# {name}

A company of Crossdock: places in `channels/` and `systems/`, trading partners in `partners/`, which document goes where in
`routes.yaml`, what differs in a test in `environments/test/`.

```
crossdock check                        every mistake, with its place
crossdock config show                  the settings in force, and where each comes from
crossdock partner new NAME             begin a partner
crossdock channel new CONNECTOR        begin a channel; crossdock connectors lists the kinds
crossdock read partners/example/samples/850.edi --partner example
crossdock run                          then copy that sample to {inbox}
python -m pytest tests                 the tests of this company; they need pytest
```
"""

IGNORED = "var/\nsecrets/\n__pycache__/\n"

TESTS = '''\
"""This company has no mistakes, and every partner's samples are read without a finding that refuses them."""

import os
from pathlib import Path

import pytest

from hub.operations.guides import desk
from hub.registry import connectors
from hub.settings.company import load

COMPANY = Path(__file__).resolve().parents[1]
SAMPLES = sorted(COMPANY.glob("partners/*/samples/*.edi"))


def test_there_are_no_mistakes():
    load(COMPANY, connectors(COMPANY), os.environ)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_a_sample_is_read(path):
    report = desk(COMPANY, path.parents[1].name).read(str(path))
    assert report.exit_code == 0, report.as_dict(False)
'''

PARTNER = """\
# A trading partner. To see all there is to set: docs/reference/settings.md of the hub; guides of its own stand in guides/ beside this.
title: {title}
standard: {standard}
state: {state}                  # test: its files must carry the test flag, and ours do; what differs is held

ids:                               # as the partner's specification has them
  us: {{qualifier: "{us_qualifier}", id: "{us}"}}
  them: {{qualifier: "{qualifier}", id: "{them}"}}

zone: {zone}                        # times that come without a zone are taken to be here, and marked as assumed
currency: {currency}                      # of amounts that come without one

{versions}
# Which guide for which document: looked for in guides/ beside this file first, then in those that come with the hub.
guides:
{guides}
# What we send is open until the partner has acknowledged it; later than this, somebody is told.
# receipts:
#   expect: {{order_response: 24h, ship_notice: 4h, invoice: 24h}}

# The same order number again with other content: hold it for a person (default), replace the order, or take it as a new one.
# duplicates: hold
"""

VERSIONS = {
    "x12": 'versions: {group: "004010", interchange: "00401"}    # what we write; what we read may be newer or older\n'
    "# separators: {eol: lf}            # a line for each segment\n",
    "edifact": 'versions: {group: D96A, interchange: "UNOC:3"}    # what we write; what we read may be newer or older\n'
    "# edifact: {ask: true}             # we want a CONTRL for what we send\n",
}
GUIDES = {
    "x12": {"order": "850", "acknowledgement": "997", "order_response": "855", "ship_notice": "856", "invoice": "810"},
    "edifact": {
        "order": "orders", "acknowledgement": "contrl", "order_response": "ordrsp", "ship_notice": "desadv", "invoice": "invoic",
    },
}  # fmt: skip
CURRENCY = {"x12": "USD", "edifact": "EUR"}
QUALIFIER = {"x12": "ZZ", "edifact": "14"}

OWN_GUIDE = """\
# What orders of {title} have otherwise than the guide that comes with the hub: only the differences stand here.
# What can be changed, and how: docs/howto/guide.md of the hub. To see what is demanded in the end:
# crossdock guides show {guide} --partner {partner}
extends: {guide}
title: Purchase order of {title}
# change:
{changes}examples:                          # crossdock test runs them; add what is refused too, with what it `finds`
  - title: the sample beside it
    reads: {{file: ../../samples/{sample}.edi}}
"""
CHANGES = {
    "x12": '#   BEG/1: {only: ["00"]}          # originals only\n#   PO1/4: {use: must}             # a price on every line\n',
    "edifact": '#   BGM/3: {only: ["9"]}           # originals only\n#   NAD: {needs: [buyer, supplier]}\n',
}

SAMPLES = {
    "x12": (
        "ISA*00*          *00*          *{qualifier}*{them:<15}*{us_qualifier}*{us:<15}*260302*1200*U*00401*000000001*0*{flag}*>~\n"
        "GS*PO*{them}*{us}*20260302*1200*1*X*004010~\n"
        "ST*850*0001~\n"
        "BEG*00*SA*PO-1001**20260302~\n"
        "DTM*002*20260309~\n"
        "N1*ST*Store 7*92*0007~\n"
        "N3*1 Main Street~\n"
        "N4*Tulsa*OK*74103*US~\n"
        "PO1*1*12*EA*9.95**VN*TEA-GREEN-100~\n"
        "PO1*2*6*EA*14.50**VN*TEA-BLACK-250~\n"
        "CTT*2~\n"
        "SE*10*0001~\n"
        "GE*1*1~\n"
        "IEA*1*000000001~\n"
    ),
    "edifact": (
        "UNB+UNOC:3+{them}:{qualifier}+{us}:{us_qualifier}+260302:1200+1{flag}'\n"
        "UNH+1+ORDERS:D:96A:UN:EAN008'\n"
        "BGM+220+PO-1001+9'\n"
        "DTM+137:20260302:102'\n"
        "DTM+2:20260309:102'\n"
        "NAD+BY+4012345000030::9'\n"
        "NAD+SU+4098765000010::9'\n"
        "LIN+1++4098765000102:EN'\n"
        "QTY+21:12'\n"
        "PRI+AAA:9.95'\n"
        "UNS+S'\n"
        "UNT+11+1'\n"
        "UNZ+1+1'\n"
    ),
}  # fmt: skip
FLAGS = {("x12", "test"): "T", ("x12", "production"): "P", ("edifact", "test"): "++++++1", ("edifact", "production"): ""}
