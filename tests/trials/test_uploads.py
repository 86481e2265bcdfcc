"""The table of show 4, held to what stands in it."""

import pytest

from tests.trials.uploads import summary, table, try_all


@pytest.mark.long
@pytest.mark.thorough
@pytest.mark.django_db
def test_every_hostile_file_gets_what_it_must_through_the_page() -> None:
    outcomes = try_all()
    assert [each.case.what for each in outcomes if not each.as_expected or each.holds] == []
    assert {each.status for each in outcomes} == {303, 422}
    assert "given out inline: 0" in list(summary(outcomes))
    assert len(list(table(outcomes))) > len(outcomes)
