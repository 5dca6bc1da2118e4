"""Consents that were given with a recommendation before there was a record of their own.

The recommendation says who of the startup agreed, when, and to whom the profile goes: center and corporation. Where it
was withdrawn or turned down, or its program is over, the consent has ended: it is not written anew.
"""

from typing import Any

from django.db import migrations

from portal.kernel.ids import new_id
from portal.security.actor import system

ITEMS = ["identity", "contact", "technology", "business", "collaboration", "recommendation"]
FOUND = """
SELECT r.startup_id, to_whom.id, left(r.demand_number || ' ' || r.demand_title, 160), r.id, r.consented_at,
       r.consented_by_id
FROM recommendations_recommendation r
JOIN plans_program p ON p.id = r.program_id AND p.state NOT IN ('closed', 'archived')
CROSS JOIN LATERAL (VALUES (r.center_id), (r.corporation_id)) AS to_whom (id)
WHERE r.consented_at IS NOT NULL AND r.consented_by_id IS NOT NULL AND r.state IN ('submitted', 'returned', 'accepted')
  AND NOT EXISTS (
      SELECT FROM startups_consent c
      WHERE c.cause_id = r.id AND c.startup_id = r.startup_id AND c.recipient_id = to_whom.id)
ORDER BY r.consented_at, r.id
"""
WRITE = """
INSERT INTO startups_consent
    (id, purpose, items, state, startup_id, recipient_id, about, cause_id, given_at, given_by_id)
VALUES (%s, 'recommendation', %s, 'given', %s, %s, %s, %s, %s, %s)
"""


def write_down(_apps: Any, editor: Any) -> None:
    with system("consents that recommendations imply"), editor.connection.cursor() as cursor:
        cursor.execute(FOUND)
        for row in cursor.fetchall():
            cursor.execute(WRITE, [new_id(), ITEMS, *row])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0004_remarks_coordinator_lists"),
        ("startups", "0003_whole_profile"),
        ("plans", "0001_initial"),
    ]
    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]
