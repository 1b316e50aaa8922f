"""What comes round for insights."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("forget old results", "11 4 * * *", "afteraction.web.insights.tasks.forget_old_results"),)
