"""What comes round for plays."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("measure plays and weekly work", "*/15 * * * *", "afteraction.web.plays.tasks.follow_results"),)
