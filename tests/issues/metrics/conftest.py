"""What several tests of the numbers begin with."""

import pytest

from tests.factories.people import Cast
from tests.factories.stories import Story
from tests.issues.metrics.eventful import told


@pytest.fixture
def eventful(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """Every way that the numbers know: see `eventful.told`."""
    return told(cast, tmp_path_factory.mktemp("register"))
