"""What is filled in for a plan: rooms and breaks, places of the corporations, grades, moves."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matching.applications.models import Application
from matching.meetups.models import Meeting, Meetup
from matching.meetups.planning.grid import slots_of
from matching.meetups.planning.models import Calculation, Host
from matching.meetups.planning.moves import board_now, consequences, say, warm_up
from matching.meetups.planning.queries import absent_slots, grades_of, invited, others_of, own_requests, standing
from matching.meetups.workflow import MeetupState
from portal.organizations.models import Organization
from portal.security.actor import Actor
from portal.web.forms import ActorForm, NewForm

ROOM = re.compile(r"^(?P<name>[^:]{1,60}?)\s*:\s*(?P<capacity>\d{1,3})$")
BREAK = re.compile(r"^([01]\d|2[0-3]):([0-5]\d)\s*[~-]\s*([01]\d|2[0-3]):([0-5]\d)$")


class RoomsField(forms.CharField):
    """One room a line, "name: meetings at a time"."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = []
        for line in filter(None, (line.strip() for line in text.splitlines())):
            room = ROOM.match(line)
            if room is None:
                raise forms.ValidationError(
                    _("한 줄에 회의실 하나를 ‘이름: 정원’으로 적어 주십시오. 예: 2층 대회의실: 8")
                )
            found.append({"name": room["name"], "capacity": int(room["capacity"])})
        return found or None


class BreaksField(forms.CharField):
    """Breaks, "12:00~13:00", parted by commas."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = []
        for part in filter(None, (part.strip() for part in text.split(","))):
            times = BREAK.match(part)
            if times is None or part[:5] >= part[-5:]:
                raise forms.ValidationError(_("쉬는 시간은 12:00~13:00처럼 적고 쉼표로 나누어 주십시오."))
            found.append([part[:5], part[-5:]])
        return found


def rooms_text(rooms: list[dict[str, Any]]) -> str:
    return "\n".join(f"{room['name']}: {room['capacity']}" for room in rooms)


def breaks_text(breaks: list[list[str]]) -> str:
    return ", ".join("~".join(pair) for pair in breaks)


class DayFields(forms.Form):
    """The times of the day, its breaks and rooms."""

    opens = forms.TimeField(label=_("첫 만남 시작"), required=False, initial="10:00")
    closes = forms.TimeField(label=_("마지막 만남 종료"), required=False, initial="17:00")
    slot_minutes = forms.IntegerField(label=_("만남 시간(분)"), required=False, min_value=5, max_value=240, initial=25)
    gap_minutes = forms.IntegerField(label=_("이동 시간(분)"), required=False, min_value=0, max_value=120, initial=5)
    breaks = BreaksField(
        label=_("쉬는 시간"), required=False, max_length=200, help_text=_("예: 12:00~13:00, 15:00~15:20")
    )
    rooms = RoomsField(
        label=_("회의실"),
        required=False,
        max_length=2000,
        help_text=_("한 줄에 하나씩 ‘이름: 동시에 열 수 있는 만남 수’로 적어 주십시오."),
    )
    max_meetings = forms.IntegerField(
        label=_("스타트업당 최대 만남"), required=False, min_value=1, max_value=50, initial=6
    )
    grades_close_at = forms.DateTimeField(
        label=_("희망 등급 마감"), required=False, help_text=_("이 시각부터는 희망 등급을 받지 않습니다.")
    )


class PreferencesForm(ActorForm):
    """The grades of the actor's organisation for everybody it may meet, and when it can't be there."""

    submit_label = _("저장")
    absent = forms.TypedMultipleChoiceField(
        label=_("참석할 수 없는 시간"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        assert isinstance(self.obj, Meetup)
        own = own_requests(self.obj, self.actor)
        names = others_of(own, self.actor)
        self.requests: dict[str, UUID] = {}
        for application in own:
            name = f"grade_{application.number}"
            self.requests[name] = application.pk
            self.fields[name] = forms.TypedChoiceField(
                label=names[application.pk],
                choices=[("", _("아직 정하지 않음")), *((n, GRADES[n]) for n in range(5, 0, -1))],
                coerce=int,
                empty_value=None,
                required=False,
            )
        absent = self.fields.pop("absent")  # below the grades
        absent.choices = [(s.number, str(s)) for s in slots_of(self.obj)]  # type: ignore[attr-defined]
        self.fields["absent"] = absent

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        grades = {pk: found[name] for name, pk in self.requests.items() if found.get(name) is not None}
        return {"grades": grades, "absent": found.get("absent", [])}


def preferences_initial(meetup: Meetup, actor: Actor) -> dict[str, object]:
    given = grades_of(meetup, actor)
    grades = {f"grade_{a.number}": given.get(a.pk) for a in own_requests(meetup, actor)}
    return grades | {"absent": absent_slots(meetup, actor)}


GRADES = {
    5: _("5 – 꼭 만나고 싶음"),
    4: _("4 – 만나고 싶음"),
    3: _("3 – 보통"),
    2: _("2 – 시간이 남으면"),
    1: _("1 – 만나지 않아도 됨"),
}


class PartyChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Organization) -> str:
        return obj.name


class HostForm(ActorForm):
    """Where a corporation receives."""

    corporation = PartyChoice(label=_("수요 기업"), queryset=Organization.objects.none())
    room = forms.CharField(label=_("회의실"), max_length=60)
    tables = forms.RegexField(
        r"^\s*\d{1,3}(\s*,\s*\d{1,3})*\s*$",
        label=_("테이블"),
        max_length=100,
        help_text=_("번호를 쉼표로 나누어 적어 주십시오. 예: 3, 4"),
    )

    def prepare(self) -> None:
        assert isinstance(self.obj, Meetup)
        asked = invited(self.obj, self.actor).order_by().values("corporation_id")
        hosts = Host.objects.visible_to(self.actor).filter(meetup=self.obj).values("corporation_id")
        parties = Organization.objects.visible_to(self.actor)
        found = parties.filter(pk__in=asked) | parties.filter(pk__in=hosts)
        self.fields["corporation"].queryset = found.order_by("name")  # type: ignore[attr-defined]
        names = [room["name"] for room in self.obj.rooms]
        self.fields["room"] = forms.ChoiceField(label=_("회의실"), choices=[(n, n) for n in names])

    def clean_tables(self) -> list[int]:
        return [int(n) for n in self.cleaned_data["tables"].split(",")]


class BarForm(ActorForm):
    """Two that may not meet."""

    application = forms.ModelChoiceField(label=_("신청"), queryset=Application.objects.none())
    reason = forms.CharField(label=_("사유"), max_length=300, help_text=_("중소벤처기업부에서만 볼 수 있습니다."))
    lift = forms.BooleanField(label=_("다시 만날 수 있게 합니다."), required=False)

    def prepare(self) -> None:
        assert isinstance(self.obj, Meetup)
        names: Any = None

        class Choice(forms.ModelChoiceField):  # type: ignore[type-arg]
            def label_from_instance(self, obj: Application) -> str:
                return f"{obj.number} {names[obj.pk]}"

        found = invited(self.obj, self.actor)
        names = {
            pk: f"{corporation} – {startup}"
            for pk, corporation, startup in found.values_list("pk", "corporation__name", "startup__name")
        }
        self.fields["application"] = Choice(label=_("신청"), queryset=found)


class NewCalculationForm(NewForm):
    """Which meetup's timetable, and what comes first."""

    submit_label = _("계산 시작")
    meetup = forms.ModelChoiceField(label=_("행사"), queryset=Meetup.objects.none())
    first = forms.ChoiceField(
        label=_("우선하는 것"),
        choices=Calculation.First.choices,
        initial=Calculation.First.TOTAL,
        widget=forms.RadioSelect,
        help_text=_(
            "합계 우선은 희망 등급의 합계를 가장 크게, 기업 수 우선은 만남이 없는 스타트업을 가장 적게 합니다."
        ),
    )

    def prepare(self) -> None:
        states = [MeetupState.DRAFT, MeetupState.COLLECTING, MeetupState.SCHEDULED]
        found = Meetup.objects.visible_to(self.actor).filter(state__in=states)
        self.fields["meetup"].queryset = found.order_by("-day", "id")  # type: ignore[attr-defined]


