"""Names stand in the order of the Kazakh alphabet."""

import pytest

from backend.organisations.models import Organisation
from tests.factories.people import organisation


@pytest.mark.django_db
def test_kazakh_letters_stand_in_their_places() -> None:
    for slug, name in enumerate(
        ["Қаржы", "Ішкі істер", "Әділет", "Кеден", "Ауыл", "ішкі сауда", "Яхта", "Ғылым", "Гараж"]
    ):
        organisation(f"sorted-{slug}", name_kk=name)
    found = Organisation.objects.filter(slug__startswith="sorted-").by_name("kk")
    assert [each.name_kk for each in found] == [
        "Ауыл", "Әділет", "Гараж", "Ғылым", "Кеден", "Қаржы", "ішкі сауда", "Ішкі істер", "Яхта",
    ]  # fmt: skip
