from django.db import migrations

from portal.accounts.factors import encrypt_plain


def forwards(apps, schema_editor):
    encrypt_plain(apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn").iterator())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(forwards)]
