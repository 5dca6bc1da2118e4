"""What happens to join requests by themselves."""

from django.utils.translation import gettext_lazy

from portal.joining.models import JoinRequest
from portal.joining.operations import expire
from portal.outbox.post import job
from portal.security.actor import Actor, system


@job("joining.expire", label=gettext_lazy("가입 신청 만료"))
def expire_request(*, actor: Actor, request_id: str) -> None:
    """End a request whose fourteen days are over."""
    with system("join requests run out"):
        expire(request=JoinRequest.objects.select_for_update().get(pk=request_id), actor=actor)
