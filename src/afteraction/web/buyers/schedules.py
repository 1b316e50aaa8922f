"""What comes round for the buyer's voice."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("buyers", "*/10 * * * *", "afteraction.web.buyers.tasks.follow_all"),)
