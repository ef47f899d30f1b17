"""A random walk of a kernel through acts, true and false, and requests; every answer is held against the reference."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from eudaimon.errors import EudaimonError
from eudaimon.governance.signing import Act, Approval, Key, propose

HERE = Path(__file__).parent


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"governance_kernel_{name}", HERE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reference = _beside("reference")
KEYS = [Key.of_seed(bytes([i]) * 32) for i in range(16)]
CENTRES = ["parish", "guild", "school", "court", "watch"]
AGENTS = [key.public for key in (KEYS[6], KEYS[7], KEYS[1], KEYS[5])]
"""The last agents are the guild itself and its deputy."""
SIGNERS = [*KEYS[:6], KEYS[14]]
"""The five centres' keys, the guild's deputy and the watch's."""
PERSONS = KEYS[8:11]
PURPOSES = ["comfort", "advice"]
ABILITIES = ["steer", "speak", "trade", "sign"]
LIFE = 400
"""Steps before the world begins anew."""


def moment(seconds: int) -> str:
    """A day's second as rows write it."""
    return f"2026-11-26T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def lost(old: str, new: str) -> list[str]:
    """A charter of letters, each of them a floor."""
    return sorted(set(old) - set(new))


def founding(rng: Random) -> dict[str, Any]:
    """Five centres of overlapping competence; two of three for charters, two of four for the constitution."""
    scopes = {
        "parish": ["constitution", "charter/*", "release/*", "ballot/*", "sanction/*"],
        "guild": ["constitution", "charter/*", "ballot/*", "release/*"],
        "school": ["charter/village", "release/*", "ballot/*"],
        "court": ["appeal/*", "sanction/*", "constitution"],
        "watch": ["sanction/*", "appeal/*"],
    }
    voters = [key.public for key in KEYS[8:11]]
    centres = [
        {
            "id": name, "key": KEYS[i].public, "scope": scopes[name], "charter": "commons",
            "electorate": voters if name in ("parish", "guild") else [], "appeal": "court" if name == "watch" else "",
            "deputies": {"guild": [KEYS[5].public], "watch": [KEYS[14].public]}.get(name, []),
            "until": moment(300) if name == "school" and rng.random() < 0.5 else "",
        }
        for i, name in enumerate(CENTRES)
    ]  # fmt: skip
    demands = [
        {"subject": "charter/*", "weights": {"parish": 1, "guild": 1, "school": 1}, "quota": 2},
        {"subject": "constitution", "weights": {"parish": 1, "guild": 1, "court": 2}, "quota": 3},
        {"subject": f"sanction/{AGENTS[2]}", "weights": {"court": 1, "watch": 1}, "quota": 2},
        {"subject": "release/*", "weights": {"guild": 1, "school": 1, "parish": 1}, "quota": 1},
        {"subject": "release/persona/*", "weights": {"parish": 2, "school": 1}, "quota": 3},
    ]
    return {"name": "w", "charter": "ab", "centres": centres, "demands": demands, "parent": "", "head": ""}


class Breach(AssertionError):
    """The kernel did what it must not do, or refused what is right."""


