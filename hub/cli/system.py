"""`crossdock system`: begin a system."""

from hub.cli.endpoint import group

system = group("system", name="that of the connector", partner="none, it is one of ours")
