"""What the supervisor must know about one process."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


def _at_once() -> bool:
    return True


@dataclass(frozen=True)
class Service:
    """One long-running process.

    `account`: user id and group id to run as, or None. `ready`: asked until it says yes.
    `engine`: stopped only after everything that uses it. `patience`: seconds until a start
    counts as failed; a process that ends before that is started again if `stubborn`.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    account: tuple[int, int] | None = None
    ready: Callable[[], bool] = _at_once
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 10.0
    patience: float = 120.0
    stubborn: bool = False
    engine: bool = False
