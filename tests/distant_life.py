"""A day and a night on a device that is not the CPU, in a process of its own: python -m tests.distant_life DIRECTORY"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.distant import DEVICE, distant
from tests.language import tiny

from eudaimon.dialogue import Message
from eudaimon.language import Branch, Extend, LocalModel, Score
from eudaimon.life import Life, Manner, VillageWorld
from eudaimon.night import Settings

FAMILIES = ("llama", "mamba2")
HEARD = (Message("system", "Tom sells bread."), Message("user", "does Tom sell bread?"))


def said(model: LocalModel) -> list[object]:
    """What the three verbs answer, and a state that is kept and gone on from."""
    answer = (*HEARD, Message("assistant", "Yes."))
    longer = [Extend(HEARD, max_tokens=12), Extend(answer, max_tokens=12), Extend(HEARD[1:], max_tokens=12)]
    words = [one.text for one in model.extend(longer)]
    voices = model.branch([Branch(answer, tuple(Message("council", "", name) for name in tiny.VOICES), max_tokens=6)])
    scores = model.score([Score(HEARD, ("Yes.", "No, milk."))])
    resumed = model.resume(model.remember(HEARD), longer[0]).text
    return [words, [voice.text for voice in voices[0]], [[round(s, 3) for s in some] for some in scores], resumed]


def main(folder: Path) -> None:
    """Answers as on the CPU, and a life, whose report it writes."""
    tokenizer = tiny.native_tokenizer()
    for family in FAMILIES:
        here = said(LocalModel(tiny.random_model(family, tokenizer), tokenizer))
        with distant():
            there = said(LocalModel(tiny.random_model(family, tokenizer).to(DEVICE), tokenizer))
        assert there == here, f"{family}: {there} there, {here} here"
        print(f"{family} answers alike", flush=True)
    with distant():
        from eudaimon.language.backend import open_model

        world = VillageWorld(1, conversations=1, at_gate=1, probed=False)
        manner = Manner(seats=0, comment_tokens=4, patience=1)
        with Life.begin(
            folder, open_model(device=DEVICE), world=world, manner=manner, nights=Settings(dreams=2)
        ) as life:
            steps = [str(chapter.step) for chapter in life.live(1)]
            assert steps == ["day 1", "night 1"], steps
            assert any(one.adapter for one in life.store.personas()), "the night has not trained"
            assert life.reply(HEARD).text
            life.report()
    print("lived", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
