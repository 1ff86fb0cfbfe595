"""Shapes of others (JSON, tables, XML), read into canonical values and written back, through descriptions in YAML."""