class MoveForm(ActorForm):
    """Where a meeting may go, each with what it would cost; where it may not, and by which rule."""

    submit_label = _("옮기기")
    place = forms.ChoiceField(label=_("옮길 자리"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        assert isinstance(self.obj, Meeting)
        board = board_now(self.obj.meetup, self.actor)
        there = any(p.application == self.obj.application_id for p in board.places)
        seated = there and board.wishes[self.obj.application_id].corporation in board.seats
        found = consequences(board, self.obj.application_id) if seated else []
        field: Any = self.fields["place"]
        field.choices = [(f"{c.slot}-{c.table}", say(board, c)) for c in found if not c.faults]
        refused = [say(board, c) for c in found if c.faults]
        if refused:
            field.help_text = gettext("옮길 수 없는 자리: %(places)s") % {"places": " / ".join(refused)}

    def clean(self) -> dict[str, Any]:
        place = (super().clean() or {}).get("place", "")
        slot, _dash, table = place.partition("-")
        return {"slot": int(slot), "table": int(table)} if table else {}


class ReplanForm(ActorForm):
    """Who is away from now on, if anybody; then what is to come is planned anew."""

    submit_label = _("다시 짜기")
    absent = PartyChoice(
        label=_("남은 시간에 참석하지 못하는 기업"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=_("비워 두면 불참으로 기록된 만남의 자리만 다시 씁니다."),
    )

    def prepare(self) -> None:
        assert isinstance(self.obj, Meetup)
        warm_up()
        pairs = standing(self.obj, self.actor).values_list("corporation_id", "startup_id")
        parties = Organization.objects.visible_to(self.actor).filter(pk__in={p for pair in pairs for p in pair})
        self.fields["absent"].queryset = parties.order_by("kind", "name")  # type: ignore[attr-defined]
