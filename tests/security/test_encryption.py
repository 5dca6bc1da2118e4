"""Encrypted fields: what the database holds, keys that change while the portal runs, masked display, unmasking."""

import base64
import os
import secrets
import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import connection
from django.test import override_settings

from matching.startups.models import Profile
from portal.accounts import factors
from portal.accounts.models import User
from portal.audit.models import AccessRecord
from portal.kernel.roles import Kind, Role
from portal.security import encryption
from portal.security.actor import acting, system
from portal.security.encryption import Undecipherable, current_prefix, decrypt, encrypt, masked
from portal.security.models import grant
from tests.database import ROOT

PHONE = "010-9876-5432"


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def make_profile(world):
    startup = world.organization(Kind.STARTUP, "테솔로")
    with system("test"):
        made = Profile(startup=startup, representative="대표", phone=PHONE)
        made.save(force_insert=True)
    return made


@pytest.fixture
def profile(world):
    return make_profile(world)


def stored(table="startups_profile"):
    with system("check"), connection.cursor() as cursor:
        cursor.execute(f"SELECT phone FROM {table}")
        return [row[0] for row in cursor.fetchall()]


def test_a_value_comes_back_and_no_two_are_alike():
    one, two = encrypt(PHONE, "p"), encrypt(PHONE, "p")
    assert one != two and PHONE not in one and decrypt(one, "p") == decrypt(two, "p") == PHONE


def test_what_was_changed_or_moved_does_not_decrypt():
    value = encrypt(PHONE, "p")
    raw = bytearray(base64.urlsafe_b64decode(value.rpartition(":")[2]))
    for at in range(len(raw)):
        wrong = raw.copy()
        wrong[at] ^= 1
        with pytest.raises(Undecipherable):
            decrypt(current_prefix() + base64.urlsafe_b64encode(wrong).decode(), "p")
    for wrong, purpose in (
        (value, "other"),
        (PHONE, "p"),
        ("", "p"),
        (value.replace("enc1:", "enc1:x"), "p"),
        (value[:30], "p"),
    ):
        with pytest.raises(Undecipherable):
            decrypt(wrong, purpose)


def test_keys_are_told_apart(settings):
    old, new = new_key(), new_key()
    settings.FIELD_KEYS = [old]
    value = encrypt(PHONE, "p")
    settings.FIELD_KEYS = [new, old]
    assert decrypt(value, "p") == PHONE and not value.startswith(current_prefix())
    assert encrypt(PHONE, "p").startswith(current_prefix())
    settings.FIELD_KEYS = [new]
    with pytest.raises(Undecipherable):
        decrypt(value, "p")
    settings.FIELD_KEYS = ["c2hvcnQ="]
    with pytest.raises(ValueError, match="32 bytes"):
        encryption.keys()


def test_the_database_holds_no_number(profile):
    with system("check"):
        assert Profile.objects.get().phone == PHONE
        with pytest.raises(FieldError):
            Profile.objects.filter(phone=PHONE).exists()
        assert Profile.objects.filter(phone__isnull=False).exists()
    for table in ("startups_profile", "startups_profilehistory"):
        [value] = stored(table)
        assert value.startswith(current_prefix()) and "9876" not in value


def test_masked():
    assert [masked(t) for t in ("", "1234567", PHONE)] == ["", "****", "****5432"]


