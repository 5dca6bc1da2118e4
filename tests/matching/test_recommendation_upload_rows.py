"""Recommendation lists row by row: what the walls hold, two centers at one startup, and as many queries for many rows."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from matching.recommendations import operations, uploads
from matching.recommendations.models import ConsensusNote, Recommendation, Upload, UploadRow
from matching.recommendations.workflow import State, UploadState
from matching.startups.models import Profile
from portal.kernel.ids import new_id
from portal.kernel.roles import Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from portal.security.inserting import insert_many, insert_rows
from portal.security.search import found_by
from tests.matching.test_recommendation_uploads import (
    GOOD,
    OTHER,
    confirm,
    fresh,
    invited,
    recommended,
    rows_of,
    upload,
    work,
    xlsx,
)

__all__ = ["invited"]


def test_the_database_holds_what_python_would_let_pass(scene):
    made = upload(scene, xlsx(scene, GOOD, GOOD))
    mine = Upload.objects.visible_to(scene.coordinator).filter(pk=made.pk)
    with acting(scene.coordinator), pytest.raises(Exception, match="Invalid transition"), transaction.atomic():
        mine.update(state=UploadState.CONFIRMED)
    with system("test"), pytest.raises(IntegrityError, match="upload_confirmed_without_errors"), transaction.atomic():
        copy = Upload.objects.get(pk=made.pk)
        copy.pk, copy.state, copy.confirmed_at = new_id(), UploadState.CONFIRMED, scene.world.now
        copy.save(force_insert=True)
    row = UploadRow(
        upload=made, center_id=scene.rival_center.organization_id, uploaded_by_id=scene.rival_center.user_id,
        number=9, values={}, outcome="new",
    )  # fmt: skip
    with acting(scene.rival_center), pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_queries_do_not_grow_with_the_rows(scene, client_of, frozen):
    counts = {}
    for size in (1, 40):
        rows = [GOOD | {"business_no": number(n), "company": f"기업{n}"} for n in range(100 + size, 100 + 2 * size)]
        made = upload(scene, xlsx(scene, *rows), check=False)
        with CaptureQueriesContext(connection) as check, acting(scene.coordinator):
            uploads.check(upload_id=made.pk, actor=scene.coordinator)
        made = fresh(made)
        with CaptureQueriesContext(connection) as page:
            assert client_of(scene.coordinator).get(f"/recommendation-uploads/{made.pk}/").status_code == 200
        with CaptureQueriesContext(connection) as confirmed:
            confirm(scene, made)
        counts[size] = (len(check), len(page), len(confirmed))
    assert counts[1] == counts[40], counts


def number(n):
    """A business number that passes and is not issued."""
    digits = [int(c) for c in f"00088{n:04d}"]
    total = sum(w * d for w, d in zip((1, 3, 7, 1, 3, 7, 1, 3, 5), digits, strict=True)) + 5 * digits[8] // 10
    return f"000-88-{n:04d}{-total % 10}"


def test_a_list_that_is_worked_on_keeps_its_file(scene, client_of, frozen):
    """What was confirmed, or may still be, stays; the file of a list that came to nothing may go."""
    made = upload(scene, xlsx(scene, GOOD))
    client, url = client_of(scene.coordinator), f"/files/{made.file_id}/remove/"
    assert client.post(url).status_code == 409
    with acting(scene.coordinator):
        uploads.discard(upload=made, actor=scene.coordinator)
    assert client.post(url).status_code == 302
    with system("check"):
        assert Upload.objects.select_related("file").get(pk=made.pk).file.state == "removed"


def test_two_centers_recommend_one_startup(scene, invited):
    """One organisation, a recommendation of each center, and neither sees the other's."""
    for actor in (scene.coordinator, scene.rival_center):
        made = upload(scene, xlsx(scene, GOOD), actor=actor)
        with acting(actor):
            uploads.confirm(upload=made, actor=actor)
        work("recommendations.confirm_upload")
        assert fresh(made).state == UploadState.CONFIRMED
    first, second = recommended()
    assert first.startup_id == second.startup_id and first.center_id != second.center_id
    for actor in (scene.coordinator, scene.rival_center):
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM recommendations_recommendation")
            assert cursor.fetchone() == (1,)


def test_a_list_changes_only_what_was_flagged(scene):
    confirm(scene, upload(scene, xlsx(scene, GOOD)))
    one = recommended()[0]
    with system("test world"):
        Organization.objects.filter(pk=one.startup_id).update(verified_at=scene.world.now)
        startup = scene.world(Organization.objects.get(pk=one.startup_id), Role.REPRESENTATIVE)
    with acting(startup):
        operations.consent(recommendation=one, actor=startup)
    with acting(scene.officer):
        operations.return_(
            recommendation=one, actor=scene.officer, reason="보완", remarks={"priority": "다시 정해 주십시오."}
        )
    refused = upload(scene, xlsx(scene, GOOD | {"priority": "2", "company": "다른 이름"}))
    assert refused.state == UploadState.REFUSED
    assert [p["column"] for p in rows_of(refused)[0].problems] == ["company"]
    confirm(scene, upload(scene, xlsx(scene, GOOD | {"priority": "2"})))
    assert (recommended()[0].state, recommended()[0].priority, recommended()[0].remarks) == (State.SUBMITTED, 2, {})


def test_whole_lists_pass_no_wall_and_leave_their_history(scene):
    """What is inserted in one statement is asked row by row, and each row has its history."""
    confirm(scene, upload(scene, xlsx(scene, GOOD, OTHER)))
    one = recommended()[0]
    with system("check"):
        for model, count in ((Recommendation, 2), (Profile, 2), (ConsensusNote, 1)):
            found = model.pgh_event_model.objects.all()
            assert found.count() == count, model
            assert {h.pgh_context["organization"] for h in found} == {str(scene.coordinator.organization_id)}
        told = Recommendation.pgh_event_model.objects.values_list("pgh_context__transition", flat=True)
        assert set(told) == {"recommendation.request_consent"}
    for actor, text, found in (
        (scene.coordinator, "둘째", ["둘째"]),
        (scene.coordinator, "로봇 핸드", ["테솔로", "둘째"]),
        (scene.rival_center, "둘째", []),
    ):
        with acting(actor):
            seen = found_by(Recommendation.objects.visible_to(actor), text).order_by("business_no")
            assert [r.company for r in seen] == found
    one.pk = new_id()
    with acting(scene.rival_center), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        insert_many([one])
    stranger = {"id": new_id(), **operations.of_center(scene.coordinator)}
    kept = {f.column: getattr(one, f.column) for f in Recommendation._meta.concrete_fields if f.name != "version"}
    with acting(scene.rival_center), pytest.raises(Exception, match="row-level security"), transaction.atomic():
        insert_rows(Recommendation, [kept | stranger])
