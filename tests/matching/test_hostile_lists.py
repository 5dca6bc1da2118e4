"""Lists as people really send them: damaged, dressed up, far too long, or at the same moment as somebody else's."""

import io
import time
import zipfile

import openpyxl
import pytest
from django.db import transaction

from matching.recommendations import uploads
from matching.recommendations.models import ConsensusNote
from matching.recommendations.rows import KOREAN
from matching.recommendations.sheets import HEADER
from matching.recommendations.workflow import State, UploadState
from portal.files.models import File
from portal.files.refusal import RefusedFile
from portal.files.spreadsheets import write_csv, write_xlsx
from portal.kernel.roles import Kind, Role
from portal.organizations.models import Organization
from portal.security.actor import acting, system
from tests.files import samples
from tests.matching.conftest import build_scene
from tests.matching.races import at_once, committed_world  # noqa: F401
from tests.matching.test_recommendation_uploads import (
    GOOD,
    OTHER,
    REASON,
    confirm,
    fresh,
    invited,  # noqa: F401
    recommended,
    rows_of,
    sent,
    upload,
    work,
    xlsx,
)

SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(1)>"


def book(scene, *rows):
    """The list as an open workbook, to be dressed up."""
    return openpyxl.load_workbook(io.BytesIO(xlsx(scene, *rows)))


def saved(workbook):
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def column(name):
    return list(KOREAN).index(name) + 1


# --- the file --------------------------------------------------------------------------------------------------------


def long_xlsx(rows):
    """A sheet with so many rows, small enough to pass as a file."""
    cells = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, rows + 2))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(write_xlsx(HEADER, [], title="추천"))) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"</sheetData>", cells.encode() + b"</sheetData>")
            new.writestr(name, part)
    return out.getvalue()


def test_a_hundred_thousand_rows_are_refused_in_words_and_at_once(scene):
    line = [scene.demand.number, *[""] * (len(HEADER) - 1)]
    for name, content in (("긴.csv", write_csv(HEADER, [line] * 100_000)), ("긴.xlsx", long_xlsx(100_000))):
        begin = time.process_time()
        made = upload(scene, content, name=name)
        assert time.process_time() - begin < 5
        assert made.state == UploadState.REFUSED and "최대 20,000행" in made.problem
        assert rows_of(made) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("추천.xlsm", samples.office("xlsx")),
        ("추천.xlsx", samples.office("xlsx", **{"xl/vbaProject.bin": b"macro"})),
        ("추천.xlsx", lambda: zip_bomb()),
        ("추천.xlsx", samples.ole()),
    ],
    ids=["named as with macros", "with macros", "bomb", "old or encrypted"],
)
def test_what_would_hurt_is_not_stored(scene, name, content):
    content = content() if callable(content) else content
    begin = time.process_time()
    with acting(scene.coordinator), pytest.raises(RefusedFile) as refused:
        uploads.create(actor=scene.coordinator, program=scene.program, file=sent(content, name))
    assert time.process_time() - begin < 5 and str(refused.value) and refused.value.hint
    with system("check"):
        assert not File.objects.exists()


def zip_bomb():
    return samples.office("xlsx", **{"xl/worksheets/sheet1.xml": b"0" * (400 * 1024 * 1024)})


def test_merged_cells_are_said_by_row_and_column(scene):
    """Only the first cell of a merged range holds the value: the others are named, nothing is guessed."""
    merged = book(scene, GOOD, OTHER)
    merged.active.merge_cells(start_row=2, end_row=3, start_column=1, end_column=1)
    made = upload(scene, saved(merged))
    first, second = rows_of(made)
    assert made.state == UploadState.REFUSED and first.problems == []
    assert [(second.number, p["column"]) for p in second.problems] == [(3, "demand_no")]
    titled = book(scene, GOOD)
    titled.active.merge_cells(start_row=1, end_row=1, start_column=1, end_column=2)
    made = upload(scene, saved(titled))
    assert made.state == UploadState.REFUSED and "제목 행에 빈 칸" in made.problem


def test_hidden_sheets_are_not_read(scene):
    dressed = book(scene, GOOD)
    hidden = dressed.create_sheet("숨김", 0)
    hidden.append(HEADER)
    hidden.append([{"demand_no": scene.demand.number, **OTHER}.get(name, "") for name in KOREAN])
    hidden.sheet_state = "hidden"
    made = upload(scene, saved(dressed))
    assert [row.values["company"] for row in rows_of(made)] == ["테솔로"]


def test_formulas_are_never_computed_nor_kept(scene):
    """A formula without a computed value is an empty cell; what is text stays text, here and in files we write."""
    dressed = book(scene, GOOD, OTHER | {"consensus_note": "=1+1"})
    dressed.active.cell(2, column("company")).value = '=HYPERLINK("http://evil.example","테솔로")'
    made = upload(scene, saved(dressed))
    first, second = rows_of(made)
    assert [p["column"] for p in first.problems] == ["company"] and first.values["company"] == ""
    assert second.problems == [] and second.values["consensus_note"] == "=1+1"


