"""Files on a claim."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from claims import events
from claims.commands.base import locked_claim
from claims.models import Attachment, Claim
from claims.policies import can_attach_file, require
from core.actors import Actor
from core.errors import InvalidInput
from core.files import RefusedFile, av_scan, inspect_upload, make_thumbnail
from events.commands import record


def attach_file(
    *, actor: Actor, claim: Claim, upload: UploadedFile[bytes], description: str = ""
) -> Attachment:
    """Keep an uploaded file with the claim: type detected, hashed, thumbnail for pictures.

    The same content on the same claim is kept once. Raises NotPermitted, InvalidInput with the
    sentence why the file is refused.
    """
    require(can_attach_file(actor, claim))
    try:
        facts = inspect_upload(upload, upload.name or "")
        scan = av_scan(upload)
        thumbnail = make_thumbnail(upload) if facts.is_image else None
    except RefusedFile as refusal:
        raise InvalidInput({"file": refusal.message}, code=refusal.code) from refusal
    upload.seek(0)
    with locked_claim(claim) as fresh:
        same = Attachment.objects.filter(claim=fresh, sha256=facts.sha256).first()
        if same is not None:
            return same
        attachment = Attachment(
            claim=fresh,
            file=upload,
            name=facts.name,
            media_type=facts.media_type,
            size=facts.size,
            sha256=facts.sha256,
            scan=scan,
            description=description,
            added_by=actor.user,
            added_by_label=actor.label,
        )
        if thumbnail:
            attachment.thumbnail = ContentFile(thumbnail, name="thumbnail")
        attachment.save()
        record(
            events.FILE_ADDED,
            actor=actor,
            subject=attachment,
            claim_id=fresh.pk,
            data={
                "name": facts.name,
                "size": facts.size,
                "media_type": facts.media_type,
                "sha256": facts.sha256,
            },
        )
    return attachment
