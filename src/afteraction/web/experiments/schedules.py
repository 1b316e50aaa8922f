"""What comes round for trials."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("follow trials", "11 * * * *", "afteraction.web.experiments.tasks.follow_all_trials"),)
