"""What comes round for the API."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("forget kept answers", "17 * * * *", "afteraction.web.api.tasks.forget_kept_answers"),)
