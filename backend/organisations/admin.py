"""The registrar's page until the register exists (part B): verify, suspend, restore; who belongs to an organisation.

Standing and memberships change through `organisations.actions` alone. Bodies, councils and the platform are reference
data, loaded with each migration: shown, not edited.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backend.organisations.actions import add_member, end_membership, set_standing
from backend.organisations.models import Kind, Membership, Organisation, Standing

NAMES = ("name_kk", "name_ru", "name_en")


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]
    """The organisation, and a decision about it: a new standing with its public reason."""

    decision = forms.ChoiceField(
        label=_("decision"), required=False,
        choices=[("", _("No change")), *((value, label) for value, label in Standing.choices if value != "pending")],
        help_text=_("Verify, suspend, or restore (verify again). It takes effect at once."),
    )  # fmt: skip
    decision_reason = forms.CharField(
        label=_("public reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Everybody can read it."),
    )  # fmt: skip

    class Meta:
        model = Organisation
        fields = (*NAMES, "slug", "bin")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") and not cleaned.get("decision_reason", "").strip():
            self.add_error("decision_reason", _("Give the public reason for this decision."))
        return cleaned


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Membership
        fields = ("user", "role", "post")

    def validate_unique(self) -> None:
        """A new role ends the one before (`add_member`): the constraint is kept by the action."""

    def validate_constraints(self) -> None:
        """As above."""


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who belongs to it, and who did. A role is added here and ended in the list of memberships; neither is edited."""

    model = Membership
    form = MembershipForm
    extra = 0
    can_delete = False
    fields = ("user", "role", "post", "since", "until")
    readonly_fields = ("since", "until")
    autocomplete_fields = ("user",)
    ordering = ("until", "since")
    verbose_name_plural = _("people")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("user", "organisation")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        """Only the roles that this kind of organisation has."""
        formset = super().get_formset(request, obj, **kwargs)
        if isinstance(obj, Organisation):
            roles = [(role, role.label) for role in obj.roles]
            formset.form.base_fields["role"].choices = roles  # type: ignore[attr-defined]
        return formset


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = OrganisationForm
    list_display = ("name", "kind", "slug", "bin", "standing", "standing_at")
    list_filter = ("kind", "standing")
    search_fields = (*NAMES, "slug", "bin")
    ordering = ("kind", "slug")
    inlines = (MembershipInline,)
    readonly_fields = ("kind", "standing", "standing_reason", "standing_at", "valid_from", "valid_to", "parent",
                       "successor", "attached_to", "is_default_council")  # fmt: skip
    fieldsets: ClassVar = (
        (None, {"fields": (*NAMES, "slug", "kind", "bin")}),
        (_("Standing"), {"fields": ("standing", "standing_reason", "standing_at", "decision", "decision_reason")}),
        (_("Validity"), {"fields": ("valid_from", "valid_to", "parent", "successor")}),
        (_("Public council"), {"fields": ("attached_to", "is_default_council")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).select_related("parent", "successor", "attached_to")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A short name stands in addresses and in the canonical bytes of the record: it never changes once it is there."""
        if obj is None:
            return self.readonly_fields
        return (*self.readonly_fields, "slug", *((*NAMES, "bin") if obj.kind != Kind.NGO else ()))

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[MembershipInline], ...]:
        return self.inlines if obj is not None else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Names and BIN are saved as they are (a new one is an NGO); the decision goes through the action."""
        obj.kind = obj.kind or Kind.NGO
        obj.save()
        if decision := form.cleaned_data.get("decision"):
            reason = form.cleaned_data["decision_reason"]
            decided = set_standing(organisation=obj, standing=Standing(decision), reason=reason)
            obj.standing, obj.standing_reason = decided.standing, decided.standing_reason

    def save_formset(self, request: HttpRequest, form: Any, formset: BaseInlineFormSet, change: bool) -> None:  # type: ignore[type-arg]
        for member in formset.save(commit=False):
            add_member(organisation=member.organisation, user=member.user, role=member.role, post=member.post)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Where a role is ended: the person loses access at once, the record keeps the name."""

    list_display = ("user", "organisation", "role", "post", "since", "until")
    list_filter = ("role", "organisation__kind")
    search_fields = ("user__email", "user__name", *(f"organisation__{name}" for name in NAMES))
    list_select_related = ("user", "organisation")
    ordering = ("-since",)
    actions = ("end_the_roles",)

    @admin.action(description=_("End the chosen roles"), permissions=["end"])
    def end_the_roles(self, request: HttpRequest, chosen: QuerySet[Membership]) -> None:
        for membership in chosen.filter(until=None):
            end_membership(membership=membership)
        self.message_user(request, _("The roles have ended."), messages.SUCCESS)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("organisations.change_membership")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(super().has_view_permission(request, obj) or self.has_end_permission(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
