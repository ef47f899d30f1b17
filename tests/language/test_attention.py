"""Every kernel gives the attention and the normaliser that the definition gives."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from eudaimon.language.attention import ALIGNED, attention, bias_of, fused_on_cuda, plain_attention

cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="these kernels run on a GPU, and there is none")


def case(rows: int, new: int, length: int, whole: bool, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """Queries, keys, values and what is seen; a query may see nothing, and keys lie in a larger store."""
    torch.manual_seed(seed)
    store = torch.randn(2, rows, 2, length + 5, 8)
    seen = None if whole else torch.rand(rows, 1, new, length) < 0.5
    return torch.randn(rows, 2, new, 8), store[0, :, :, :length], store[1, :, :, :length], seen


cases = st.builds(case, st.integers(1, 3), st.integers(1, 4), st.integers(1, 40), st.booleans(), st.integers(0, 99))


def same(one: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor], limit: float = 1e-5) -> None:
    for mine, theirs in zip(one, other, strict=True):
        torch.testing.assert_close(mine.float(), theirs.float(), atol=limit, rtol=limit)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_kernel_of_a_cpu_gives_what_the_definition_gives(
    drawn: tuple[Tensor, Tensor, Tensor, Tensor | None],
) -> None:
    query, keys, values, seen = drawn
    same(attention(query, keys, values, seen, 0.3, None), plain_attention(query, keys, values, seen, 0.3))


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_definition_is_that_of_softmax(drawn: tuple[Tensor, Tensor, Tensor, Tensor | None]) -> None:
    query, keys, values, seen = drawn
    answer, weight = plain_attention(query, keys, values, seen, 0.3, softcap=2.0)
    products = torch.tanh(query @ keys.transpose(2, 3) * 0.3 / 2) * 2
    products = products if seen is None else products.masked_fill(~seen, -torch.inf)
    same((answer, weight), (products.softmax(-1).nan_to_num(0) @ values, products.exp().sum(-1).log()))


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_bias_says_what_is_seen_and_each_row_begins_at_an_aligned_place(
    drawn: tuple[Tensor, Tensor, Tensor, Tensor | None],
) -> None:
    query, keys, values, seen = drawn
    seen = torch.ones(1, 1, 1, keys.shape[2], dtype=torch.bool) if seen is None else seen
    bias = bias_of(seen, query)
    assert bias.shape == (*query.shape[:3], keys.shape[2])
    assert all(stride % ALIGNED == 0 for stride in bias.stride()[:3])
    products = query @ keys.transpose(2, 3) * 0.3 + bias
    expected = plain_attention(query, keys, values, seen, 0.3)
    same((products.softmax(-1).nan_to_num(0) @ values, products.logsumexp(-1)), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("whole", [True, False])
def test_the_kernels_of_a_gpu_are_called_as_they_are_declared(dtype: torch.dtype, whole: bool) -> None:
    query, keys, values, seen = case(2, 3, 37, whole, 0)
    query, keys, values = (x.to("meta", dtype) for x in (query, keys, values))
    answer, weight = fused_on_cuda(query, keys, values, None if seen is None else seen.to("meta"), 0.3)
    assert (answer.shape, answer.dtype) == (query.shape, dtype)
    assert (weight.shape, weight.dtype) == (query.shape[:3], torch.float32)


@cuda
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("whole", [True, False])
def test_the_kernels_of_a_gpu_give_what_the_definition_gives(dtype: torch.dtype, whole: bool) -> None:
    for seed in range(8):
        query, keys, values, seen = case(3, 1 + seed % 4, 1 + 9 * seed, whole, seed)
        given = [None if x is None else x.cuda() if x.dtype is torch.bool else x.to("cuda", dtype)
                 for x in (query, keys, values, seen)]  # fmt: skip
        limit = 1e-5 if dtype is torch.float32 else 2e-2
        same(fused_on_cuda(*given, 0.3), plain_attention(*given, 0.3), limit)  # type: ignore[arg-type]


def test_nothing_seen_weighs_nothing() -> None:
    query, keys = torch.randn(1, 1, 2, 8), torch.randn(1, 1, 3, 8)
    seen = torch.tensor([[[[True, False, True], [False] * 3]]])
    for answer, weight in (
        attention(query, keys, keys, seen, 1.0, None),
        plain_attention(query, keys, keys, seen, 1.0),
    ):
        assert bool(torch.isfinite(weight[..., 0]).all())
        assert bool((weight[..., 1] == -torch.inf).all())
        assert not answer[..., 1, :].any()
