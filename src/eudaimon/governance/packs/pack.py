"""A community's pack: its charter and its corpus, in a form that any backend can use, in one folder.

Every tier gets what it can use: `prompt.txt` for any model that is told things, `passages.jsonl` for retrieval, and an
`adapter` where somebody hands in a way to train one. What the pack has an answer to, and what not, is learned from the
questions in `reach.json`, if there are any. `pack.json` names every file with its digest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eudaimon.errors import FormatError, GovernanceError, InputError
from eudaimon.governance.files import write_whole
from eudaimon.governance.kernel import floors_lost
from eudaimon.governance.packs.reach import Reach
from eudaimon.governance.packs.retrieval import Shelf
from eudaimon.governance.releases import content_digest

FORMAT = "eudaimon pack 1"
Train = Callable[[Sequence[str], Path], None]
"""Trains an adapter on passages, into a folder."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was read and holds together.

    Attributes:
        folder: where it lies.
        community: whose it is.
        charter: its charter's text.
        prompt: what a model is told.
        shelf: its passages.
        adapter: whether it has one.
        reach: which questions it answers, where that was learned.
        digest: of all its files.
    """

    folder: Path
    community: str
    charter: str
    prompt: str
    shelf: Shelf
    adapter: bool
    reach: Reach | None
    digest: str

    def told(self, question: str, most: int = 3) -> str:
        """What a model is told before a question: the prompt, and the passages that the question finds."""
        found = [passage for _, passage in self.shelf.find(question, most)]
        said = "\n".join(f"- {passage}" for passage in found)
        return f"{self.prompt}\n\nFrom what the community wrote:\n{said}" if found else self.prompt


def make_pack(
    folder: str | Path,
    community: str,
    charter: str | Path,
    passages: Sequence[str],
    commons: str | Path,
    train: Train | None = None,
    *,
    asked: Sequence[str] = (),
    silent: Sequence[str] = (),
) -> Pack:
    """Makes a pack in a new folder.

    Args:
        folder: where.
        community: whose.
        charter: its charter's file, a fork of the commons'.
        passages: its corpus, one text each.
        commons: the charter's file whose floors it inherits.
        train: makes the adapter, where there is one to be.
        asked: questions that it answers, in words as different as people's.
        silent: questions that it does not answer: other packs' (never their answers), and anybody's.

    Raises:
        GovernanceError: the charter lost a floor of the commons, the folder is there already, or there are questions
            of one kind alone.
        FormatError: a charter is malformed.
    """
    folder, text = Path(folder), Path(charter).read_text(encoding="utf-8")
    if lost := floors_lost(Path(commons).read_text(encoding="utf-8"), text):
        raise GovernanceError(f"the charter of '{community}' lost the floor {', '.join(lost)}; restore it")
    if folder.exists():
        raise GovernanceError(f"there is a folder at {folder} already; choose another")
    reach = Reach(tuple(dict.fromkeys(passages)), tuple(asked), tuple(silent)) if asked or silent else None
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    write_whole(part / "charter.yaml", text.encode())
    write_whole(part / "prompt.txt", _prompt(community, part / "charter.yaml").encode())
    lines = "".join(json.dumps({"text": one}, ensure_ascii=False) + "\n" for one in dict.fromkeys(passages))
    write_whole(part / "passages.jsonl", lines.encode())
    if reach is not None:
        known = {"ours": reach.ours, "silent": reach.silent}
        write_whole(part / "reach.json", json.dumps(known, ensure_ascii=False, indent=1).encode())
    if train is not None:
        train(tuple(dict.fromkeys(passages)), part / "adapter")
    files = {one.name: content_digest(one) for one in sorted(part.iterdir())}
    told = {"format": FORMAT, "community": community, "files": files}
    write_whole(part / "pack.json", json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode())
    part.rename(folder)
    return read_pack(folder)


def read_pack(folder: str | Path) -> Pack:
    """The pack in a folder, once every file is the one that `pack.json` names.

    Raises:
        InputError: there is none.
        FormatError: a file is missing, added or changed.
    """
    folder = Path(folder)
    try:
        told: Any = json.loads((folder / "pack.json").read_text(encoding="utf-8"))
        files, community = dict(told["files"]), str(told["community"])
    except OSError as wrong:
        raise InputError(f"no pack can be read ({wrong.strerror}); give a pack's folder", path=folder) from None
    except (ValueError, KeyError, TypeError) as wrong:
        raise FormatError(
            f"expected a pack's list of files, but {wrong!r}; ask for the pack anew", path=folder
        ) from None
    there = {one.name: content_digest(one) for one in folder.iterdir() if one.name != "pack.json"}
    if off := sorted(name for name in {*files, *there} if files.get(name) != there.get(name)):
        raise FormatError(f"the file '{off[0]}' is not the one that was packed; ask for the pack anew", path=folder)
    texts = [json.loads(line)["text"] for line in (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    return Pack(
        folder,
        community,
        (folder / "charter.yaml").read_text(encoding="utf-8"),
        (folder / "prompt.txt").read_text(encoding="utf-8"),
        Shelf(tuple(texts)),
        "adapter" in files,
        _reach(folder, texts) if "reach.json" in files else None,
        content_digest(folder),
    )


def _reach(folder: Path, passages: Sequence[str]) -> Reach:
    told: Any = json.loads((folder / "reach.json").read_text(encoding="utf-8"))
    return Reach(tuple(passages), tuple(told["ours"]), tuple(told["silent"]))


def _prompt(community: str, charter: Path) -> str:
    from eudaimon.values import read_charter

    kinds = {"floor": "Never broken", "aspiration": "Reached for", "norm": "Our customs"}
    articles = read_charter(charter).articles
    parts = [f"You speak for {community}. This is what its people ask of you."]
    for kind, head in kinds.items():
        lines = [f"- {one.text}" for one in articles if one.kind == kind]
        parts += [f"{head}:", *lines] if lines else []
    return "\n".join(parts)
