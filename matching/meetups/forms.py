"""What officers and corporations fill in."""

from datetime import datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _

from matching.applications.models import Application
from matching.meetups.models import Meeting, Meetup, Outcome
from matching.meetups.planning.forms import DayFields, breaks_text, rooms_text
from matching.meetups.queries import outcome_of, ratings_of, to_place
from portal.kernel.formats import SEOUL
from portal.security.actor import Actor
from portal.web.forms import ActorForm, NewForm
from programs.plans.models import Program


class MeetupFields(DayFields):
    name = forms.CharField(label=_("행사명"), max_length=120)
    venue = forms.CharField(label=_("장소"), max_length=120)
    day = forms.DateField(label=_("날짜"))
    field_order = ["program", "name", "venue", "day"]


class MeetupForm(MeetupFields, ActorForm):
    """Changing a meetup."""


class NewMeetupForm(MeetupFields, NewForm):
    """Beginning a meetup: also says of which program."""

    program = forms.ModelChoiceField(label=_("사업"), queryset=Program.objects.none(), empty_label=None)

    def prepare(self) -> None:
        self.fields["program"].queryset = Program.objects.visible_to(self.actor).order_by("-year", "-id")  # type: ignore[attr-defined]


class ApplicationChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Application) -> str:
        return f"{obj.number} {obj.startup} – {obj.corporation}, {obj.demand.title}"


class NewMeetingForm(NewForm):
    """One meeting of a meetup (the form's object). Times are of the meetup's day in Seoul."""

    application = ApplicationChoice(
        label=_("신청"), queryset=Application.objects.none(), help_text=_("밋업에 초대된 신청이 보입니다.")
    )
    table = forms.IntegerField(label=_("테이블"), min_value=1, max_value=200)
    starts_at = forms.TimeField(label=_("시작"))
    ends_at = forms.TimeField(label=_("종료"))

    def prepare(self) -> None:
        assert isinstance(self.obj, Meetup)
        found = to_place(self.obj.program_id, self.actor).select_related("startup", "corporation", "demand")
        self.fields["application"].queryset = found.order_by("number")  # type: ignore[attr-defined]

    def clean_starts_at(self) -> datetime:
        return self._on_the_day(self.cleaned_data["starts_at"])

    def clean_ends_at(self) -> datetime:
        return self._on_the_day(self.cleaned_data["ends_at"])

    def _on_the_day(self, found: time) -> datetime:
        assert isinstance(self.obj, Meetup)
        return datetime.combine(self.obj.day, found, tzinfo=SEOUL)


class OutcomeForm(ActorForm):
    """What comes of a meeting."""

    result = forms.ChoiceField(label=_("결과"), choices=Outcome.Result.choices, widget=forms.RadioSelect)
    owner_name = forms.CharField(
        label=_("기업 측 담당자"),
        required=False,
        max_length=60,
        help_text=_("협업 추진이나 검토 중이면 다음 연락을 맡을 사람을 적어 주십시오."),
    )
    due_on = forms.DateField(
        label=_("다음 연락 기한"), required=False, help_text=_("협업 추진이나 검토 중이면 반드시 정해 주십시오.")
    )
    reason = forms.CharField(
        label=_("스타트업에 전할 사유"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("추진하지 않는 경우에 적어 주십시오. 적으신 그대로 스타트업에 전달됩니다."),
    )


SCORES = {
    5: _("5 – 매우 좋았습니다"),
    4: _("4 – 좋았습니다"),
    3: _("3 – 보통이었습니다"),
    2: _("2 – 아쉬웠습니다"),
    1: _("1 – 맞지 않았습니다"),
}


class RatingForm(ActorForm):
    """How the actor's side found the meeting."""

    submit_label = _("저장")
    score = forms.TypedChoiceField(
        label=_("만남 평가"),
        choices=[(n, SCORES[n]) for n in range(5, 0, -1)],
        coerce=int,
        widget=forms.RadioSelect,
        help_text=_("중소벤처기업부만 읽습니다. 상대에게는 보이지 않으며 선정에 쓰이지 않습니다."),
    )
    comment = forms.CharField(
        label=_("의견"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("준비, 진행, 상대의 이해도처럼 다음 밋업에 도움이 될 것을 적어 주십시오."),
    )


def initial(meetup: Meetup) -> dict[str, object]:
    found: dict[str, object] = {name: getattr(meetup, name) for name in MeetupFields.base_fields}
    return found | {"rooms": rooms_text(meetup.rooms), "breaks": breaks_text(meetup.breaks)}


def outcome_initial(meeting: Meeting, actor: Actor) -> dict[str, object] | None:
    found = outcome_of(meeting, actor)
    return {name: getattr(found, name) for name in OutcomeForm.base_fields} if found else None


def rating_initial(meeting: Meeting, actor: Actor) -> dict[str, object] | None:
    own = ratings_of([meeting], actor).get(meeting.pk)
    return {name: getattr(own[0], name) for name in RatingForm.base_fields} if own else None