def test_rotation_without_downtime(transactional_db):
    """The owner's command moves rows and history, silently; who reads meanwhile reads on."""
    from tests.fixtures import World

    profile = make_profile(World())
    old, new = os.environ.get("FIELD_KEYS") or "ZGVtby1vbmx5" + "A" * 31 + "=", new_key()
    env = os.environ | {"PORTAL_MODE": "test", "FIELD_KEYS": f"{new},{old}"}
    command = [sys.executable, "manage.py", "reencrypt_fields"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "startups.Profile.phone: 1" in done.stdout and "startups.ProfileHistory.phone: 1" in done.stdout
    again = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert "startups.Profile.phone: 0" in again.stdout
    from django.test import override_settings

    with override_settings(FIELD_KEYS=[new]), system("check"):
        assert Profile.objects.get(pk=profile.pk).phone == PHONE
        assert [p.phone for p in Profile.pgh_event_model.objects.filter(id=profile.pk)] == [PHONE], "no further history"


def test_the_application_may_not_rewrite_history(profile):
    from django.db import ProgrammingError, transaction

    with system("test"), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE startups_profilehistory SET phone = ''")


@pytest.fixture
def officer(world):
    return world(world.organization(Kind.MINISTRY, "중소벤처기업부"), Role.OFFICER)


def test_others_see_the_end_of_a_number(world, profile, officer, client_of, frozen):
    own = world(profile.startup, Role.REPRESENTATIVE)
    url, api = f"/startups/{profile.pk}/", f"/api/v1/startups/{profile.pk}/"
    assert PHONE in client_of(own).get(url).content.decode()
    assert client_of(own).get(api).json()["phone"] == PHONE
    for path in (url, api):
        page = client_of(officer).get(path).content.decode()
        assert "****5432" in page and "9876" not in page


def test_unmasking_is_an_act_with_a_reason(world, profile, officer, client_of, frozen):
    client, url = client_of(officer), f"/startups/{profile.pk}/unmask-phone/"
    assert f"{url}" in client.get(f"/startups/{profile.pk}/").content.decode()
    assert client.post(url, {"reason": "x"}).status_code == 422
    with system("check"):
        assert not AccessRecord.objects.filter(act="unmasked").exists()
    page = client.post(url, {"reason": "서류 보완 안내 전화"}, follow=True).content.decode()
    assert PHONE in page
    assert PHONE not in client.get(f"/startups/{profile.pk}/").content.decode(), "shown once"
    with system("check"):
        made = AccessRecord.objects.get(act="unmasked")
    assert (made.owner_id, made.user_id, made.detail) == (
        profile.startup_id, officer.user_id, {"field": "phone", "reason": "서류 보완 안내 전화"},
    )  # fmt: skip
    assert PHONE not in str(made.__dict__)


def test_who_has_no_business_to_call_does_not_unmask(world, profile, officer, client_of, frozen):
    house = world.organization(Kind.CORPORATION, "현대자동차")
    manager, evaluator = world(house, Role.MANAGER), world(house, Role.EVALUATOR)
    url = f"/startups/{profile.pk}/unmask-phone/"
    assert client_of(manager).post(url, {"reason": "미팅 일정 조율"}).status_code == 404, "doesn't see the startup"
    with acting(officer):
        grant(
            purpose="startup",
            subject_id=profile.startup_id,
            organization_id=house.pk,
            cause="t",
            cause_id=profile.pk,
            actor=officer,
        )
    assert client_of(evaluator).post(url, {"reason": "미팅 일정 조율"}).status_code == 403
    assert PHONE in client_of(manager).post(url, {"reason": "미팅 일정 조율"}, follow=True).content.decode()


def test_secrets_of_the_second_factor_lie_encrypted(world):
    """In the database; what was stored plain before is encrypted by the migration, and keys can be changed."""
    actor = world(world.organization(Kind.STARTUP), Role.MEMBER)
    user, secret = User.objects.get(pk=actor.user_id), generate_totp_secret()
    TOTP.activate(user, secret)
    codes = RecoveryCodes.activate(user)

    def secrets_now():
        return {
            n: v for f in Authenticator.objects.filter(user=user) for n, v in f.data.items() if n in factors.SECRETS
        }

    assert set(secrets_now()) == set(factors.SECRETS)
    assert all(value.startswith(current_prefix()) for value in secrets_now().values()) and secret not in str(
        secrets_now()
    )
    for factor in Authenticator.objects.filter(user=user):
        factor.data |= {n: factors.FactorAdapter().decrypt(factor.data[n]) for n in factors.SECRETS if n in factor.data}
        factor.save()
    assert secret in str(secrets_now())
    factors.encrypt_plain(Authenticator.objects.filter(user=user))
    with override_settings(FIELD_KEYS=[new_key(), *settings.FIELD_KEYS]):
        assert factors.reencrypt(10) == 2 and factors.reencrypt(10) == 0
        assert all(value.startswith(current_prefix()) for value in secrets_now().values())
        factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        assert TOTP(factor).validate_code(
            format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
        )
        left = RecoveryCodes(Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES))
        assert left.get_unused_codes() == codes.get_unused_codes()
