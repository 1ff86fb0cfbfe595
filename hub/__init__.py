"""Crossdock: the hub between the places where orders are born and the systems that fulfil them."""

__version__ = "0.1.0"
