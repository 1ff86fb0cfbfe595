"""Connectors: one folder for each kind of place, found by looking. They import only the contract in `hub.sdk`."""
