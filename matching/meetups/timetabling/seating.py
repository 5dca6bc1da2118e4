"""Which table of its corporation each meeting has."""

from collections.abc import Iterable

from matching.meetups.timetabling.instance import Held, Instance


def seated(instance: Instance, slots: Iterable[tuple[int, int]]) -> list[Held]:
    """(request, slot) pairs with tables: published ones keep theirs where they can, the others take the lowest free."""
    before = {p.request: p for p in (*instance.locked, *instance.published) if p.table is not None}
    groups: dict[tuple[int, int], list[int]] = {}
    for request, slot in slots:
        groups.setdefault((instance.requests[request].corporation, slot), []).append(request)
    found = []
    for (corporation, slot), requests in groups.items():
        free = set(range(instance.corporations[corporation].tables))
        later = []
        for request in sorted(requests):
            wish = before.get(request)
            if wish is not None and wish.slot == slot and wish.table in free:
                free.remove(wish.table)
                found.append(wish)
            else:
                later.append(request)
        found += [Held(request, slot, table) for request, table in zip(later, sorted(free), strict=False)]
    return sorted(found, key=lambda h: (h.slot, h.request))
