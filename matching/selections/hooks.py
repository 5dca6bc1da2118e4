"""What upper rooms do in the transaction of a selection's confirmation: `hook(selection=…, actor=…)`."""

from collections.abc import Callable
from typing import Any

on_confirmed: list[Callable[..., Any]] = []
