"""What comes round for proposals."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("remind of proposals", "8 * * * *", "afteraction.web.proposals.tasks.remind"),
    Recurring("follow trials of proposals", "*/5 * * * *", "afteraction.web.proposals.tasks.follow_trials"),
)
