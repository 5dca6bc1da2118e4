"""What was sent and recorded about legal cases before it was marked as confidential."""

from django.db import migrations

from portal.security.operations import copied

MARK = """
UPDATE outbox_message SET confidential = true WHERE arguments ->> 'subject' LIKE 'legal.%';
UPDATE notifications_mail SET confidential = true
    WHERE event_id IN (SELECT id FROM outbox_message WHERE arguments ->> 'subject' LIKE 'legal.%');
UPDATE outbox_message SET confidential = true
    WHERE arguments ->> 'mail_id' IN (SELECT id::text FROM notifications_mail WHERE confidential);
UPDATE audit_accessrecord SET confidential = true WHERE subject LIKE 'legal.%' OR subject LIKE '%/legal-cases/%'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("legal", "0003_counts"),
        ("audit", "0003_confidential"),
        ("notifications", "0003_confidential"),
        ("outbox", "0002_confidential"),
    ]
    operations = [copied(MARK)]
