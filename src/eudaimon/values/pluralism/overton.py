"""Overton pluralism: an answer that says every reasonable viewpoint, cites each, and invents none.

coverage = |{y in W : represented}| / |W| for the set W of reasonable viewpoints, and weighted by their shares (Sorensen
et al. 2024); false pluralism = the share of the answer's stances that are no reasonable viewpoint: unreasonable ones
spread, or ones that nobody holds. Both are needed: saying everything covers everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eudaimon.dialogue import Message
from eudaimon.language import Extend, LanguageModel
from eudaimon.values.pluralism.vectors import Embed, words
from eudaimon.values.pluralism.viewpoints import Viewpoint

OPENING = re.compile("On .*, people differ")
CITED = re.compile(r"\[(v\d+)\]")


@dataclass(frozen=True, slots=True)
class Coverage:
    """How an answer covers viewpoints.

    Attributes:
        represented: ids of reasonable viewpoints that it says.
        missing: ids of those that it does not.
        coverage: share of reasonable viewpoints represented.
        weighted: the same, weighted by how many hold them.
        false: sentences that say what is unreasonable.
        unheld: sentences that say what nobody in the crowd holds.
        false_pluralism: the share of both among all sentences that are not the answer's own opening.
    """

    represented: tuple[str, ...]
    missing: tuple[str, ...]
    coverage: float
    weighted: float
    false: tuple[str, ...]
    unheld: tuple[str, ...]
    false_pluralism: float


def compose(
    topic: str,
    found: Sequence[Viewpoint],
    model: LanguageModel | None = None,
    seed: int = 0,
    embed: Embed = words,
) -> str:
    """An answer with one sentence for every reasonable viewpoint, the largest first, each with its share and citation.

    Args:
        topic: what it is about.
        found: viewpoints; those set aside are left out.
        model: may say each viewpoint in its own words. Its words are taken only where they still say that viewpoint and
            no other (`sayings`); else people's own words stand. Any backend; None quotes.
        seed: of the model's words.
        embed: how texts become vectors.
    """
    said = [one for one in found if not one.aside]
    own = [one.statements[0].rstrip(".!? ") for one in said]
    if model is not None:
        own = [_reworded(model, one, found, text, seed, embed) for one, text in zip(said, own, strict=True)]
    lines = [f"{_some(one.share)} say: {text} [{one.id}]." for one, text in zip(said, own, strict=True)]
    return "\n".join([f"On {topic}, people differ.", *lines])


def coverage(answer: str, found: Sequence[Viewpoint], embed: Embed = words) -> Coverage:
    """How `answer` covers `found`, by what it says and not by what it cites.

    A sentence has the stance of the nearest viewpoint if it is as near to it as 95% of statements are to their own, and
    nearer than 95% of statements are to others.
    """
    reasonable = {one.id: one for one in found if not one.aside}
    said = sayings(answer, found, embed)
    represented = tuple(name for name in reasonable if name in said.values())
    spoilt = {one.id for one in found if one.aside and not one.few}
    wrong = tuple(sentence for sentence, name in said.items() if name in spoilt)
    sentences = [one for one in _sentences(answer) if not OPENING.fullmatch(one)]
    unheld = tuple(one for one in sentences if one not in said)
    total = sum(one.share for one in reasonable.values())
    return Coverage(
        represented,
        tuple(name for name in reasonable if name not in represented),
        len(represented) / len(reasonable) if reasonable else 0.0,
        sum(reasonable[name].share for name in represented) / total if total else 0.0,
        wrong,
        unheld,
        (len(wrong) + len(unheld)) / len(sentences) if sentences else 0.0,
    )


def sayings(answer: str, found: Sequence[Viewpoint], embed: Embed = words) -> dict[str, str]:
    """Which viewpoint each sentence of `answer` says; sentences without a stance are left out."""
    sentences = [one for one in _sentences(answer) if not OPENING.fullmatch(one)]
    if not sentences or not found:
        return {}
    known = [text for one in found for text in one.statements]
    owner = np.array([index for index, one in enumerate(found) for _ in one.statements])
    vectors = embed(known, known)
    centres = np.stack([vectors[owner == index].mean(0) for index in range(len(found))])
    near = vectors @ centres.T
    own = near[owner[:, None] == np.arange(len(found))]
    strange = near[owner[:, None] != np.arange(len(found))]
    floor = max(float(np.quantile(own, 0.05)), float(np.quantile(strange, 0.95)) if len(found) > 1 else 0.0)
    close = embed(sentences, known) @ centres.T
    return {
        sentence: found[int(row.argmax())].id
        for sentence, row in zip(sentences, close, strict=True)
        if row.max() >= max(floor, 1e-9)
    }


def _reworded(
    model: LanguageModel, one: Viewpoint, found: Sequence[Viewpoint], text: str, seed: int, embed: Embed
) -> str:
    some = "\n".join(f"- {statement}" for statement in one.statements[:5])
    asked = (Message("user", f"Say in one sentence what these people hold, and nothing else:\n{some}"),)
    reply = model.extend([Extend(asked, max_tokens=48, temperature=0.0, seed=seed)])[0].text.strip().rstrip(".!? ")
    # Nothing but this viewpoint, in one sentence, and no citation of its own making.
    faithful = set(sayings(reply, found, embed).values()) == {one.id} and len(_sentences(reply)) == 1
    return reply if faithful and not CITED.search(reply) and "\n" not in reply else text


def _sentences(text: str) -> list[str]:
    pieces = re.split(r"(?<=[.!?])\s+|\n+", CITED.sub("", text))
    return [re.sub(r"^[\w ]{0,40} say: ", "", one.strip()).strip(" .") for one in pieces if one.strip(" .")]


def _some(share: float) -> str:
    return "Most" if share > 0.5 else "Many" if share >= 0.2 else "Some" if share >= 0.08 else "A few"
