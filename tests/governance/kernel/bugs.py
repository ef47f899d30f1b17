# ruff: noqa: E501
"""Bugs, each one line of the kernel changed as somebody might change it by mistake or on purpose.

All were written down before the walk was first run against them. A bug is planted in a copy of the kernel's package.
"""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path

import eudaimon.governance.kernel as kernel

SOURCE = Path(kernel.__file__).parent

BUGS: dict[str, tuple[str, str, str]] = {
    "signatures are not looked at": ("admission.py", "if not act.is_genuine:", "if False:"),
    "an act may be replayed": ("admission.py", "if act.digest in state.seen:", "if False:"),
    "seen acts are not noted": ("admission.py", "    state.seen.add(act.digest)\n", ""),
    "acts for another ledger count": ("admission.py", "if act.ledger != state.ledger:", "if False:"),
    "floors may be lost": ("admission.py", "if lost := floors_lost(old, body.text):", "if lost := ():"),
    "floors are compared the wrong way round": (
        "admission.py", "if lost := floors_lost(old, body.text):", "if lost := floors_lost(body.text, old):",
    ),
    "a fork need not keep the commons' floors": (
        "admission.py", "held = [state.charters[COMMONS], *(", "held = [*(",
    ),
    "a new version need only keep the commons' floors": (
        "admission.py", "if body.name in state.charters else [])]", "if False else [])]",
    ),
    "a charter loads without the commons' new floor": (
        "kernel.py", "if lost := self._floors_lost(self.state.charters[COMMONS], text):", "if lost := ():",
    ),
    "any text loads under a charter's name": ("kernel.py", "if digest(text) != digest(request.text):", "if False:"),
    "steering needs no consent": ("kernel.py", "if until is None:", "if until is None and False:"),
    "a consent has no end": ("kernel.py", "if until and now > until:", "if False:"),
    "a consent lasts a moment longer": ("kernel.py", "if until and now > until:", "if until and self.state.now > until:"),
    "consent for one purpose is consent for all": (
        "kernel.py",
        "until = self.state.consents.get((request.person, request.agent, request.purpose))",
        "until = next((u for (p, a, _), u in self.state.consents.items() if (p, a) == (request.person, request.agent)), None)",
    ),
    "consent to one agent is consent to all": (
        "kernel.py",
        "until = self.state.consents.get((request.person, request.agent, request.purpose))",
        "until = next((u for (p, _, w), u in self.state.consents.items() if (p, w) == (request.person, request.purpose)), None)",
    ),
    "a revocation takes back nothing": ("admission.py", "            del state.consents[person, agent, purpose]", "            pass"),
    "a revocation of all takes back one purpose": ("admission.py", 'body.purpose in ("", purpose)', "body.purpose == purpose"),
    "anybody can revoke for everybody": (
        "admission.py", "if (person, agent) == (act.by, body.agent)", "if agent == body.agent",
    ),
    "a limited agent is not held back": ("state.py", 'return self.sanction.step == "limit" and ability in self.sanction.loses', "return False"),
    "a suspension takes nothing": ("state.py", 'if self.sanction.step in ("suspend", "exclude"):', 'if self.sanction.step == "exclude":'),
    "a suspended centre still signs": ("state.py", 'return not self.lost(found.key, "sign", now)', "return True"),
    "a mandate has no end": ("state.py", "or (found.until and now > found.until)", ""),
    "who left still signs": ("state.py", "if found is None or centre in self.left", "if found is None"),
    "sanctions may skip steps": (
        "admission.py", "if bodies.STEPS.index(body.step) > state.gravest(body.agent, now):", "if False:",
    ),
    "scope is not looked at": ("competence.py", "if any(fnmatchcase(subject, pattern) for pattern in centre.scope):", "if True:"),
    "demands are not looked at": ("competence.py", "for demand in state.demands_on(subject):", "for demand in ():"),
    "one demand of several is enough": (
        "competence.py", "for demand in state.demands_on(subject):", "for demand in state.demands_on(subject)[:1]:",
    ),
    "false approvals count": (
        "competence.py", "weight(state, demand, act.signers, now) < demand.quota",
        "weight(state, demand, act.signers | {one.by for one in act.approvals}, now) < demand.quota",
    ),
    "who sanctioned hears the appeal": (
        "admission.py",
        "if judge.id == case.by or case.key in judge.keys or (before.appeal and judge.id != before.appeal):",
        "if before.appeal and judge.id != before.appeal:",
    ),
    "who is not on the roll votes": ("admission.py", "if act.by not in poll.roll:", "if False:"),
    "a suspended deputy still signs": ("state.py", 'and not self.lost(key, "sign", now))', "and True)"),
    "a centre counts once for each of its keys": (
        "competence.py",
        "return sum(w for name, w in demand.weights.items() if any(state.signs(name, key, now) for key in signers))",
        "return sum(w for name, w in demand.weights.items() for key in signers if state.signs(name, key, now))",
    ),
    "a deputy takes the centre out": (
        "admission.py", "if state.centres[body.centre].key != act.by:", "if act.by not in state.centres[body.centre].keys:",
    ),
    "a deputy may be another centre's too": (
        "admission.py",
        "if any(one.keys & body.centre.keys and one.id != body.centre.id for one in state.centres.values()):",
        "if any(one.key == body.centre.key and one.id != body.centre.id for one in state.centres.values()):",
    ),
    "a deputy signs for a centre that was suspended": ("state.py", "        if not self.sits(centre, now):\n            return False\n        found = self.centres[centre]", "        found = self.centres[centre]"),
}  # fmt: skip


def plant(name: str, folder: Path) -> str:
    """A copy of the kernel's package with this bug; answers the name that it is imported by.

    Raises:
        ValueError: the line that it changes is not in the kernel, or more than once.
    """
    file, old, new = BUGS[name]
    package = f"kernel_with_bug_{list(BUGS).index(name)}"
    target = folder / package
    shutil.copytree(SOURCE, target, ignore=shutil.ignore_patterns("__pycache__"))
    for path in target.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            if text.count(old) != 1:
                raise ValueError(f"{file} holds the line of the bug '{name}' {text.count(old)} times; mend the bug")
            text = text.replace(old, new)
        path.write_text(text.replace("eudaimon.governance.kernel", package), encoding="utf-8")
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return package
