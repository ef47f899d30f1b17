"""`ballot open|vote|close|tally`."""

from __future__ import annotations

from typing import Annotated

import typer

from eudaimon.cli.acting import COMMONS, DraftPlace, KeyPlace, LedgerPlace, do
from eudaimon.cli.console import console

app = typer.Typer(no_args_is_help=True, help="Ballots, whose tally anybody can repeat from the ledger.")

Ballot = Annotated[str, typer.Argument(help="The ballot's id.", show_default=False)]


@app.command("open")
def open_(
    ballot: Ballot,
    question: Annotated[str, typer.Option(help="What is asked.", show_default=False)],
    options: Annotated[list[str], typer.Option("--option", "-o", help="An option; repeat it for each.")],
    centre: Annotated[str, typer.Option(help="Whose electorate is asked.", show_default=False)],
    key: KeyPlace,
    rule: Annotated[str, typer.Option(help="How votes become a result.")] = "split cycle",
    seats: Annotated[int, typer.Option(help="How many win, where the rule elects several.")] = 1,
    until: Annotated[str, typer.Option(help="The last moment, such as 2027-01-01T00:00:00Z.")] = "",
    ledger: LedgerPlace = COMMONS,
    draft: DraftPlace = None,
) -> None:
    """Ask a centre's electorate.

    \b
    Examples:
      eudaimon ballot open well --question 'Where shall the well be?' -o north -o south --centre parish --key me.pem
    """
    from eudaimon.governance.ballots import find_rule

    find_rule(rule)
    asked = {"ballot": ballot, "centre": centre, "question": question, "options": options, "rule": rule}
    do(ledger, key, "open ballot", {**asked, "seats": seats, "until": until}, draft)


@app.command()
def vote(
    ballot: Ballot,
    options: Annotated[list[str], typer.Argument(help="Best first; or all that you approve of.", show_default=False)],
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
) -> None:
    """Vote, once. Votes are public under your key.

    \b
    Examples:
      eudaimon ballot vote well south north --key keys/me.pem
    """
    do(ledger, key, "vote", {"ballot": ballot, "options": options})


@app.command()
def close(ballot: Ballot, key: KeyPlace, ledger: LedgerPlace = COMMONS) -> None:
    """End a ballot.

    \b
    Examples:
      eudaimon ballot close well --key keys/parish.pem
    """
    do(ledger, key, "close ballot", {"ballot": ballot})


@app.command()
def tally(ballot: Ballot, ledger: LedgerPlace = COMMONS) -> None:
    """Count a ballot anew from the ledger. Whoever counts the same rows gets the same digest.

    \b
    Examples:
      eudaimon ballot tally well
    """
    from eudaimon.governance.ballots import count, find_rule
    from eudaimon.governance.ledger import Ledger

    found, told = count(Ledger.open(ledger).state, ballot), console()
    told.print(found.question, style="bold")
    joint = " > " if find_rule(found.rule).ranked else ", "
    for options, times in found.votes:
        told.print(f"  {times:5}  {joint.join(options) or '(nothing)'}")
    told.print(f"{found.rule}: {', '.join(found.winners)}; {found.cast} of {found.roll} voted")
    told.print(f"{'final' if found.closed else 'still open'}; digest {found.digest[:16]}")
