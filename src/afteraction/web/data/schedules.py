"""What comes round for data."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("forget old files", "41 3 * * *", "afteraction.web.data.tasks.forget_old_files"),)
