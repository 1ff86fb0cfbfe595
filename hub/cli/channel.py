"""`crossdock channel`: begin a channel."""

from hub.cli.endpoint import group

channel = group("channel", name="that of the partner, or of the connector", partner="the first that has no channel")
