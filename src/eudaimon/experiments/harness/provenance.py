"""Was it registered first? Git knows: the registration's commit must precede the result's.

What is frozen by a registration is not the whole file but its meaning: `REGISTRATION`, `analyse`, and everything in the
file that these two use, without comments and docstrings. How a life is run may be mended after a result; what is asked
of it, and how it is reckoned, may not, unless the result is taken away and everybody can see so.
"""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from eudaimon import __version__
from eudaimon.errors import ExperimentError

ROOTS = ("REGISTRATION", "analyse")
RESULTS = "results/experiments"
CODE = "src/eudaimon"
SOURCES = f"{CODE}/experiments"


def frozen(source: str, name: str = "experiment") -> str:
    """SHA-256 (hex) of what a registration fixes in the file `source`; `analyse` may be missing from it.

    Raises:
        ExperimentError: the file has no REGISTRATION.
    """
    tops: dict[str, list[ast.stmt]] = {}
    for statement in ast.parse(source).body:
        for bound in _binds(statement):
            tops.setdefault(bound, []).append(statement)
    if ROOTS[0] not in tops:
        raise ExperimentError(f"the file of '{name}' has no REGISTRATION; write it before anything is run")
    seen: dict[str, None] = {}
    waiting = [root for root in ROOTS if root in tops]
    while waiting:
        bound = waiting.pop()
        if bound not in seen:
            seen[bound] = None
            waiting += [used for statement in tops[bound] for used in _uses(statement) if used in tops]
    text = "\n".join(_printed(_bare(statement)) for bound in sorted(seen) for statement in tops[bound])
    return hashlib.sha256(text.encode()).hexdigest()


def code_version(near: Path) -> str:
    """The last commit that changed the package's code, in the repository that `near` belongs to; where files differ
    from it, with `+changes-` and a digest of the difference; outside of git, the package's version.

    Only `src/eudaimon` counts: a try that is written down, or a result, is no other code.
    """
    top = _git(near.parent, "rev-parse", "--show-toplevel")
    commit = top and _git(Path(top), "log", "-1", "--format=%H", "--", CODE)
    if not top or not commit:
        return f"eudaimon {__version__}, not in git"
    changes = _git(Path(top), "diff", "HEAD", "--", CODE)
    return commit[:12] + (f"+changes-{hashlib.sha256(changes.encode()).hexdigest()[:8]}" if changes else "")


def require_registered(source: Path) -> None:
    """See to it that what the file fixes is committed, where there is git at all.

    Raises:
        ExperimentError: it is not in the last commit as it stands.
    """
    top = _git(source.parent, "rev-parse", "--show-toplevel")
    if top is None:
        return
    path = source.resolve().relative_to(Path(top).resolve())
    committed = _git(Path(top), "show", f"HEAD:{path.as_posix()}")
    if committed is None or frozen(committed, source.stem) != frozen(source.read_text(encoding="utf-8"), source.stem):
        raise ExperimentError(
            f"the registration of '{source.stem}' is not committed as it stands in {path}; commit it before the first "
            "confirmatory run, or use development villages"
        )


def check_ancestry(repository: Path) -> list[str]:
    """What is out of order between registrations and results, a line each; nothing where there are no results.

    For each committed result: what its file fixes must have stood as it does now in the commit before the one that
    added the result, and the result must have been reckoned by it. What was changed since and put back is as it was.
    Results that are not committed yet are passed over.

    Raises:
        ExperimentError: the repository is a shallow clone, in which ancestry cannot be seen.
    """
    results = sorted((repository / RESULTS).glob("*.json"))
    if results and _git(repository, "rev-parse", "--is-shallow-repository") == "true":
        raise ExperimentError("this clone is shallow, so ancestry cannot be seen; run `git fetch --unshallow` first")
    return [fault for result in results for fault in _faults(repository, result)]


def _faults(repository: Path, result: Path) -> Iterator[str]:
    name, source = result.stem, repository / SOURCES / f"{result.stem}.py"
    added = _git(repository, "log", "--diff-filter=A", "-1", "--format=%H", "--", f"{RESULTS}/{name}.json")
    if not added:
        return
    if not source.exists():
        yield f"{name}: there is a result, but no {SOURCES}/{name}.py; restore the one, or take the other away"
        return
    fixed = frozen(source.read_text(encoding="utf-8"), name)
    if _frozen_at(repository, f"{added}^", f"{SOURCES}/{name}.py") != fixed:
        yield (
            f"{name}: its registration does not precede the result, which {added[:12]} added: before that commit it "
            "was not there as it stands now; run it again under the new registration and add the result anew"
        )
    if f'"{fixed}"' not in result.read_text(encoding="utf-8"):
        yield f"{name}: the result was reckoned by another registration or analysis than the file holds; run it again"


def _frozen_at(repository: Path, commit: str, path: str) -> str | None:
    source = _git(repository, "show", f"{commit}:{path}")
    try:
        return None if source is None else frozen(source)
    except (ExperimentError, SyntaxError):
        return None


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says, or None where it fails or is not there."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _binds(statement: ast.stmt) -> list[str]:
    """The names that a top-level statement gives a meaning to."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    return [node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def _uses(statement: ast.stmt) -> list[str]:
    return [node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)]


def _bare(statement: ast.stmt) -> ast.stmt:
    """The statement without docstrings."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return statement


if sys.version_info[:2] == (3, 12):
    # This version alone prints `f"{a['b']}"` as `f'{a['b']}'`; a digest must not depend on who reckons it.

    class _Printer(ast._Unparser):  # type: ignore[name-defined,misc]
        def visit_JoinedStr(self, node: ast.JoinedStr) -> None:  # noqa: N802
            with self.buffered() as buffer:
                super().visit_JoinedStr(node)
            text = "".join(buffer)
            if text[1:4] not in ('"""', "'''"):
                quote = next((q for q in ("'", '"', '"""', "'''") if q not in text[2:-1]), text[1])
                text = f"f{quote}{text[2:-1]}{quote}"
            self.write(text)

    def _printed(statement: ast.stmt) -> str:
        """The statement as every other version prints it."""
        return str(_Printer().visit(statement))

else:

    def _printed(statement: ast.stmt) -> str:
        """The statement as it is printed, whatever its layout in the file."""
        return ast.unparse(statement)
