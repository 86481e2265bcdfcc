"""python -m tests.trials.stage: raises an issue in the database of DATABASE_URL, and says its number, and a token of one who may
write in it.
"""

import json
import os

import django


def main() -> None:
    from tests.factories.api import Program
    from tests.factories.people import make_cast
    from tests.factories.stories import Story

    story = Story(make_cast()).raised()
    token = Program(story.cast.manager).token
    print(json.dumps({"number": story.issue.number, "token": token, "as": story.cast.ngo.slug}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    django.setup()
    main()
