"""Options that every method shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Model = Annotated[
    str, typer.Option("--model", help="A directory or hub id of a Hugging Face model.", show_default=False)
]
Data = Annotated[
    str,
    typer.Option(
        "--data", help="A .jsonl, .json, .csv or .parquet file, a saved dataset, or a hub id.", show_default=False
    ),
]
Out = Annotated[Path, typer.Option("--out", "-o", help="The run's directory.")]
Steps = Annotated[int, typer.Option(min=1, help="Optimizer steps.")]
Batch = Annotated[int, typer.Option(min=1, help="Rows a step and device.")]
Rate = Annotated[float, typer.Option(help="Peak learning rate; it falls to 0 by a cosine.")]
Rank = Annotated[int, typer.Option(min=0, help="Of the LoRA matrices; 0 trains all weights.")]
MaxTokens = Annotated[int, typer.Option(min=0, help="Tokens a row; 0: as the model has places, at most 1,024.")]
Seed = Annotated[int, typer.Option(help="Of everything that is drawn.")]
SaveEvery = Annotated[int, typer.Option(min=1, help="Steps between two checkpoints.")]
Device = Annotated[str, typer.Option("--device", help="cpu, or auto for what accelerate finds.")]
Template = Annotated[
    str | None,
    typer.Option("--template", help="A file with a Jinja chat template, instead of the model's.", show_default=False),
]
