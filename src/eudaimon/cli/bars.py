"""Progress bars: one for the life's steps, one for what is happening now, each with how far and how long still."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eudaimon.cli.console import console

if TYPE_CHECKING:
    from rich.console import Console

    from eudaimon.life import Moment, Progress, Step


@contextmanager
def bars(steps: list[Step]) -> Iterator[tuple[Progress, Console]]:
    """What to give to a life as `progress` while it takes `steps`, and a console that prints above the bars."""
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(bar_width=24),
        rich.TaskProgressColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn("still"),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=console(), transient=True, speed_estimate_period=600) as both:
        whole, part = both.add_task("", total=float(len(steps))), both.add_task("", visible=False)
        now = ""

        def told(moment: Moment) -> None:
            nonlocal now
            if now != (now := f"{moment.step}: {moment.what}"):
                both.reset(part, description=f"  {now}", visible=True)
            both.update(part, completed=moment.done, total=moment.total)
            place = steps.index(moment.step)
            both.update(whole, description=f"step {place + 1} of {len(steps)}", completed=place + moment.share)

        yield told, both.console
