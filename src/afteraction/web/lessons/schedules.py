"""What comes round for lessons."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("match lessons", "23 3 * * *", "afteraction.web.lessons.match_tasks.match_all_lessons"),
    Recurring("follow lessons", "53 3 * * *", "afteraction.web.lessons.tasks.follow_all_lessons"),
)
