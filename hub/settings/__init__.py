"""The only reader of YAML settings: a company folder becomes one checked, frozen value."""
