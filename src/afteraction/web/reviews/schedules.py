"""What comes round for reviews."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("remind of reviews", "3 * * * *", "afteraction.web.reviews.tasks.remind"),
    Recurring("count reviews", "13 * * * *", "afteraction.web.reviews.tasks.count_all_reviews"),
    Recurring("measure agreement", "43 4 * * *", "afteraction.web.reviews.tasks.measure_all_agreement"),
)
