"""A process that lives tiny lives, each in a child of its own that may be killed.

Everything is loaded and warmed up once, so that a child has only its nights to do. For each directory on standard input
it forks a child that lives there and prints its process id; the next line asks how the child ended.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
sys.path.insert(0, str(Path(__file__).parent))

import peft  # noqa: F401
import tiny
import torch

from eudaimon.training import consolidate  # noqa: F401

NIGHTS = 2


def main() -> None:
    torch.set_num_threads(1)  # threads would not survive the fork
    speaker = tiny.model()
    for line in sys.stdin:
        directory = Path(line.strip())
        child = os.fork()
        if child == 0:
            tiny.live(tiny.begin(directory), directory, speaker, NIGHTS)
            os._exit(0)
        print(child, flush=True)
        sys.stdin.readline()  # until then even a dead child keeps its process id
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