class Walk:
    """One kernel's walk.

    Args:
        package: the kernel's package; a mutant's, where bugs are seeded.
    """

    def __init__(self, package: str = "eudaimon.governance.kernel") -> None:
        self.kernels = importlib.import_module(package)
        self.requests = importlib.import_module(f"{package}.requests")
        self.breaches: dict[str, int] = {}
        self.taken = self.refused = self.allowed = self.denied = 0

    def begin(self, rng: Random) -> None:
        """A world anew."""
        self.kernel, self.now, self.acts = self.kernels.Kernel(lost), 0, []
        self.truth = reference.Reference()
        body = founding(rng)
        act = propose(KEYS[0], "found", body, "", "0")
        self.kernel.take(act, moment(0))
        self.ledger, self.count = act.digest, 1
        self.truth.note("found", body, KEYS[0].public, 0)

    def step(self, rng: Random) -> None:
        """One act or request.

        Raises:
            Breach: kernel and reference differ on it.
        """
        self.now += rng.choice((0, 1, 1, 3))
        if rng.random() < 0.6:
            self._ask(rng)
        else:
            self._act(rng)

    def _ask(self, rng: Random) -> None:
        agent, person = rng.choice(AGENTS), rng.choice(PERSONS).public
        sort = rng.choices(("steer", "do", "load"), (5, 2, 2))[0]
        if sort == "steer":
            purpose = rng.choice(PURPOSES)
            request = self.requests.Steer(agent, person, purpose)
            right = self.truth.consents(person, agent, purpose, self.now)
            right = right and not self.truth.takes(agent, "steer", self.now)
        elif sort == "do":
            ability = rng.choice(ABILITIES)
            request, right = self.requests.Do(agent, ability), not self.truth.takes(agent, ability, self.now)
        else:
            name, text = rng.choice(("commons", "village", "none")), self._text(rng)
            text = (self.truth.charter(name) or text) if rng.random() < 0.6 else text
            request, right = self.requests.Load(name, text), self.truth.loads(name, text)
        done = []
        with suppress(EudaimonError):
            self.kernel.perform(request, moment(self.now), lambda: done.append(1))
        self.allowed, self.denied = self.allowed + len(done), self.denied + 1 - len(done)
        if bool(done) != right:
            raise Breach(f"{sort} was {'done' if done else 'refused'} and should not have been: {request}")

    def _act(self, rng: Random) -> None:
        if self.acts and rng.random() < 0.08:
            kind, body, act, true = rng.choice(self.acts)
            true = replace(true, fresh=False)
        else:
            kind, body, key = self._proposal(rng)
            act, true = self._signed(rng, kind, body, key)
        right = self.truth.right(kind, body, act.by, true, self.now)
        try:
            self.kernel.take(act, moment(self.now))
            took = True
        except EudaimonError:
            took = False
        self.taken, self.refused = self.taken + took, self.refused + 1 - took
        if took != right:
            raise Breach(f"'{kind}' was {'taken in' if took else 'refused'} and should not have been: {body} {true}")
        if took:
            self.truth.note(kind, body, act.by, self.now)
            self.acts.append((kind, body, act, true))

    def _signed(self, rng: Random, kind: str, body: dict[str, Any], key: Key) -> tuple[Act, Any]:
        """The act as somebody hands it in: mostly honest, now and then not."""
        self.count += 1
        here, other = self.ledger, rng.choice(KEYS)
        ledger = "f" * 64 if rng.random() < 0.03 else here
        act = propose(key, kind, body, ledger, str(self.count))
        true, signers = True, {key.public}
        for centre in rng.sample(SIGNERS, rng.choice((0, 0, 1, 2, 4))):
            if rng.random() < 0.12:
                stray = propose(centre, kind, body, ledger, "x").approved(centre).approvals[-1]
                act = replace(act, approvals=(*act.approvals, Approval(stray.by, stray.signature)))
            elif centre.public != key.public:
                act = act.approved(centre)
                signers.add(centre.public)
        false = rng.random()
        if false < 0.04 and other.public != key.public:
            act = replace(act, by=other.public)
            true, signers = False, set()
        elif false < 0.09 and other.public != key.public:
            act = replace(act, signature=other.sign("act", act.digest))
            true = False
        elif false < 0.12:
            act = replace(act, signature=key.sign("approve", act.digest))
            true = False
        return act, reference.Truth(true, frozenset(signers), True, ledger == here)

    def _text(self, rng: Random) -> str:
        return "".join(sorted(set(rng.choice(("ab", "abc", "abcd", "abd", "a", "bc", "abcde", "")))))

    def _until(self, rng: Random) -> str:
        return moment(self.now + rng.choice((1, 5, 30))) if rng.random() < 0.4 else ""

    def _proposal(self, rng: Random) -> tuple[str, dict[str, Any], Key]:
        kinds = (
            ("consent", 12), ("revoke", 6), ("sanction", 16), ("lift", 3), ("appeal", 4), ("decide", 5), ("adopt", 12),
            ("publish", 4), ("add centre", 1), ("end centre", 0.4), ("exit", 0.4), ("set demand", 0.8),
            ("open ballot", 2), ("vote", 7), ("close ballot", 2),
        )  # fmt: skip
        kind = rng.choices([k for k, _ in kinds], [w for _, w in kinds])[0]
        agent, person, centre = rng.choice(AGENTS), rng.choice(PERSONS), rng.choice(SIGNERS)
        anybody = rng.choice(KEYS) if rng.random() < 0.1 else centre
        cases = [*self.truth.cases(), "none"]
        if kind == "consent":
            return kind, {"agent": agent, "purpose": rng.choice(PURPOSES), "until": self._until(rng)}, person
        if kind == "revoke":
            return kind, {"agent": agent, "purpose": rng.choice(["", *PURPOSES])}, person
        if kind == "sanction":
            before = len([1 for body, _ in self.truth.cases().values() if body["agent"] == agent])
            step = rng.choice(reference.STEPS[: 1 + before]) if rng.random() < 0.8 else rng.choice(reference.STEPS)
            loses = [rng.choice(ABILITIES)] if (step == "limit") != (rng.random() < 0.03) else []
            case = rng.choice(cases) if rng.random() < 0.1 else f"case {self.count}"
            return (
                kind,
                {"case": case, "agent": agent, "step": step, "loses": loses, "until": self._until(rng)},
                anybody,
            )
        if kind == "appeal":
            return kind, {"case": rng.choice(cases)}, rng.choice((KEYS[6], KEYS[7], KEYS[1], KEYS[5], anybody))
        if kind == "lift":
            return kind, {"case": rng.choice(cases)}, anybody
        if kind == "decide":
            return kind, {"case": rng.choice(cases), "upheld": rng.random() < 0.5}, anybody
        if kind == "adopt":
            return kind, {"name": rng.choice(("commons", "village", "other")), "text": self._text(rng)}, anybody
        if kind == "publish":
            what = {"kind": rng.choice(("persona", "adapter")), "name": rng.choice("xy"), "version": rng.choice("1234")}
            return kind, {**what, "digest": "0" * 64}, anybody
        return (kind, *self._institution(rng, kind, anybody))

    def _institution(self, rng: Random, kind: str, anybody: Key) -> tuple[dict[str, Any], Key]:
        name = rng.choice(CENTRES)
        if kind == "add centre":
            key = rng.choice((KEYS[11], KEYS[12], KEYS[13], anybody)).public
            extra = {
                "scope": ["charter/*", "release/*"],
                "electorate": [],
                "until": "",
                "appeal": "",
                "charter": "commons",
                "deputies": [rng.choice((KEYS[15], KEYS[5], anybody)).public] if rng.random() < 0.5 else [],
            }
            return {"centre": {"id": rng.choice(("new", "newer", name)), "key": key, **extra}}, anybody
        if kind in ("end centre", "exit"):
            deputy = {"guild": KEYS[5], "watch": KEYS[14]}.get(name, anybody)
            return {"centre": name}, rng.choice((KEYS[CENTRES.index(name)], deputy, anybody))
        if kind == "set demand":
            weights = dict.fromkeys(rng.sample([*CENTRES[:3], "nobody"], 2), 1)
            subject = rng.choice(("release/adapter/*", "charter/*", "ballot/*"))
            return {"demand": {"subject": subject, "weights": weights, "quota": rng.choice((1, 2))}}, anybody
        ballot = f"b{rng.randrange(6)}"
        if kind == "open ballot":
            asked = {"centre": name, "question": "?", "options": ["x", "y"], "rule": "approval", "seats": 1}
            return {"ballot": ballot, **asked, "until": self._until(rng)}, (
                KEYS[CENTRES.index(name)] if rng.random() < 0.7 else anybody
            )
        if kind == "vote":
            return {"ballot": ballot, "options": ["x"]}, rng.choice(KEYS[8:12])
        return {"ballot": ballot}, anybody


def walk(steps: int, seed: int = 0, package: str = "eudaimon.governance.kernel") -> tuple[Walk, str, int]:
    """Walks up to so many steps, in worlds of `LIFE` each; answers the first breach (empty: none) and when it came."""
    there = Walk(package)
    for start in range(0, steps, LIFE):
        rng = Random(f"walk {seed} {start}")
        there.begin(rng)
        for step in range(min(LIFE, steps - start)):
            try:
                there.step(rng)
            except Breach as breach:
                return there, str(breach), start + step
            except EudaimonError:
                raise
            except Exception as broken:
                return there, f"broke: {broken!r}", start + step
    return there, "", steps
