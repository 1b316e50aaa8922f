"""What comes round for practice."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    # Lessons change between analyses too: an hour later their cards have followed.
    Recurring("make cards", "27 * * * *", "afteraction.web.practice.tasks.make_all_cards"),
    Recurring("count retention", "33 3 * * 1", "afteraction.web.practice.tasks.count_all_retention"),
)
