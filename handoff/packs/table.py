"""A TOML table read key by key, so that a slip of the pen is an error and never lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

T = TypeVar("T")


class PackError(ValueError):
    """A pack that cannot be read. The message says where; a pack holds nothing personal."""


class Table:
    """One TOML table; `done` refuses keys that nobody read."""

    def __init__(self, data: Mapping[str, object], where: str) -> None:
        self.where = where
        self._left = dict(data)

    def get(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The value under `key`; the default when absent. Raises `PackError` when missing or of another type."""
        value = self._left.pop(key, default)
        if value is None:
            raise PackError(f"{self.where}: {key} がありません")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise PackError(f"{self.where}: {key} の種類が違います")
        return value

    def day(self, key: str) -> date | None:
        """A date, or `None` when the key is absent."""
        return self.get(key, date) if key in self._left else None

    def words(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty when absent."""
        items = self.get(key, list, [])
        if not all(isinstance(item, str) for item in items):
            raise PackError(f"{self.where}: {key} は文字の並びです")
        return tuple(items)

    def word_lists(self, key: str) -> tuple[tuple[str, ...], ...]:
        """A list of lists of strings; empty when absent."""
        items = self.get(key, list, [])
        if not all(isinstance(item, list) and all(isinstance(word, str) for word in item) for item in items):
            raise PackError(f'{self.where}: {key} は名前の並びの並びです（例: [["first"], ["first", "second"]]）')
        return tuple(tuple(item) for item in items)

    def numbers(self, key: str) -> dict[str, int]:
        """A table of whole numbers; empty when absent."""
        table = self.get(key, dict, {})
        return {name: Table(table, f"{self.where}.{key}").get(name, int) for name in table}

    def table(self, key: str) -> Table:
        """A table below this one; empty when absent."""
        return Table(self.get(key, dict, {}), f"{self.where}.{key}")

    def named(self, key: str) -> dict[str, Table]:
        """The tables below `key` by name; empty when absent."""
        table = self.table(key)
        return {name: table.table(name) for name in tuple(table._left)}

    def tables(self, key: str) -> list[Table]:
        """A list of tables; empty when absent. Raises `PackError` when it holds anything else."""
        items = self.get(key, list, [])
        if not all(isinstance(item, dict) for item in items):
            raise PackError(f"{self.where}: {key} は表の並びです")
        return [Table(item, f"{self.where}.{key}[{number}]") for number, item in enumerate(items)]

    def choice(self, key: str, kind: Callable[[str], T]) -> T:
        """The string under `key` as `kind`. Raises `PackError` when `kind` refuses it."""
        return self._as(kind, self.get(key, str), key)

    def choices(self, key: str, kind: Callable[[str], T]) -> tuple[T, ...]:
        """The strings under `key` as `kind`; empty when absent."""
        return tuple(self._as(kind, word, key) for word in self.words(key))

    def has(self, key: str) -> bool:
        """Whether the key is there and unread."""
        return key in self._left

    def done(self) -> None:
        """Raises `PackError` when a key was never read."""
        if self._left:
            raise PackError(f"{self.where}: 知らない項目 {', '.join(sorted(self._left))}")

    def _as(self, kind: Callable[[str], T], text: str, key: str) -> T:
        try:
            return kind(text)
        except ValueError as error:
            raise PackError(f"{self.where}: {key} の値が違います: {text}") from error
