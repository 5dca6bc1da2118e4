"""The public pages that tell whether a paper is genuine."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.documents.codes import read_code
from portal.documents.kinds import name_of
from portal.documents.queries import Proof, proof_of
from portal.kernel.errors import Refusal
from portal.web.limits import once_more
from portal.web.page import Crumb, Fact, Page
from portal.web.uploads import UploadField
from portal.web.views import PUBLIC, page


class CodeForm(forms.Form):
    """The code as it stands on the paper."""

    code = forms.CharField(
        label=gettext_lazy("확인 코드"),
        max_length=40,
        help_text=gettext_lazy("문서 끝에 적힌 16자리입니다. 줄표와 대소문자는 가리지 않습니다."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("확인 코드는 16자리입니다. 문서에 적힌 대로 다시 적어 주십시오."))
        return code


class FileForm(forms.Form):
    """A file to compare. It is read, compared and forgotten."""

    file = UploadField(
        kinds=frozenset({"pdf", "hwpx"}), label=gettext_lazy("비교할 파일"), max_size=settings.FILE_MAX_BYTES
    )


class TooManyChecks(Refusal):
    """Somebody tries codes, or a script runs wild."""

    code, status = "too_many_requests", 429
    message = gettext_lazy("1분 동안 확인하실 수 있는 횟수를 넘었습니다.")
    hint = gettext_lazy("1분 뒤에 다시 확인해 주십시오. 문서의 효력에는 영향이 없습니다.")


def require_patience(request: HttpRequest) -> None:
    """Raises TooManyChecks where one address has checked too often within this minute."""
    rate = once_more(f"verify.{request.META['REMOTE_ADDR']}", settings.VERIFY_PER_MINUTE)
    if rate and rate.passed:
        raise TooManyChecks


@page(PUBLIC)
def ask(request: HttpRequest) -> HttpResponse:
    """Type the code of a paper."""
    require_patience(request)
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("verify", code=form.cleaned_data["code"])
    context = {
        "page": Page(
            title=_("문서 진위 확인"), lead=_("이 누리집에서 발급한 문서가 맞는지 누구나 확인할 수 있습니다.")
        ),
        "form": form,
    }
    return render(request, "documents/verify_ask.html", context, status=422 if form.is_bound else 200)


@page(PUBLIC, ("GET", "POST"))
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """What is behind a code, and whether an uploaded file is the issued one. Never its content."""
    require_patience(request)
    written = read_code(code)
    if written and written != code and request.method == "GET":
        return redirect("verify", code=written)
    proof = proof_of(written) if written else None
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    same: bool | None = None
    if proof and form.is_bound and form.is_valid():
        upload: UploadedFile = form.cleaned_data["file"]
        same = proof.is_of(upload.chunks())
    context = {
        "page": Page(title=_("문서 진위 확인"), crumbs=[Crumb(_("문서 진위 확인"), "/verify/")]),
        "proof": proof,
        "facts": _facts(proof) if proof else (),
        "form": form,
        "same": same,
    }
    status = 404 if proof is None else 422 if form.errors else 200
    return render(request, "documents/verify.html", context, status=status)


def _facts(proof: Proof) -> list[Fact]:
    return [
        Fact(_("문서번호"), proof.number),
        Fact(_("문서 종류"), name_of(proof.kind)),
        Fact(_("발급 기관"), proof.issuer),
        Fact(_("발급일"), proof.issued_at),
        Fact(_("전자관인"), proof.sealed_by or (_("없음") if proof.sha256 else "")),
        Fact("SHA-256 (PDF)", proof.sha256),
        Fact("SHA-256 (HWPX)", proof.hwpx_sha256),
    ]