# --- what the cells say ----------------------------------------------------------------------------------------------


def test_html_in_every_text_stays_text(scene, client_of, frozen):
    texts = {"reason": f"{SCRIPT} {REASON}", "consensus_note": IMAGE}
    made = upload(scene, xlsx(scene, GOOD | texts, OTHER))
    client = client_of(scene.coordinator)
    pages = [f"/recommendation-uploads/{made.pk}/"]
    confirm(scene, made)
    pages += [f"/recommendations/{recommended()[0].pk}/", "/recommendations/", "/"]
    for url in pages:
        page = client.get(url).content.decode()
        assert SCRIPT not in page and IMAGE not in page, url
    assert recommended()[0].reason.startswith(SCRIPT) and "&lt;script&gt;" in client.get(pages[1]).content.decode()
    for name in ("demand_no", "business_no", "company", "representative", "email", "phone", "tech_fields", "trl"):
        refused = upload(scene, xlsx(scene, GOOD | {name: SCRIPT}))
        assert [p["column"] for p in rows_of(refused)[0].problems] == [name]
        page = client.get(f"/recommendation-uploads/{refused.pk}/").content.decode()
        assert SCRIPT not in page, name


def test_full_width_digits_are_the_same_startup(scene):
    confirm(scene, upload(scene, xlsx(scene, GOOD)))
    wide = {
        "business_no": "０００－８８－０００１３",
        "phone": "０１０－１２３４－５６７８",
        "trl": "６",
        "priority": "１",
    }
    again = upload(scene, xlsx(scene, GOOD | wide))
    assert (again.state, again.changes) == (UploadState.CHECKED, 0)
    twice = upload(scene, xlsx(scene, OTHER, OTHER | {"business_no": "０００８８０００２７"}))
    assert [p["column"] for p in rows_of(twice)[1].problems] == ["business_no"] and twice.errors == 1


def test_a_wrong_check_digit_writes_nothing(scene):
    made = upload(scene, xlsx(scene, OTHER, GOOD | {"business_no": "000-88-00014"}))
    assert made.state == UploadState.REFUSED and "검증번호" in rows_of(made)[1].problems[0]["words"]
    with system("check"):
        assert not Organization.objects.filter(kind=Kind.STARTUP).exists()


# --- with others -----------------------------------------------------------------------------------------------------


def test_three_centers_recommend_one_startup(scene, invited):  # noqa: F811
    """One organisation with three recommendations; it answers each by itself, and none sees another's opinion."""
    third = scene.world(scene.world.organization(Kind.CENTER, "부산창조경제혁신센터"), Role.COORDINATOR)
    centers = [scene.coordinator, scene.rival_center, third]
    for number, actor in enumerate(centers):
        made = upload(scene, xlsx(scene, GOOD | {"consensus_note": f"의견 {number}"}), actor=actor)
        with acting(actor):
            uploads.confirm(upload=made, actor=actor)
        work("recommendations.confirm_upload")
    found = recommended()
    assert len(found) == 3 and len({one.startup_id for one in found}) == 1
    assert {one.state for one in found} == {State.CONSENT_REQUESTED}
    for number, actor in enumerate(centers):
        with acting(actor):
            assert [n.text for n in ConsensusNote.objects.visible_to(actor)] == [f"의견 {number}"]


def test_two_people_confirm_the_same_startups_at_once(committed_world):  # noqa: F811
    """One list is written as a whole; the other not at all, with words, or, a moment later, as nothing new."""
    scene = build_scene(committed_world)
    with system("check"):
        center = Organization.objects.get(pk=scene.coordinator.organization_id)
    people = [scene.coordinator, scene.world(center, Role.COORDINATOR)]
    lists = [upload(scene, xlsx(scene, GOOD, OTHER), actor=actor) for actor in people]

    def both(actor, made):
        with acting(actor):
            uploads.confirm(upload=made, actor=actor)
            with transaction.atomic():
                uploads.write(upload_id=made.pk, actor=actor)

    assert at_once(*(lambda a=a, m=m: both(a, m) for a, m in zip(people, lists, strict=True))) == [None, None]
    found = sorted((fresh(made) for made in lists), key=lambda made: made.state)
    late, written = found
    assert written.state == UploadState.CONFIRMED and len(recommended()) == 2
    assert late.state == UploadState.CONFIRMED or "반영하지 않았습니다" in late.problem


def test_one_list_is_confirmed_once(committed_world):  # noqa: F811
    scene = build_scene(committed_world)
    made = upload(scene, xlsx(scene, GOOD))

    def once():
        with acting(scene.coordinator):
            return uploads.confirm(upload=made, actor=scene.coordinator).state

    results = at_once(once, once)
    assert sorted(type(result).__name__ for result in results) == ["UploadState", "WrongState"]
    work("recommendations.confirm_upload")
    assert fresh(made).state == UploadState.CONFIRMED and len(recommended()) == 1
