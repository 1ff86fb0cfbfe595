"""Product data: guides, mappings and code tables; a package only so that an installed wheel finds its files."""
