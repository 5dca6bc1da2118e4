"""What every house has: members, files, documents, mails, records, webhooks, tokens."""

from datetime import timedelta

from matching.recommendations.models import Upload, UploadRow
from matching.selections.models import Line
from portal.api.models import IdempotencyKey, Token
from portal.audit.models import AccessRecord, RecordCheck, RecordReview, RecordSeal
from portal.documents.models import Batch, Counter, Document
from portal.files.models import File
from portal.joining.models import JoinRequest
from portal.kernel.roles import Kind
from portal.merging.models import StartupMerge
from portal.notifications.models import Mail, MailContent, Notification
from portal.organizations.models import Invitation, Membership, MembershipUse, Organization
from portal.outbox.models import Message
from portal.resets.models import SecondFactorReset
from portal.rolereviews.models import RoleReview
from portal.security.models import Block
from portal.signon.models import Identity
from portal.webhooks.models import Delivery, Webhook
from tests.sides.side import Side, Writer


class Ground(Writer):
    def _ground(self, side: Side) -> None:
        at, parties = self.world.now, self._parties(side)
        startup, center = parties["startup"], side.houses[Kind.CENTER]
        program, user = parties["program"], self._user(side, "representative")
        side.rows[Organization] = startup
        side.rows[Membership] = side.memberships["representative"]
        self._put(side, MembershipUse, membership=side.memberships["representative"], organization=startup, used_at=at)
        self._put(
            side, RoleReview, membership=side.memberships["representative"], organization=startup, user_id=user,
            roles=["representative"], decision="keeps", reviewed_at=at,
            reviewed_by_id=side.memberships["startup administrator"].user_id,
        )  # fmt: skip
        self._put(
            side, StartupMerge, duplicate=startup, into=self.shared.houses[Kind.MINISTRY], reason="중복",
            proposed_at=at, proposed_by_id=self._user(side, "officer"),
        )  # fmt: skip
        self._put(
            side, Invitation, organization=startup, email=f"new@{side.name}.example", roles=["member"],
            token_hash=side.name * 32, invited_at=at, expires_at=at + timedelta(days=7),
        )  # fmt: skip
        self._put(
            side, JoinRequest, user_id=user, organization=startup, business_no=f"000-88-0000{side.name}",
            message=f"참여 요청 {side.name}", asked_at=at, expires_at=at + timedelta(days=14),
        )  # fmt: skip
        self._put(
            side, SecondFactorReset, user_id=user, organization=startup, reason=f"분실 {side.name}", asked_at=at,
            asked_by_id=side.memberships["startup administrator"].user_id,
        )  # fmt: skip
        self._put(side, Identity, user_id=user, issuer="https://sso.example", subject=f"sub-{side.name}", linked_at=at)
        file = self._put(
            side, File, owner=center, subject="recommendations.upload", subject_id=program.pk, name="목록.xlsx",
            media_type="text/csv", size=1, sha256="0" * 64, key=f"files/{side.name}",
            uploaded_by_id=self._user(side, "coordinator"), uploaded_at=at,
        )  # fmt: skip
        upload = self._put(
            side, Upload, program=program, center=center, file=file, state="checked", rows=1, uploaded_at=at,
            uploaded_by_id=self._user(side, "coordinator"), checked_at=at,
        )  # fmt: skip
        self._put(
            side, UploadRow, upload=upload, center=center, uploaded_by_id=upload.uploaded_by_id, number=1, values={},
            outcome="new",
        )  # fmt: skip
        self._put(
            side, Document, program_id=program.pk, year=program.year, kind="결과", serial=1,
            number=f"DTV-{program.year}-결과-0001", title="통지", owner=startup, subject="selections.line",
            subject_id=side.rows[Line].pk, template="documents/selection_result.html", data={}, code=f"code-{side.name}",
            issuer="중소벤처기업부", issued_at=at,
        )  # fmt: skip
        self._put(
            side,
            Batch,
            program_id=program.pk,
            owner=side.houses[Kind.CORPORATION],
            title="통지 일괄",
            total=1,
            started_at=at,
        )
        self._put(side, Counter, year=program.year, kind="결과", last=1)
        self._put(
            side, Notification, event_id=program.pk, user_id=user, event="e", title="제목", url="/", created_at=at
        )
        mail = self._put(side, Mail, event_id=program.pk, to=f"{side.name}@x.example", created_at=at)
        webhook = self._put(
            side, Webhook, organization=startup, membership=side.memberships[f"{Kind.STARTUP} administrator"],
            url=f"https://{side.name}.example/hook", events=["organization.verified"], created_at=at,
        )  # fmt: skip
        self._put(
            side, Delivery, webhook=webhook, organization=startup, event_id=startup.pk, event="organization.verified",
            subject="organizations.organization", subject_id=startup.pk, created_at=at,
        )  # fmt: skip
        self._put(side, MailContent, mail=mail, subject="제목", body="본문")
        self._put(side, Message, job="test", created_at=at, due_at=at)
        Message(
            job="test", arguments={"about": f"감춘 일 {side.name}"}, created_at=at, due_at=at, confidential=True
        ).save(force_insert=True)
        hidden = Mail(event_id=startup.pk, to=f"hidden.{side.name}@x.example", created_at=at, confidential=True)
        hidden.save(force_insert=True)
        AccessRecord(
            at=at, owner_id=startup.pk, user_name=f"감춘 열람 {side.name}", act="view", subject="legal.legalcase",
            confidential=True,
        ).save(force_insert=True)  # fmt: skip
        record = self._put(side, AccessRecord, at=at, owner_id=startup.pk, act="view", subject="startups.profile")
        self._put(
            side,
            RecordSeal,
            number=int(startup.pk) % 10**15 + 1,
            record=record,
            tx=0,
            salt=b"",
            personal=b"",
            digest=b"",
        )
        self._put(side, RecordCheck, requested_at=at, requested_by="감사")
        self._put(side, RecordReview, month=at.date().replace(day=1), reviewed_at=at, reviewed_by_id=user)
        self._put(
            side, Token, user_id=user, membership=side.memberships["representative"], name="t", scopes=["read"],
            token_hash=side.name * 32, created_at=at, expires_at=at + timedelta(days=1),
        )  # fmt: skip
        self._put(
            side, IdempotencyKey, membership_id=side.memberships["representative"].pk, key="k", request_hash="0" * 64,
            created_at=at,
        )  # fmt: skip
        self._put(
            side, Block, subject_id=program.pk, user_id=self._user(side, "evaluator"), cause="t", cause_id=program.pk
        )
