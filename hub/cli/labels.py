"""`crossdock labels`: what is stuck on the packages of a shipment."""

from pathlib import Path
from typing import BinaryIO

import click

from hub.cli.company import company_options, open_company


@click.command()
@click.argument("number")
@company_options
@click.option("--zpl", type=click.File("wb"), metavar="FILE", help="Write them for a label printer; - is standard output.")
@click.option("--pdf", type=click.File("wb"), metavar="FILE", help="Write them as pages of 4 by 6 inches; - is standard output.")
def labels(
    number: str, folder: Path | None, home: Path | None, database: str | None, zpl: BinaryIO | None, pdf: BinaryIO | None
) -> None:
    """Make a label for each package of the shipment NUMBER, or of all shipments of the order NUMBER.

    Each has the SSCC that the ship notice to the partner says. Without --zpl and --pdf they are only listed.
    """
    from hub.app import ledger_of
    from hub.operations import pdf as pages
    from hub.operations import zpl as printer
    from hub.operations.labels import labels as made
    from hub.operations.labels import stored

    ledger = ledger_of(open_company(folder, home), database)
    try:
        notices = ledger.look(lambda connection: stored(connection, number))
    finally:
        ledger.close()
    found = [(notice.number, label) for notice in notices for label in made(notice)]
    if zpl:
        zpl.write(printer.zpl(label for _, label in found).encode())
    if pdf:
        pdf.write(pages.pdf(label for _, label in found))
    if not (zpl or pdf):
        for shipment, label in found:
            click.echo(f"{shipment}  {label.count:>8}  {label.readable}  {', '.join(label.contents)}".rstrip())
