"""What stood under NDA in submissions from before it was frozen with them: from the change history, where it says so."""

from typing import Any

from django.db import migrations

from portal.kernel.ids import new_id
from portal.security.actor import system

# As of the instant of each submission; what is handed in and not open again can't have changed since.
FOUND = """
SELECT r.demand_id, r.corporation_id, r.state, r.current, r.number, COALESCE(
    (SELECT h.text FROM demands_detailhistory h
     WHERE h.demand_id = r.demand_id AND h.pgh_created_at <= r.handed_in_at ORDER BY h.pgh_id DESC LIMIT 1),
    (SELECT d.text FROM demands_detail d
     WHERE d.demand_id = r.demand_id AND r.number = r.current AND r.state NOT IN ('draft', 'returned')))
FROM demands_revision r
WHERE NOT EXISTS (SELECT FROM demands_detailrevision f WHERE f.demand_id = r.demand_id AND f.number = r.number)
"""
WRITE = """
INSERT INTO demands_detailrevision (id, demand_id, corporation_id, state, current, number, text)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def freeze(_apps: Any, editor: Any) -> None:
    with system("details of earlier submissions"), editor.connection.cursor() as cursor:
        cursor.execute(FOUND)
        for row in [row for row in cursor.fetchall() if row[-1]]:
            cursor.execute(WRITE, [new_id(), *row])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [("demands", "0006_detail_as_handed_in")]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
