"""Organisations, reference data, and one's own page."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from backend.api.models import Scope
from backend.api.shapes import Instant
from backend.api.shapes.issue import OrNull, address_of
from backend.core.languages import plain
from backend.organisations.models import Kind, Organisation, Role, Standing


class Names(serializers.Serializer[Any]):
    kk = serializers.CharField(source="name_kk")
    ru = serializers.CharField(source="name_ru")
    en = serializers.CharField(source="name_en")


class OrganisationShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    name = serializers.CharField()
    names = Names(source="*")
    bin = serializers.CharField(allow_null=True)
    standing = serializers.ChoiceField(choices=Standing.choices)
    standing_reason = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_to = serializers.DateField(allow_null=True)
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.slug", allow_null=True
    )
    successor = serializers.CharField(source="successor.slug", allow_null=True)
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_url(self, organisation: Organisation) -> str | None:
        page = {Kind.STATE_BODY: "body", Kind.NGO: "ngo"}.get(Kind(organisation.kind))
        path = reverse(page, args=[organisation.slug]) if page else None
        return address_of(self.context["request"], plain(path)) if path else None


class TopicShape(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()
    names = Names(source="*")
    default_body = serializers.CharField(source="default_body.slug", allow_null=True)


class RegionShape(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    names = Names(source="*")


class SeatShape(serializers.Serializer[Any]):
    slug = serializers.CharField(source="organisation.slug", help_text="What `as` takes.")
    name = serializers.CharField(source="organisation.name")
    kind = serializers.ChoiceField(choices=Kind.choices, source="organisation.kind")
    role = serializers.ChoiceField(choices=Role.choices, source="role_in_force")
    standing = serializers.ChoiceField(choices=Standing.choices, source="organisation.standing")


class DraftShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uuid")
    title = serializers.CharField()
    edited_at = Instant()
    version = serializers.IntegerField()
    raised_by = serializers.CharField(source="raised_by.slug")


class TokenShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    expiry = Instant(allow_null=True)
    organisation = serializers.CharField(source="membership.organisation.slug", allow_null=True)


class MeShape(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    email = serializers.EmailField()
    language = OrNull([("kk", "kk"), ("ru", "ru"), ("en", "en")])
    organisations = SeatShape(many=True)
    drafts = DraftShape(many=True)
    follows = serializers.ListField(child=serializers.CharField(), help_text="Numbers of issues.")
    token = TokenShape()
