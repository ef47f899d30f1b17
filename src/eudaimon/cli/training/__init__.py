"""`train sft|dpo|reward|rlhf|cai|soup`: post-training on any Hugging Face model and any dataset with TRL's columns."""

from __future__ import annotations

import typer

from eudaimon.cli.training import cai, dpo, reward, rlhf, sft, soup

app = typer.Typer(no_args_is_help=True, help="Post-training: one command a method, on any model and dataset.")
app.command("sft")(sft.sft)
app.command("dpo")(dpo.dpo)
app.command("reward")(reward.reward)
app.command("rlhf")(rlhf.rlhf)
app.command("cai")(cai.cai)
app.command("soup")(soup.soup)
