"""A device that is not the CPU, for machines that have none: its tensors lie in ordinary memory and refuse, as a GPU's
do, to be computed with those of the CPU. Whoever forgets to say where a tensor is to be finds it out here.

It is torch's `PrivateUse1` under the name `distant`. Speed, kernels and memory are no GPU's; the tests that need
those are skipped without one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map
from torch.utils.backend_registration import _DummyBackendModule, _setup_privateuseone_for_python_backend

NAME = "distant"
DEVICE = f"{NAME}:0"
MOVES = ("_to_copy", "copy_", "set_")
LOOKED_UP = ("index", "index_put", "index_put_", "_index_put_impl_", "_unsafe_index", "_unsafe_index_put")
"""May be asked with a CPU's indices, as on a GPU."""


class Distant(torch.Tensor):
    """A tensor that says that it is elsewhere; its numbers are `inner`'s."""

    inner: torch.Tensor

    @staticmethod
    def __new__(cls, inner: torch.Tensor) -> Distant:
        with torch.inference_mode(False):  # what is made in that mode has no version, and views would ask for one
            made = torch.Tensor._make_wrapper_subclass(
                cls, inner.size(), inner.stride(), inner.storage_offset(), dtype=inner.dtype,
                device=torch.device(DEVICE), requires_grad=False,
            )  # fmt: skip
        made.inner = inner
        return made

    def data_ptr(self) -> int:
        return self.inner.data_ptr()

    def storage(self) -> Any:
        return self.inner.storage()

    def untyped_storage(self) -> Any:
        return self.inner.untyped_storage()

    def tolist(self) -> Any:
        return self.inner.tolist()

    def __deepcopy__(self, memo: dict[int, Any]) -> torch.Tensor:
        made: torch.Tensor = Distant(self.inner.detach().clone())
        if isinstance(self, torch.nn.Parameter):
            made = torch.nn.Parameter(made, self.requires_grad)
        return memo.setdefault(id(self), made)

    def __repr__(self, **_: Any) -> str:
        return f"Distant({self.inner!r})"

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return computed(func, args, kwargs or {})


class _Here(TorchDispatchMode):
    """Makes tensors elsewhere where that is asked for."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return computed(func, args, kwargs or {})


def computed(func: Any, args: Any, kwargs: Any) -> Any:
    """What an operation gives: elsewhere, where its tensors are or where it is told to put them."""
    given = [one for one in tree_flatten((args, kwargs))[0] if isinstance(one, torch.Tensor)]
    ours = [one for one in given if isinstance(one, Distant)]
    asked = [one for one in tree_flatten((args, kwargs))[0] if isinstance(one, torch.device)]
    name = func.overloadpacket.__name__
    if ours and name not in MOVES:
        strangers = [one for one in given if not isinstance(one, Distant) and one.dim()]
        if strangers and not (name in LOOKED_UP and isinstance(args[0], Distant)):
            raise RuntimeError(
                f"{name}: expected all tensors to be on the same device, but one of {tuple(strangers[0].shape)} is on "
                f"the CPU and one of {tuple(ours[0].shape)} elsewhere"
            )
    there = asked[0].type == NAME if asked else bool(ours)
    if name == "copy_":
        there = isinstance(args[0], Distant)
    before = {id(one.inner): one for one in ours}
    inner_args, inner_kwargs = tree_map(_opened, (args, kwargs))
    found = func(*inner_args, **inner_kwargs)
    if name == "_local_scalar_dense":
        return found

    def wrapped(one: Any) -> Any:
        if not isinstance(one, torch.Tensor) or isinstance(one, Distant):
            return one
        if there:
            return before[id(one)] if id(one) in before else Distant(one)
        return one.clone() if id(one) in before else one  # back on the CPU it is another memory

    return tree_map(wrapped, found)


def _opened(one: Any) -> Any:
    if isinstance(one, torch.device) and one.type == NAME:
        return torch.device("cpu")
    return one.inner if isinstance(one, Distant) else one


class _Module(_DummyBackendModule):
    """What torch asks a device's module."""

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        return [torch.bfloat16, torch.float16]


_casts: list[torch.library.Library] = []
"""Autocasting, which does nothing here; it ends with its library, which is therefore kept."""


@cache
def _register() -> None:
    """Once for a process, which has this accelerator from then on: run what needs it in one of its own."""
    _setup_privateuseone_for_python_backend(NAME, _Module())
    _casts.append(torch.library.Library("_", "IMPL", "AutocastPrivateUse1"))
    _casts[0].fallback(torch.library.fallthrough_kernel)


@contextmanager
def distant() -> Iterator[str]:
    """The name of the device, which is there as long as this lasts."""
    _register()
    before = torch._C._only_lift_cpu_tensors()
    torch._C._set_only_lift_cpu_tensors(True)  # else `torch.tensor` moves what it made without asking anybody
    try:
        with _Here():
            yield DEVICE
    finally:
        torch._C._set_only_lift_cpu_tensors(before)
