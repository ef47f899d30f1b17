"""Every error that a user can meet. Each message names the thing, the rule that it broke and the remedy.

EudaimonError
├── InputError              a file that a person wrote is missing or malformed (carries path and line)
│   ├── FormatError         a line or field is not what the format asks for
│   └── SealError           an archetype differs from what was sealed
├── ModelError              a language model cannot do what was asked
│   ├── TemplateError       a model has no chat template, or one that cannot be used
│   ├── NotTaken            a conversation is not taken by a model that takes others
│   │   ├── TooLong             it takes more tokens than the model reads
│   │   └── ContentRefused      the endpoint does not answer to what it says
│   ├── NothingFits         none of what should be learned is short enough to train on
│   ├── CapabilityError     the backend has no such ability (an endpoint has no gradients)
│   └── EndpointError       an endpoint failed after all retries
│       ├── EndpointTimeout     it did not answer in time
│       ├── EndpointRefused     it refused: down, unauthorised, rate limit never lifted
│       └── EndpointGarbled     it answered, but with nothing that can be read
├── StoreError              the store cannot be opened, read or written
│   ├── StoreFull           the disk is full; what was stored before stays readable
│   ├── StoreMissing        there is none: nothing was begun there
│   └── StoreLocked         another process went on writing to it
├── LifeError               a life cannot go on from where it stands (wrong model, wrong seed, wrong version)
├── TrainingError           a training run cannot begin or go on
│   └── RewardError         a reward function raised, or gave what is no reward
├── GovernanceError         an act of governance is not in order
│   ├── SignatureRefused    a signature is missing, forged, replayed, or not by whom the rule asks for
│   ├── LedgerBroken        a row of the ledger was changed, or rows are missing
│   ├── BallotError         a ballot or a vote cannot be taken
│   └── ActRefused          the kernel refuses an act: no consent, no competence, a floor, a sanction
├── SplitError              a situation was asked for outside the split that it belongs to
└── ExperimentError         an experiment's registration, attempt or result is not in order
"""

from __future__ import annotations

from pathlib import Path


class EudaimonError(Exception):
    """The root: catch it to catch everything that this package raises on purpose."""


class InputError(EudaimonError):
    """Something that a person wrote cannot be used.

    Args:
        message: what was expected, what was found and the remedy.
        path: the file, if there is one.
        line: 1-based line number in it, if known.
    """

    def __init__(self, message: str, *, path: str | Path | None = None, line: int | None = None) -> None:
        self.path = None if path is None else Path(path)
        self.line = line
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(place + message)


class FormatError(InputError):
    """A line or field is not what the format asks for."""


class SealError(InputError):
    """An archetype differs from what was sealed under its name."""


class ModelError(EudaimonError):
    """A language model cannot do what was asked of it."""


class TemplateError(ModelError):
    """The model has no chat template, or one that cannot be used, so its turns cannot be told apart."""


class NotTaken(ModelError):
    """The model does not take this one conversation; others it may take."""


class TooLong(NotTaken):
    """A conversation takes more tokens than the model reads."""


class ContentRefused(NotTaken):
    """An endpoint refuses a conversation for what is said in it."""


class NothingFits(ModelError):
    """None of what should be learned is short enough to train on."""


class CapabilityError(ModelError):
    """This backend does not have the ability that the call needs."""


class EndpointError(ModelError):
    """An endpoint failed after every retry."""


class EndpointTimeout(EndpointError):
    """The endpoint did not answer in time."""


class EndpointRefused(EndpointError):
    """The endpoint is down, refuses the key, or never lifted its rate limit."""


class EndpointGarbled(EndpointError):
    """The endpoint answered with something that cannot be read."""


class StoreError(EudaimonError):
    """The store cannot be opened, read or written."""


class StoreFull(StoreError):
    """The disk is full. Everything stored before is intact and readable."""


class StoreMissing(StoreError):
    """There is no store: nothing was begun in that place."""


class StoreLocked(StoreError):
    """Another process went on writing for longer than was waited. The same may be written later."""


class LifeError(EudaimonError):
    """A life cannot go on from where it stands."""


class TrainingError(EudaimonError):
    """A training run cannot begin or go on from where it stands."""


class RewardError(TrainingError):
    """A reward function raised, or gave NaN or the wrong number of rewards."""


class GovernanceError(EudaimonError):
    """An act of governance is not in order."""


class SignatureRefused(GovernanceError):
    """A signature is missing, forged, replayed, or not by whom the rule asks for."""


class LedgerBroken(GovernanceError):
    """A row of the ledger was changed, or rows are missing."""


class BallotError(GovernanceError):
    """A ballot or a vote cannot be taken."""


class ActRefused(GovernanceError):
    """The kernel refuses an act."""


class SplitError(EudaimonError):
    """A situation was asked for outside the split that it belongs to."""


class ExperimentError(EudaimonError):
    """An experiment's registration, attempt or result is not in order."""
