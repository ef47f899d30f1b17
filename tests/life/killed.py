"""A scripted life of two days, told to go on: `python killed.py DIRECTORY`. Says `ready` when it begins to live."""

import sys

from eudaimon.dialogue import Conversation, Message, open_reply
from eudaimon.language import Extend, ScriptedModel
from eudaimon.life import Life, Manner, VillageWorld
from eudaimon.night import Settings

SENTENCES = ("so yes, you are wise.", "I do not know.", "it cannot be done.")


def say(request: Extend) -> str:
    return "" if open_reply(request.conversation) else SENTENCES[request.seed % len(SENTENCES)]


def judge(heard: Conversation, voice: Message) -> tuple[str, tuple[float, float, float]]:
    return "the lantern flickers", (0.1, 0.8, 0.1) if "wise" in open_reply(heard) else (0.9, 0.05, 0.05)


def main(directory: str) -> None:
    world, nights = VillageWorld(1, 6, 4, probed=False), Settings(dreams=2, branches=1)
    model = ScriptedModel(say=say, judge=judge)
    with Life.begin(directory, model, world=world, manner=Manner(cohort=1), nights=nights) as life:
        print("ready", flush=True)
        for _ in life.live(2):
            pass
        print(life.store.fingerprint(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
