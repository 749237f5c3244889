"""Rows a layer need not compute, found by watching one pass.

First layer: where a module's input depends on the token alone (no position yet, nothing attended to), one row of every
distinct token is enough. Last layer: behind attention only the rows that are read matter. Everything in between runs on
all rows. Exactness is proven afterwards like that of any path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch

from loaders.backends.transformers_backend.packed_attention import RUN
from loaders.backends.transformers_backend.packed_row import PackedRow

_QUERY_ONLY = "q_proj"
"""A projection that only makes queries is needed at rows read only."""
_LEAST_REPEATS = 16
"""Tokens a row must repeat at other positions before equal inputs say anything."""


@dataclass(frozen=True, slots=True)
class RowSavings:
    """Modules that may run on fewer rows."""

    by_token: tuple[torch.nn.Module, ...]
    """Of the first layer: one row of every distinct token."""
    where_read: tuple[torch.nn.Module, ...]
    """Of the last layer: the rows read."""
    last_attention: torch.nn.Module | None

    @classmethod
    def found(cls, model: Any, run: Callable[[], object]) -> RowSavings:
        """Watch `run()`, one pass of a packed row through `model`."""
        layers = max((each for each in model.modules() if isinstance(each, torch.nn.ModuleList)), key=len, default=None)
        if layers is None:
            return cls((), (), None)
        first, last = _weighty(layers[0]), _weighty(layers[-1])
        by_token: list[torch.nn.Module] = []
        called: list[tuple[torch.nn.Module, int]] = []
        order: list[torch.nn.Module] = []

        def watch(module: torch.nn.Module, args: tuple[Any, ...], output: Any) -> None:
            state = RUN.get()
            order[:] = state.order
            if not (len(args) == 1 and isinstance(output, torch.Tensor) and _is_row(args[0], state.row)):
                return
            if module in last:
                called.append((module, len(state.order)))
            if module in first and _depends_on_token_alone(args[0], state.row):
                by_token.append(module)

        handles = [module.register_forward_hook(watch) for module in {*first, *last}]
        try:
            run()
        finally:
            for handle in handles:
                handle.remove()
        names = {module: name for name, module in layers[-1].named_modules()}
        where_read = [
            module for module, before in called
            if before == len(order) or names[module].rpartition(".")[2] == _QUERY_ONLY
        ]  # fmt: skip
        where_read = [module for module in where_read if module in last]
        return cls(
            tuple(_outermost([module for module in by_token if module not in where_read])),
            tuple(_outermost(where_read)),
            order[-1] if order and order[-1] in set(layers[-1].modules()) else None,
        )

    @contextmanager
    def applied(self, row: PackedRow) -> Iterator[None]:
        """A context in which these modules run on the rows of `row` that are needed."""

        def choose(rows: torch.Tensor) -> Callable[..., Any]:
            return lambda module, args: (args[0].index_select(-2, rows.to(args[0].device)),)

        def repeat(module: torch.nn.Module, args: object, output: torch.Tensor) -> torch.Tensor:
            return output.index_select(-2, row.token_of.to(output.device))

        def scatter(module: torch.nn.Module, args: object, output: torch.Tensor) -> torch.Tensor:
            whole = output.new_zeros(*output.shape[:-2], row.ids.shape[1], output.shape[-1])
            return whole.index_copy_(-2, row.read_rows.to(output.device), output)

        handles = []
        for modules, rows, after in (
            (self.by_token, row.one_of_each, repeat),
            (self.where_read, row.read_rows, scatter),
        ):
            for module in modules:
                handles.append(module.register_forward_pre_hook(choose(rows)))
                handles.append(module.register_forward_hook(after))
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()


def _weighty(layer: torch.nn.Module) -> set[torch.nn.Module]:
    """Modules inside a layer that hold matrices."""
    return {each for each in layer.modules() if each is not layer and any(p.ndim > 1 for p in each.parameters())}


def _outermost(modules: list[torch.nn.Module]) -> list[torch.nn.Module]:
    """Those that lie in no other of them."""
    inner = {part for module in modules for part in module.modules() if part is not module}
    return [module for module in dict.fromkeys(modules) if module not in inner]


def _is_row(inputs: object, row: PackedRow) -> bool:
    return isinstance(inputs, torch.Tensor) and inputs.ndim == 3 and inputs.shape[1] == row.ids.shape[1]


def _depends_on_token_alone(inputs: torch.Tensor, row: PackedRow) -> bool:
    at_other_positions = torch.unique(torch.cat([row.ids, row.positions]), dim=1).shape[1] - len(row.one_of_each)
    if at_other_positions < _LEAST_REPEATS:
        return False
    return torch.equal(inputs[:, row.one_of_each][:, row.token_of], inputs)
