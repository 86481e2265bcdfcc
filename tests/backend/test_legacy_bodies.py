"""Bodies known from another register alone, and the party that raised what such a register holds: nobody acts for them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from backend.core.alphabet import ascii_slug
from backend.core.errors import Invalid
from backend.organisations.actions import add_member, legacy_body
from backend.organisations.models import RECORDED_ELSEWHERE, Membership, Organisation
from tests.factories.people import organisation, person

TODAY = date(2026, 2, 2)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Қаржы министрлігі", "qarzhy-ministrligi"),
        ("Щучинск қаласының әкімдігі", "shchuchinsk-qalasynyn-akimdigi"),
        ("Министерство объединённых съездов", "ministerstvo-obedinennykh-sezdov"),
        ("Attorney General's Office", "attorney-generals-office"),
        ("Foreign, Commonwealth & Development Office", "foreign-commonwealth-development-office"),
        ("Ünal İşleri", "unal-isleri"),
        ("外交部", ""),
        ("- _ -", ""),
    ],
)
def test_a_name_becomes_a_part_of_an_address(name: str, slug: str) -> None:
    assert ascii_slug(name) == slug


@pytest.mark.django_db
class TestLegacyBodies:
    def test_the_same_name_is_the_same_body_and_carries_the_name_in_every_language(self) -> None:
        made = legacy_body(name="Home Office", slug="uk-home-office")
        assert legacy_body(name="Home Office", slug="uk-home-office") == made
        assert (made.name_kk, made.name_ru, made.name_en) == ("Home Office", "Home Office", "Home Office")
        assert (made.kind, made.valid_from, made.valid_to, made.bin) == ("state_body", None, None, None)

    def test_an_address_that_is_taken_stays_its_owners(self) -> None:
        labour = Organisation.objects.get(slug="labour")
        slugs = [legacy_body(name=name, slug="labour").slug for name in ("Labour", "Travail", "Labour", "Arbeit")]
        assert slugs == ["labour-2", "labour-3", "labour-2", "labour-4"]
        assert Organisation.objects.get(slug="labour").name_en == labour.name_en

    def test_the_longest_address_still_finds_a_free_one(self) -> None:
        slugs = [legacy_body(name=name, slug="b" * 80).slug for name in ("One", "Two")]
        assert slugs == ["b" * 80, "b" * 78 + "-2"]

    def test_no_issue_can_be_addressed_to_it(self) -> None:
        made = legacy_body(name="Home Office", slug="uk-home-office")
        labour = Organisation.objects.get(slug="labour")
        assert made in Organisation.objects.bodies().valid_on(TODAY)
        assert made not in Organisation.objects.addressable_on(TODAY)
        assert labour in Organisation.objects.addressable_on(TODAY)
        assert (made.is_addressable_on(TODAY), labour.is_addressable_on(TODAY)) == (False, True)

    def test_one_body_and_all_of_them_say_the_same_of_every_day(self) -> None:
        organisation("ended", "state_body", valid_to=date(2025, 12, 31))
        organisation("an-ngo")
        legacy_body(name="Home Office", slug="uk-home-office")
        for day in (date(2014, 1, 1), date(2025, 12, 31), TODAY):
            single = {each.pk for each in Organisation.objects.all() if each.is_addressable_on(day)}
            assert single == set(Organisation.objects.addressable_on(day).values_list("pk", flat=True))
            assert single


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["moderator", "manager", "officer", "signatory", "chair"])
def test_nobody_ever_acts_for_what_is_recorded_elsewhere(role: str) -> None:
    elsewhere = Organisation.objects.get(slug=RECORDED_ELSEWHERE)
    for party in (elsewhere, legacy_body(name="Home Office", slug="uk-home-office")):
        with pytest.raises(Invalid, match="no such role"):
            add_member(organisation=party, user=person(f"aigul_{party.pk}"), role=role)
        with pytest.raises(ValidationError, match="no such role"):
            Membership(organisation=party, user=person(f"erlan_{party.pk}"), role=role).clean()
    assert elsewhere not in Organisation.objects.ngos()
    assert elsewhere not in Organisation.objects.bodies()
    assert (elsewhere.name_kk, elsewhere.name_ru, elsewhere.name_en) == (
        "Басқа жерде тіркелген", "Учтено в другом реестре", "Recorded elsewhere",
    )  # fmt: skip
