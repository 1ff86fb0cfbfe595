"""Options that say whose guides and settings count."""

from pathlib import Path

import click

company = click.option("--company", "folder", type=click.Path(path_type=Path), help="The company's folder, for its own guides.")
partner = click.option(
    "--partner", help="The partner whose guides come first; of the company here, or in ./config, where none is named."
)
