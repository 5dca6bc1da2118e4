"""What waits on somebody about recommendations, and the messages about them."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matching.recommendations.models import Recommendation, Upload
from matching.recommendations.operations import consent_withdrawn, program_closed
from matching.recommendations.workflow import State, UploadState
from matching.startups.consents import on_withdrawal
from portal.files.holding import release
from portal.files.models import File
from portal.kernel.roles import Kind, Role
from portal.merging.hanging import moves
from portal.notifications.messages import declare
from portal.security.actor import Actor, system
from portal.web.page import Todo
from portal.web.registry import NavItem, add_nav, add_todos
from portal.web.todolist import each_or_all
from programs.plans.operations import on_closing

MOST = 20


def todos(actor: Actor) -> Iterable[Todo]:
    if actor.kind == Kind.MINISTRY and actor.has(Role.OFFICER):
        yield from _waiting(actor, {State.SUBMITTED: _("추천 검토")})
    elif actor.kind == Kind.STARTUP and actor.has(Role.REPRESENTATIVE):
        yield from _waiting(actor, {State.CONSENT_REQUESTED: _("추천 동의")})
        yield from _waiting(actor, {State.SUBMITTED: _("추천 접수")}, for_=_("중소벤처기업부"))
    elif actor.kind == Kind.CENTER and actor.has(Role.COORDINATOR, Role.HEAD):
        yield from _waiting(actor, {State.DRAFT: _("추천 동의 요청"), State.RETURNED: _("추천 보완")})
        yield from _waiting(actor, {State.CONSENT_REQUESTED: _("추천 동의")}, for_=_("스타트업"))
        yield from _waiting(actor, {State.SUBMITTED: _("추천 접수")}, for_=_("중소벤처기업부"))
        yield from _lists(actor)


def _waiting(actor: Actor, texts: dict[State, str], for_: str = "") -> Iterator[Todo]:
    for state, text in texts.items():

        def each(one: Recommendation, text: str = text) -> Todo:
            url = reverse("recommendations:detail", args=[one.pk])
            return Todo(f"{text}: {one.company} – {one.demand_title}", url, waiting_for=for_)

        found = Recommendation.objects.visible_to(actor).filter(state=state).order_by("id")
        place = f"{reverse('recommendations:list')}?state={state}"
        yield from each_or_all(found, each, text=text, url=place, waiting_for=for_)


def _lists(actor: Actor) -> Iterator[Todo]:
    words = {
        UploadState.CHECKED: _("추천 목록 반영: %(file)s"),
        UploadState.FAILED: _("추천 목록 다시 확인: %(file)s"),
    }
    found = Upload.objects.visible_to(actor).filter(state__in=words).select_related("file").order_by("id")
    for one in found[:MOST]:
        yield Todo(
            words[UploadState(one.state)] % {"file": one.file.name},
            reverse("recommendation-uploads:detail", args=[one.pk]),
        )


def holds_file(file: File) -> str:
    """The file of a list stays while it is worked on, and where it was confirmed."""
    with system("the list that a file belongs to"):
        upload = Upload.objects.filter(file=file).first()
    if upload is None or upload.state in (UploadState.REFUSED, UploadState.FAILED, UploadState.DISCARDED):
        return ""
    if upload.state == UploadState.CONFIRMED:
        return _("추천 목록으로 반영한 파일이라 삭제할 수 없습니다.")
    return _("확인 중이거나 반영을 기다리는 추천 목록의 파일입니다. 반영하지 않기로 한 뒤에 삭제해 주십시오.")


def register() -> None:
    on_withdrawal(consent_withdrawn)
    on_closing(program_closed)
    release("recommendations.upload", holds_file)
    moves((Recommendation, "startup"))
    add_todos("recommendations", todos)
    everybody = frozenset({Kind.MINISTRY, Kind.CENTER, Kind.STARTUP, Kind.CORPORATION})
    add_nav(NavItem(pgettext_lazy("list", "추천"), "recommendations:list", kinds=everybody, order=30))
    center = frozenset({Kind.CENTER})
    add_nav(NavItem(gettext_lazy("추천 일괄 등록"), "recommendation-uploads:list", kinds=center, order=31))
    for event, (title, body) in MESSAGES.items():
        room = event.partition(".")[0] + "s"
        declare(event, title=title, body=body, url_name=f"{room}:detail")


MESSAGES = {
    "recommendation.consent_requested": (
        gettext_lazy("추천 동의 요청: %(title)s"),
        gettext_lazy("센터가 귀사를 추천하려고 합니다. 추천 내용을 확인하고 정보 제공에 동의해 주십시오."),
    ),
    "recommendation.consented": (
        gettext_lazy("추천 동의 완료: %(title)s"),
        gettext_lazy("기업이 정보 제공에 동의하여 추천이 제출되었습니다."),
    ),
    "recommendation.submitted": (
        gettext_lazy("추천 검토 요청: %(title)s"),
        gettext_lazy("새로 제출된 추천을 검토하여 접수하거나 보완을 요청해 주십시오."),
    ),
    "recommendation.returned": (
        gettext_lazy("추천 보완 요청: %(title)s"),
        gettext_lazy("담당자의 의견을 확인하고 내용을 고쳐 다시 제출해 주십시오."),
    ),
    "recommendation.accepted": (
        gettext_lazy("추천 접수 완료: %(title)s"),
        gettext_lazy("추천이 접수되어 수요 기업에 전달되었습니다."),
    ),
    "recommendation.arrived": (
        gettext_lazy("새로운 추천 기업: %(title)s"),
        gettext_lazy("귀사의 협업 수요에 추천된 스타트업을 확인해 주십시오."),
    ),
    "recommendation.rejected": (
        gettext_lazy("추천 반려: %(title)s"),
        gettext_lazy("추천이 반려되었습니다. 사유를 확인해 주십시오."),
    ),
    "recommendation.withdrawn": (
        gettext_lazy("추천 철회: %(title)s"),
        gettext_lazy("추천이 철회되었습니다. 사유를 확인해 주십시오."),
    ),
    "recommendation.revoked": (
        gettext_lazy("추천 동의 철회: %(title)s"),
        gettext_lazy("추천받으신 스타트업이 정보 제공 동의를 철회하여 더 보실 수 없습니다."),
    ),
    "recommendation-upload.checked": (
        gettext_lazy("추천 목록 확인 완료: %(outcome)s"),
        gettext_lazy("올리신 추천 목록을 확인했습니다. 결과를 보고 반영하거나 오류를 고쳐 다시 올려 주십시오."),
    ),
    "recommendation-upload.confirmed": (
        gettext_lazy("추천 목록 반영 완료: %(outcome)s"),
        gettext_lazy("추천 목록의 모든 행을 반영하고 스타트업에 동의를 요청했습니다."),
    ),
    "recommendation-upload.stopped": (
        gettext_lazy("추천 목록을 처리하지 못했습니다"),
        gettext_lazy("올리신 추천 목록을 처리하지 못했으며 아무것도 반영하지 않았습니다. 사유를 확인해 주십시오."),
    ),
}
