"""What comes round for the jobs themselves."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("tidy up", "23 3 * * *", "afteraction.web.jobs.tasks.tidy_up"),)
