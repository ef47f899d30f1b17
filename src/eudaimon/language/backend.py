"""Which backend a place stands for: the embedded model, an endpoint, or a model from a directory or the hub."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eudaimon.errors import InputError, ModelError

if TYPE_CHECKING:
    from eudaimon.language.model import LanguageModel

NEWBORN = Path(__file__).parent.parent / "newborn"
"""The model that ships with this package."""

SMALL = 20_000_000
"""Models of fewer weights are run on one thread. Two are no faster (measured: .75 against .61 seconds for 144 replies
of the embedded model), are many times slower where other programs use the same cores, and round otherwise, so that the
same seed would give another life on another machine."""


def open_model(
    where: str | Path | None = None,
    *,
    name: str | None = None,
    template: str | Path | None = None,
    api_key: str | None = None,
    device: str = "cpu",
    dtype: str = "float32",
    threads: int | None = None,
    timeout: float | None = None,
    retries: int | None = None,
    concurrency: int | None = None,
) -> LanguageModel:
    """The language model at `where`.

    Args:
        where: None for the embedded model; the URL of an OpenAI-compatible API (`http://localhost:8000/v1`); else a
            directory that `transformers` can load, or a hub id.
        name: what the endpoint calls the model; endpoints alone have it, and need it.
        template: a Jinja chat template (a text or a file) instead of the model's own.
        api_key: of the endpoint; by default from `EUDAIMON_API_KEY` or `OPENAI_API_KEY`.
        device, dtype: for models that run here, see `LocalModel.open`.
        timeout, retries, concurrency: of the endpoint: seconds without a word from it, attempts after the first, and
            requests at a time; see `EndpointModel`.
        threads: of the CPU, for the whole process; by default one for models smaller than `SMALL`, else torch's own.

    Raises:
        InputError: there is no such model, dtype or device; or `name`, or how an endpoint is asked, is missing or out
            of place.
        ModelError: it cannot be loaded, or this installation has no embedded model.
        TemplateError: it has no chat template, and none was given; or the template cannot be used.
        EndpointRefused: the URL is none.
    """
    url = str(where) if str(where).startswith(("http://", "https://")) else None
    if where is not None and re.match(r"[\w.-]+:\d+(/|$)", str(where)):
        raise InputError(f"'{where}' looks like an endpoint without its scheme; write http://{where}")
    patience = {"timeout": timeout, "retries": retries, "concurrency": concurrency}
    asked = {what: value for what, value in patience.items() if value is not None}
    if url:
        return _endpoint(url, name, template, api_key, asked)
    if asked:
        raise InputError(f"{', '.join(asked)} say how an endpoint is asked; give its URL, or leave them out")
    if name is not None:
        raise InputError(f"a model's name ({name!r}) belongs to an endpoint; give its URL, or leave the name out")
    if where is None and not (NEWBORN / "config.json").is_file():
        raise ModelError(f"no model is embedded here ({NEWBORN} is empty); name one, or make one: eudaimon birth")
    from eudaimon.language.local import LocalModel

    with _hushed() if where is None else nullcontext():
        model = LocalModel.open(where or NEWBORN, threads=threads, dtype=dtype, device=device, template=template)
    if threads is None and sum(weights.numel() for weights in model.model.parameters()) < SMALL:
        import torch

        torch.set_num_threads(1)
    return model


def leave(model: LanguageModel) -> None:
    """Ask `model` nothing more: whoever ends a program would wait for every retry of a server that hangs, since Python
    joins the threads that ask it. A model that runs here holds nobody up."""
    left = getattr(model, "leave", None)
    if left is not None:
        left()


@contextmanager
def _hushed() -> Iterator[None]:
    """Of the embedded model nothing is worth telling while it is loaded: it takes a second, and runs without the
    kernels that transformers recommends."""
    from transformers.utils import logging

    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _endpoint(
    url: str, name: str | None, template: str | Path | None, api_key: str | None, asked: Mapping[str, Any]
) -> LanguageModel:
    shown = re.sub(r"(?<=//)[^/]*@|\?.*", "", url)
    if name is None:
        raise InputError(f"the endpoint {shown} may serve several models; say which (--model-name NAME)")
    if template is not None:
        raise InputError(f"the endpoint {shown} applies its model's chat template itself; leave the template out")
    from eudaimon.language.endpoint import EndpointModel

    return EndpointModel(url, name, api_key=api_key, **asked)
