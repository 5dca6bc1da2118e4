"""Recommendation lists in the hands of a worker: what falls over, twice, or after its owner has left."""

import pytest

from matching.recommendations import uploads
from matching.recommendations.workflow import UploadState
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Membership, Organization
from portal.outbox.models import Message
from portal.outbox.tasks import RETRIES
from portal.outbox.tasks import work as outbox_work
from portal.security.actor import acting, system
from tests.matching.test_recommendation_uploads import (
    GOOD,
    OTHER,
    fresh,
    invited,
    recommended,
    rows_of,
    upload,
    work,
    xlsx,
)

__all__ = ["invited"]


def test_the_check_says_when_its_owner_has_left(scene):
    made = upload(scene, xlsx(scene, GOOD), check=False)
    with system("test world"):
        Membership.objects.filter(pk=scene.coordinator.membership_id).update(roles=[str(Role.ADMINISTRATOR)])
    work("recommendations.check_upload")
    assert fresh(made).state == UploadState.REFUSED and "권한" in fresh(made).problem


def test_the_writing_says_when_its_owner_has_left(scene):
    made = upload(scene, xlsx(scene, GOOD))
    with acting(scene.coordinator):
        uploads.confirm(upload=made, actor=scene.coordinator)
    with system("test world"):
        Membership.objects.filter(pk=scene.coordinator.membership_id).update(roles=[str(Role.ADMINISTRATOR)])
    work("recommendations.confirm_upload")
    assert recommended() == [] and fresh(made).state == UploadState.CHECKED and "권한" in fresh(made).problem


def fall(job, exhausted):
    """Have the outbox work on the job's only waiting message; `exhausted`: this was the last attempt."""
    with system("test relay"):
        message = Message.objects.exclude(state="done").get(job=job)
        Message.objects.filter(pk=message.pk).update(attempts=len(RETRIES) if exhausted else 0)
    with pytest.raises(RuntimeError):
        outbox_work(message_id=str(message.pk))
    with system("test relay"):
        assert Message.objects.get(pk=message.pk).state == ("given_up" if exhausted else "failed")


def test_writing_that_falls_over_writes_nothing_and_is_done_at_the_next_attempt(scene, monkeypatch, frozen):
    made = upload(scene, xlsx(scene, GOOD, OTHER))
    with acting(scene.coordinator):
        uploads.confirm(upload=made, actor=scene.coordinator)
    with monkeypatch.context() as broken:
        broken.setattr(uploads, "later", fail)  # the last thing that is done
        fall("recommendations.confirm_upload", exhausted=False)
    assert recommended() == [] and fresh(made).state == UploadState.CONFIRMING
    with system("check"):
        message = Message.objects.get(job="recommendations.confirm_upload")
        assert not Organization.objects.filter(kind=Kind.STARTUP).exists()
    for _ in range(2):  # twice is once
        outbox_work(message_id=str(message.pk))
        with acting(scene.coordinator):
            uploads.write(upload_id=made.pk, actor=scene.coordinator)
    assert len(recommended()) == 2 and fresh(made).state == UploadState.CONFIRMED


def test_a_job_that_is_given_up_leaves_words_and_a_way_to_try_again(scene, monkeypatch, client_of, frozen):
    client = client_of(scene.coordinator)
    made = upload(scene, xlsx(scene, GOOD), check=False)
    url = f"/recommendation-uploads/{made.pk}/"
    with monkeypatch.context() as broken:
        broken.setattr(uploads.queries, "surroundings", fail)
        fall("recommendations.check_upload", exhausted=False)
        assert fresh(made).state == UploadState.CHECKING
        fall("recommendations.check_upload", exhausted=True)
    assert (fresh(made).state, rows_of(made)) == (UploadState.FAILED, [])
    page = client.get(url).content.decode()
    assert "시스템 문제로 파일을 확인하지 못했습니다" in page and f"{url}check_again/" in page
    assert client_of(scene.rival_center).post(f"{url}check_again/").status_code == 404
    assert client.post(f"{url}check_again/").status_code == 302
    work("recommendations.check_upload")
    assert (fresh(made).state, fresh(made).problem) == (UploadState.CHECKED, "")
    assert client.post(f"{url}confirm/").status_code == 302
    with monkeypatch.context() as broken:
        broken.setattr(uploads.queries, "surroundings", fail)
        fall("recommendations.confirm_upload", exhausted=True)
    assert fresh(made).state == UploadState.CHECKED and recommended() == []
    assert "아무것도 반영하지 못했습니다" in client.get(url).content.decode()
    assert client.post(f"{url}confirm/").status_code == 302
    work("recommendations.confirm_upload")
    assert fresh(made).state == UploadState.CONFIRMED and len(recommended()) == 1


def fail(*_args, **_given):
    raise RuntimeError("out of order")


def test_the_check_twice_changes_nothing(scene):
    made = upload(scene, xlsx(scene, GOOD))
    with acting(scene.coordinator):
        uploads.check(upload_id=made.pk, actor=scene.coordinator)
    assert len(rows_of(made)) == 1
