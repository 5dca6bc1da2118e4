"""A small database backend that tells PostgreSQL who is acting.

The context is set with `set_config(name, value, is_local => true)`, so it ends with its transaction. It is sent in
front of a statement, in the same round trip: before the first statement of a transaction, whenever the context
changed since (system blocks, history words), and before every statement in autocommit mode, where each is a
transaction of its own. A rolled-back savepoint may take the settings back with it: then they are sent again.
"""

import json
from typing import Any

from django.db.backends.postgresql import base
from psycopg2.extensions import cursor as PsycopgCursor  # noqa: N812

from portal.kernel.clock import now
from portal.security.actor import Actor, Context, current_context

NOBODY = "00000000-0000-0000-0000-000000000000"


def settings_of(context: Context) -> dict[str, str]:
    """The context as PostgreSQL settings. No value is ever empty: an empty one means that no context was set."""
    actor = context.actor
    words = dict(context.history) | {"at": actor.now.isoformat()}
    if actor.user_id:
        words |= {"user": str(actor.user_id), "name": actor.name}
    if actor.organization_id:
        words |= {"organization": str(actor.organization_id), "organization_name": actor.organization_name}
        words["kind"] = str(actor.kind)
    if context.system:
        words["system"] = context.system
    return {
        "portal.kind": str(actor.kind) if actor.kind else "-",
        "portal.organization": str(actor.organization_id or NOBODY),
        "portal.membership": str(actor.membership_id or NOBODY),
        "portal.user": str(actor.user_id or NOBODY),
        "portal.roles": "{" + ",".join(sorted(map(str, actor.roles))) + "}",
        "portal.now": actor.now.isoformat(),
        "portal.system": context.system or "-",
        "pghistory.context_metadata": json.dumps(words, ensure_ascii=False),
    }


SETTINGS = tuple(settings_of(Context(Actor.public(now()))))
_UNKNOWN = object()  # a rolled-back savepoint may have taken the settings back


class ContextCursor(PsycopgCursor):
    """A cursor that sends the context ahead of the statement where it has changed."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: Any, vars: Any = None) -> None:
        prefix = self.wrapper.context_prefix()
        if prefix:
            text = query if isinstance(query, str) else str(query, "utf-8")
            query = (prefix if vars is None else prefix.replace("%", "%%")) + text
        super().execute(query, vars)

    def executemany(self, query: Any, vars_list: Any) -> None:
        for vars in vars_list:
            self.execute(query, vars)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with the actor's context."""

    _sent: Any = None  # what this transaction has been told: a Context, None (nothing yet) or _UNKNOWN

    def create_cursor(self, name: str | None = None) -> Any:
        if name and not self.connection.autocommit:
            # A server-side cursor can't carry the prefix: send the context by itself before it. Outside a transaction
            # the context would end with that statement, so there an ordinary cursor reads instead.
            with self.connection.cursor(cursor_factory=ContextCursor) as ahead:
                ahead.wrapper = self
                ahead.execute("SELECT 1")
            return super().create_cursor(name)
        cursor = self.connection.cursor(cursor_factory=ContextCursor)
        cursor.wrapper = self
        cursor.tzinfo_factory = self.tzinfo_factory  # type: ignore[attr-defined]
        return cursor

    def context_prefix(self) -> str:
        """The statement that sets the context, or "" where the database knows it already."""
        context = current_context()
        if context == self._sent or (context is None and self.connection.autocommit):
            return ""
        values = settings_of(context) if context else dict.fromkeys(SETTINGS, "")
        if not self.connection.autocommit:
            self._sent = context
        return f"SELECT {', '.join(f'set_config({_literal(k)}, {_literal(v)}, true)' for k, v in values.items())}; "

    def forget_context(self, sent: Any = None) -> None:
        self._sent = sent

    def _set_autocommit(self, autocommit: bool) -> None:
        self.forget_context()
        super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _commit(self) -> Any:
        self.forget_context()
        return super()._commit()  # type: ignore[misc]

    def _rollback(self) -> Any:
        self.forget_context()
        return super()._rollback()  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        # Nothing may go ahead of the rollback: in an aborted transaction any other statement fails.
        self.forget_context(current_context())
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.forget_context(_UNKNOWN)

    def close(self) -> None:
        self.forget_context()
        super().close()


def _literal(value: str) -> str:
    """A PostgreSQL string literal (standard_conforming_strings is on)."""
    if "\x00" in value:
        raise ValueError("NUL in a context value")
    return "'" + value.replace("'", "''") + "'"
