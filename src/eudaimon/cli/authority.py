"""`authority`: keys, centres and demands; charters adopted; consents; sanctions, appeals and their decision."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from eudaimon.cli.acting import COMMONS, DraftPlace, KeyPlace, LedgerPlace, do, leave, taken_up
from eudaimon.cli.console import console

app = typer.Typer(no_args_is_help=True, help="Centres of decision: who may do what, and everything that they do.")

CentreName = Annotated[str, typer.Argument(help="The centre's id.", show_default=False)]
Agent = Annotated[str, typer.Argument(help="The agent's id or public key.", show_default=False)]
Case = Annotated[str, typer.Argument(help="The case's id.", show_default=False)]
Purpose = Annotated[str, typer.Option(help="What for.")]
Until = Annotated[str, typer.Option(help="Its end, such as 2027-01-01T00:00:00Z. Default: none.")]
DraftFile = Annotated[Path, typer.Argument(help="A file that --draft wrote.", show_default=False)]
Constitution = Annotated[Path, typer.Argument(help="A YAML file with name, centres and demands.", show_default=False)]
CharterFile = Annotated[Path, typer.Argument(help="The charter's YAML file.", show_default=False)]


@app.command("key")
def key_(out: Annotated[Path, typer.Argument(help="Where to keep it.", show_default=False)]) -> None:
    """Make a key of your own; keep the file to yourself, and tell others the public key.

    \b
    Examples:
      eudaimon authority key keys/me.pem
    """
    from eudaimon.governance.signing import Key

    key = Key.generate()
    key.write(out)
    console().print(f"public key {key.public}; the private one is in {out}")


@app.command()
def found(
    constitution: Constitution,
    charter: CharterFile,
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
) -> None:
    """Found a ledger: its centres, whose signatures acts need, and the charter whose floors bind everybody.

    \b
    Examples:
      eudaimon authority found constitution.yaml charter.yaml --key keys/me.pem
    """
    _found(constitution, charter, key, ledger, {})


@app.command()
def fork(
    constitution: Constitution,
    charter: CharterFile,
    key: KeyPlace,
    parent: Annotated[Path, typer.Option(help="The ledger that is left.")] = COMMONS,
    ledger: Annotated[Path, typer.Option("--ledger", "-l", help="The new ledger's file.")] = Path("fork/ledger.jsonl"),
) -> None:
    """Leave with a ledger of your own, which says where it comes from; the floors of the old commons come along.

    \b
    Examples:
      eudaimon authority fork constitution.yaml charter.yaml --key keys/me.pem --ledger ours/ledger.jsonl
    """
    from eudaimon.errors import ActRefused
    from eudaimon.governance.kernel import COMMONS as NAME
    from eudaimon.governance.kernel import floors_lost
    from eudaimon.governance.ledger import Ledger

    old = Ledger.open(parent)
    text = charter.read_text(encoding="utf-8")
    if lost := floors_lost(old.state.charters[NAME], text):
        raise ActRefused(f"the fork would lose the floor {', '.join(lost)}; keep it as it stands")
    _found(constitution, charter, key, ledger, {"parent": old.state.ledger, "head": old.rows[-1].digest})


def _found(constitution: Path, charter: Path, key: Path, ledger: Path, more: dict[str, str]) -> None:
    from eudaimon.errors import GovernanceError
    from eudaimon.governance.kernel import Constitution
    from eudaimon.values import read_charter, read_yaml

    read_charter(charter)
    if ledger.exists():
        raise GovernanceError(f"there is a ledger at {ledger} already; choose another place")
    said = asdict(read_yaml(constitution, Constitution).value)
    do(ledger, key, "found", {**said, "charter": charter.read_text(encoding="utf-8"), **more})


@app.command("list")
def list_(ledger: LedgerPlace = COMMONS) -> None:
    """List the centres, what they are competent for, and whether their signatures count.

    \b
    Examples:
      eudaimon authority list
    """
    from rich.table import Table

    from eudaimon.governance.ledger import Ledger, utc_now

    state = Ledger.open(ledger).state
    table = Table("centre", "keys", "scope", "voters", "until", "sits", box=None)
    for one in state.centres.values():
        sits = "*" if state.sits(one.id, max(utc_now(), state.now)) else ""
        table.add_row(
            one.id,
            "\n".join(key[:16] for key in (one.key, *one.deputies)),
            ", ".join(one.scope),
            str(len(one.electorate)),
            one.until,
            sits,
        )
    told = console()
    told.print(table)
    for demand in state.demands.values():
        weights = ", ".join(f"{name} {weight}" for name, weight in demand.weights.items())
        told.print(f"'{demand.subject}' needs {demand.quota} of {weights}")


@app.command()
def add(
    centre: Annotated[Path, typer.Argument(help="A YAML file with id, key, scope and so on.", show_default=False)],
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
    draft: DraftPlace = None,
) -> None:
    """Add a centre, or change the one of that id.

    \b
    Examples:
      eudaimon authority add parish.yaml --key keys/me.pem --draft add.json
    """
    from eudaimon.governance.kernel import Centre
    from eudaimon.values import read_yaml

    do(ledger, key, "add centre", {"centre": asdict(read_yaml(centre, Centre).value)}, draft)


@app.command()
def end(centre: CentreName, key: KeyPlace, ledger: LedgerPlace = COMMONS, draft: DraftPlace = None) -> None:
    """End a centre's mandate.

    \b
    Examples:
      eudaimon authority end parish --key keys/me.pem
    """
    do(ledger, key, "end centre", {"centre": centre}, draft)


@app.command("exit")
def exit_(centre: CentreName, key: KeyPlace, ledger: LedgerPlace = COMMONS) -> None:
    """Leave with your own centre; nobody has to agree.

    \b
    Examples:
      eudaimon authority exit parish --key keys/parish.pem
    """
    do(ledger, key, "exit", {"centre": centre})


@app.command()
def demand(
    subject: Annotated[str, typer.Argument(help="A pattern, such as charter/*.", show_default=False)],
    weights: Annotated[list[str], typer.Option("--weight", "-w", help="CENTRE=WEIGHT; once for each centre.")],
    quota: Annotated[int, typer.Option(help="What the weights have to add up to.")],
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
    draft: DraftPlace = None,
) -> None:
    """Say whose signatures acts on a subject need.

    \b
    Examples:
      eudaimon authority demand 'charter/*' -w parish=1 -w guild=1 -w school=1 --quota 2 --key keys/me.pem
    """
    from eudaimon.errors import GovernanceError

    pairs = [one.partition("=") for one in weights]
    if wrong := [name for name, _, weight in pairs if not weight.isdigit()]:
        raise GovernanceError(f"the weight of '{wrong[0]}' is no number; write it as {wrong[0]}=1")
    told = {"subject": subject, "weights": {name: int(weight) for name, _, weight in pairs}, "quota": quota}
    do(ledger, key, "set demand", {"demand": told}, draft)


@app.command()
def adopt(
    name: Annotated[str, typer.Argument(help="The charter's name; 'commons' binds all.", show_default=False)],
    charter: CharterFile,
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
    draft: DraftPlace = None,
) -> None:
    """Put a charter, or a new version of one, into force. What loses a floor is refused, whoever signs it.

    \b
    Examples:
      eudaimon authority adopt village charter.yaml --key keys/me.pem --draft adopt.json
    """
    from eudaimon.values import read_charter

    read_charter(charter)
    do(ledger, key, "adopt", {"name": name, "text": charter.read_text(encoding="utf-8")}, draft)


@app.command()
def approve(draft: DraftFile, key: KeyPlace) -> None:
    """Sign a draft that somebody else made.

    \b
    Examples:
      eudaimon authority approve adopt.json --key keys/guild.pem
    """
    from eudaimon.governance.signing import Key

    act = taken_up(draft).approved(Key.read(key))
    leave(act, draft)
    console().print(f"{len(act.signers)} signatures are under '{act.kind}'")


@app.command()
def submit(draft: DraftFile, key: KeyPlace, ledger: LedgerPlace = COMMONS) -> None:
    """Take a draft in, once all have signed whose signatures it needs; your key signs the ledger's new head.

    \b
    Examples:
      eudaimon authority submit adopt.json --key keys/me.pem
    """
    from eudaimon.governance.ledger import Ledger
    from eudaimon.governance.signing import Key

    row = Ledger.open(ledger).append(taken_up(draft), Key.read(key))
    console().print(f"row {row.number}: {row.kind}, at {row.at}")


@app.command()
def consent(agent: Agent, key: KeyPlace, purpose: Purpose, until: Until = "", ledger: LedgerPlace = COMMONS) -> None:
    """Let an agent steer you for a purpose.

    \b
    Examples:
      eudaimon authority consent helper --purpose comfort --key keys/me.pem
    """
    do(ledger, key, "consent", {"agent": agent, "purpose": purpose, "until": until})


@app.command()
def revoke(agent: Agent, key: KeyPlace, purpose: Purpose = "", ledger: LedgerPlace = COMMONS) -> None:
    """Take a consent back, for one purpose or for all; it binds at once.

    \b
    Examples:
      eudaimon authority revoke helper --key keys/me.pem
    """
    do(ledger, key, "revoke", {"agent": agent, "purpose": purpose})


@app.command()
def sanction(
    case: Case,
    agent: Agent,
    step: Annotated[str, typer.Argument(help="warn, limit, suspend or exclude.", show_default=False)],
    key: KeyPlace,
    loses: Annotated[list[str] | None, typer.Option(help="An ability that a limit takes; may be repeated.")] = None,
    until: Until = "",
    ledger: LedgerPlace = COMMONS,
    draft: DraftPlace = None,
) -> None:
    """Sanction an agent, at most one step above what it was sanctioned by before.

    \b
    Examples:
      eudaimon authority sanction case-7 trader warn --key keys/me.pem
      eudaimon authority sanction case-8 trader limit --loses trade --key keys/me.pem
    """
    told = {"case": case, "agent": agent, "step": step, "loses": loses or [], "until": until}
    do(ledger, key, "sanction", told, draft)


@app.command()
def lift(case: Case, key: KeyPlace, ledger: LedgerPlace = COMMONS, draft: DraftPlace = None) -> None:
    """Take a sanction back.

    \b
    Examples:
      eudaimon authority lift case-8 --key keys/me.pem
    """
    do(ledger, key, "lift", {"case": case}, draft)


@app.command()
def appeal(case: Case, key: KeyPlace, ledger: LedgerPlace = COMMONS) -> None:
    """Appeal against a sanction; the agent's own key signs, once a case.

    \b
    Examples:
      eudaimon authority appeal case-8 --key keys/trader.pem
    """
    do(ledger, key, "appeal", {"case": case})


@app.command()
def decide(
    case: Case,
    upheld: Annotated[bool, typer.Option("--uphold/--overturn", help="Whether the sanction stands.")],
    key: KeyPlace,
    ledger: LedgerPlace = COMMONS,
) -> None:
    """Decide on an appeal, as a centre other than the one that sanctioned.

    \b
    Examples:
      eudaimon authority decide case-8 --overturn --key keys/court.pem
    """
    do(ledger, key, "decide", {"case": case, "upheld": upheld})
