"""JSON shapes of others, read into canonical values and written back, through descriptions in YAML."""
