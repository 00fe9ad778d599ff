"""Proxies on PostgreSQL; a row is kept when it has ended, so that what was opened can still be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.residents.proxies import INVITED_MILLISECONDS, VIEWS_SHOWN, Proxy, Scope
from kairan.identifiers import Handle
from kairan.postgres import Opened, changed, rows

_LIVE = "select id, represented, proxy, scopes, until, asked from gateway.proxy where not ended and "


@dataclass(frozen=True)
class PostgresProxies:
    """See ``gateway.residents.proxies.Proxies``."""

    opened: Opened

    def ask(self, asked: Proxy, invitation: bytes) -> None:
        changed(
            self.opened,
            "insert into gateway.proxy (id, represented, invitation, scopes, until, asked)"
            " values (%s, %s, %s, %s, %s, %s)",
            (asked.id, bytes(asked.represented), invitation, sorted(asked.scopes), asked.until, asked.asked),
        )

    def invited(self, invitation: bytes, now: int) -> Proxy | None:
        found = self._found("proxy is null and invitation = %s and asked > %s", invitation, now - INVITED_MILLISECONDS)
        return next(iter(found), None)

    def confirm(self, invitation: bytes, proxy: Handle, now: int) -> bool:
        return bool(
            changed(
                self.opened,
                "update gateway.proxy set proxy = %(proxy)s, confirmed = %(now)s where not ended and proxy is null"
                " and invitation = %(invitation)s and asked > %(oldest)s and represented <> %(proxy)s",
                {
                    "proxy": bytes(proxy),
                    "now": now,
                    "invitation": invitation,
                    "oldest": now - INVITED_MILLISECONDS,
                },
            )
        )

    def between(self, proxy: Handle, represented: Handle, today: date) -> Proxy | None:
        found = self._found(
            "(proxy, represented) = (%s, %s) and until >= %s order by asked desc",
            bytes(proxy), bytes(represented), today,
        )  # fmt: skip
        return next(iter(found), None)

    def of(self, person: Handle, today: date) -> Sequence[Proxy]:
        return self._found("%s in (represented, proxy) and until >= %s order by asked, id", bytes(person), today)

    def end(self, name: bytes, person: Handle, now: int) -> bool:  # noqa: ARG002 - that it ended is what counts
        return bool(
            changed(
                self.opened,
                "update gateway.proxy set ended = true where not ended and id = %s and %s in (represented, proxy)",
                (name, bytes(person)),
            )
        )

    def expire(self, today: date) -> int:
        return changed(self.opened, "update gateway.proxy set ended = true where not ended and until < %s", (today,))

    def people(self) -> frozenset[Handle]:
        found = rows(
            self.opened,
            "select represented from gateway.proxy where not ended"
            " union select proxy from gateway.proxy where not ended and proxy is not null",
        )
        return frozenset(Handle(handle) for (handle,) in found)

    def close_all(self, handles: Collection[Handle]) -> int:
        named = [bytes(each) for each in handles]
        return changed(
            self.opened,
            "update gateway.proxy set ended = true where not ended and (represented = any(%s) or proxy = any(%s))",
            (named, named),
        )

    def note(self, name: bytes, page: Scope, now: int) -> None:
        changed(self.opened, "insert into gateway.proxy_view (proxy, page, at) values (%s, %s, %s)", (name, page, now))

    def views(self, person: Handle) -> Sequence[tuple[Scope, int]]:
        found = rows(
            self.opened,
            "select page, at from gateway.proxy_view join gateway.proxy on proxy.id = proxy_view.proxy"
            " where represented = %s order by at desc limit %s",
            (bytes(person), VIEWS_SHOWN),
        )
        return [(page, at) for page, at in found]

    def _found(self, condition: str, *values: Any) -> list[Proxy]:
        return [_proxy(*row) for row in rows(self.opened, _LIVE + condition, values)]


def _proxy(name: bytes, represented: bytes, proxy: bytes | None, scopes: list[Scope], until: date, asked: int) -> Proxy:
    return Proxy(name, Handle(represented), Handle(proxy) if proxy else None, frozenset(scopes), until, asked)
