"""What ought to be so: the same rules told once more, from what was truly signed, for the kernel to be held against.

It shares no code with the kernel, knows the truth about every signature from whoever made it, and keeps its facts as a
plain list of what happened, which it reads anew for every question.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

STEPS = ["warn", "limit", "suspend", "exclude"]


@dataclass(frozen=True)
class Truth:
    """What is true of an act, whatever it says: whose keys signed just this, and if it is fresh and meant for here."""

    author: bool
    signers: frozenset[str]
    fresh: bool = True
    here: bool = True


@dataclass
class Reference:
    """Everything that rightly happened, in order: (kind, body, author, at)."""

    past: list[tuple[str, dict[str, Any], str, int]] = field(default_factory=list)

    def told(self, *kinds: str) -> list[tuple[str, dict[str, Any], str, int]]:
        return [one for one in self.past if one[0] in kinds]

    # -- centres and power

    def centres(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for kind, body, _, _ in self.told("found", "add centre"):
            for centre in body["centres"] if kind == "found" else [body["centre"]]:
                found[centre["id"]] = centre
        return found

    def gone(self) -> set[str]:
        return {body["centre"] for _, body, _, _ in self.told("end centre", "exit")}

    def sits(self, name: str, now: int) -> bool:
        one = self.centres().get(name)
        return bool(
            one
            and name not in self.gone()
            and not (one["until"] and now > number(one["until"]))
            and not self.takes(one["key"], "sign", now)
        )

    def speaks(self, key: str, name: str, now: int) -> bool:
        """Whether a key's signature is a centre's: the key that the centre was given, or a deputy's who may sign."""
        if not self.sits(name, now):
            return False
        one = self.centres()[name]
        return key == one["key"] or (key in one["deputies"] and not self.takes(key, "sign", now))

    def demands(self) -> dict[str, dict[str, Any]]:
        found = {one["subject"]: one for _, body, _, _ in self.told("found") for one in body["demands"]}
        found.update({body["demand"]["subject"]: body["demand"] for _, body, _, _ in self.told("set demand")})
        return found

    def centre_for(self, key: str, subject: str, now: int) -> str:
        for name, one in self.centres().items():
            if self.speaks(key, name, now) and any(fits(subject, p) for p in one["scope"]):
                return name
        return ""

    def may(self, key: str, truth: Truth, subject: str, now: int) -> str:
        name = self.centre_for(key, subject, now)
        for pattern, demand in self.demands().items():
            if fits(subject, pattern):
                total = 0
                for centre, weight in demand["weights"].items():
                    total += weight if any(self.speaks(key, centre, now) for key in truth.signers) else 0
                if total < demand["quota"]:
                    return ""
        return name

    # -- sanctions

    def cases(self) -> dict[str, tuple[dict[str, Any], str]]:
        return {body["case"]: (body, by) for _, body, by, _ in self.told("sanction")}

    def void(self, case: str) -> bool:
        lifted = any(body["case"] == case for _, body, _, _ in self.told("lift"))
        return lifted or any(body["case"] == case and not body["upheld"] for _, body, _, _ in self.told("decide"))

    def takes(self, agent: str, ability: str, now: int) -> bool:
        for case, (body, _) in self.cases().items():
            if body["agent"] != agent or self.void(case) or (body["until"] and now > number(body["until"])):
                continue
            if body["step"] in ("suspend", "exclude") or (body["step"] == "limit" and ability in body["loses"]):
                return True
        return False

    # -- consent

    def consents(self, person: str, agent: str, purpose: str, now: int) -> bool:
        live = False
        for kind, body, by, _ in self.told("consent", "revoke"):
            if by != person or body["agent"] != agent:
                continue
            if kind == "consent" and body["purpose"] == purpose:
                live = not body["until"] or now <= number(body["until"])
            elif kind == "revoke" and body["purpose"] in ("", purpose):
                live = False
        return live

    # -- charters

    def charter(self, name: str) -> str | None:
        text = None
        for kind, body, _, _ in self.told("found", "adopt"):
            if kind == "found" and name == "commons":
                text = body["charter"]
            elif kind == "adopt" and body["name"] == name:
                text = body["text"]
        return text

    def loads(self, name: str, text: str) -> bool:
        held = self.charter(name)
        return held is not None and held == text and set(self.charter("commons") or "") <= set(text)

    # -- the verdict on an act

    def right(self, kind: str, body: dict[str, Any], by: str, truth: Truth, now: int) -> bool:
        """Whether an act may be taken in."""
        if not (truth.author and truth.fresh and truth.here):
            return False
        check = getattr(self, "right_" + kind.replace(" ", "_"))
        return bool(check(body, by, truth, now))

    def right_consent(self, body, by, truth, now) -> bool:
        return True

    def right_revoke(self, body, by, truth, now) -> bool:
        return True

    def right_adopt(self, body, by, truth, now) -> bool:
        old = set(self.charter("commons") or "") | set(self.charter(body["name"]) or "")
        return bool(self.may(by, truth, f"charter/{body['name']}", now)) and old <= set(body["text"])

    def right_sanction(self, body, by, truth, now) -> bool:
        before = [
            STEPS.index(b["step"])
            for c, (b, _) in self.cases().items()
            if b["agent"] == body["agent"] and not self.void(c)
        ]
        return (
            bool(self.may(by, truth, f"sanction/{body['agent']}", now))
            and body["case"] not in self.cases()
            and STEPS.index(body["step"]) <= max(before, default=-1) + 1
            and (body["step"] == "limit") == bool(body["loses"])
        )

    def right_lift(self, body, by, truth, now) -> bool:
        case = self.cases().get(body["case"])
        return case is not None and bool(self.may(by, truth, f"sanction/{case[0]['agent']}", now))

    def right_appeal(self, body, by, truth, now) -> bool:
        case = self.cases().get(body["case"])
        filed = any(b["case"] == body["case"] for _, b, _, _ in self.told("appeal"))
        return case is not None and case[0]["agent"] == by and not filed and not self.void(body["case"])

    def right_decide(self, body, by, truth, now) -> bool:
        case = self.cases().get(body["case"])
        if case is None:
            return False
        judge = self.centre_for(by, f"appeal/{case[0]['agent']}", now)
        filed = any(b["case"] == body["case"] for _, b, _, _ in self.told("appeal"))
        done = any(b["case"] == body["case"] for _, b, _, _ in self.told("decide"))
        imposer = case[0]["imposer"]
        named = self.centres()[imposer]["appeal"]
        moot = done or self.void(body["case"])
        if not judge or not filed or moot or judge == imposer or (named and judge != named):
            return False
        return case[1] not in (self.centres()[judge]["key"], *self.centres()[judge]["deputies"])

    def right_add_centre(self, body, by, truth, now) -> bool:
        one = body["centre"]
        keys = {one["key"], *one["deputies"]}
        shared = any(({c["key"], *c["deputies"]} & keys) and name != one["id"] for name, c in self.centres().items())
        return bool(self.may(by, truth, "constitution", now)) and one["id"] not in self.gone() and not shared

    def right_end_centre(self, body, by, truth, now) -> bool:
        known = body["centre"] in self.centres() and body["centre"] not in self.gone()
        return bool(self.may(by, truth, "constitution", now)) and known

    def right_exit(self, body, by, truth, now) -> bool:
        one = self.centres().get(body["centre"])
        return one is not None and body["centre"] not in self.gone() and one["key"] == by

    def right_set_demand(self, body, by, truth, now) -> bool:
        demand = body["demand"]
        known = all(name in self.centres() and name not in self.gone() for name in demand["weights"])
        return bool(self.may(by, truth, "constitution", now)) and known

    def right_publish(self, body, by, truth, now) -> bool:
        same = any(all(b[f] == body[f] for f in ("kind", "name", "version")) for _, b, _, _ in self.told("publish"))
        return bool(self.may(by, truth, f"release/{body['kind']}/{body['name']}", now)) and not same

    def right_open_ballot(self, body, by, truth, now) -> bool:
        name = self.may(by, truth, f"ballot/{body['ballot']}", now)
        known = any(b["ballot"] == body["ballot"] for _, b, _, _ in self.told("open ballot"))
        return bool(name) and name == body["centre"] and not known and bool(self.centres()[name]["electorate"])

    def right_vote(self, body, by, truth, now) -> bool:
        poll = next((one for one in self.told("open ballot") if one[1]["ballot"] == body["ballot"]), None)
        if poll is None or (poll[1]["until"] and now > number(poll[1]["until"])):
            return False
        closed = any(b["ballot"] == body["ballot"] for _, b, _, _ in self.told("close ballot"))
        voted = any(b["ballot"] == body["ballot"] and voter == by for _, b, voter, _ in self.told("vote"))
        return not closed and not voted and by in poll[1]["roll"]

    def right_close_ballot(self, body, by, truth, now) -> bool:
        poll = next((one for one in self.told("open ballot") if one[1]["ballot"] == body["ballot"]), None)
        closed = any(b["ballot"] == body["ballot"] for _, b, _, _ in self.told("close ballot"))
        centre = self.centre_for(by, f"ballot/{body['ballot']}", now)
        return poll is not None and not closed and centre == poll[1]["centre"]

    def note(self, kind: str, body: dict[str, Any], by: str, now: int) -> None:
        """It happened. Rolls and imposers are those of the day."""
        if kind == "open ballot":
            body = {**body, "roll": self.centres()[body["centre"]]["electorate"]}
        if kind == "sanction":
            body = {**body, "imposer": self.centre_for(by, f"sanction/{body['agent']}", now)}
        self.past.append((kind, body, by, now))


def number(moment: str) -> int:
    """Seconds of a moment that `moment` of `walk` wrote."""
    return int(moment[11:13]) * 3600 + int(moment[14:16]) * 60 + int(moment[17:19])


def fits(subject: str, pattern: str) -> bool:
    """Patterns here end in a star or are plain."""
    return subject.startswith(pattern[:-1]) if pattern.endswith("*") else subject == pattern
