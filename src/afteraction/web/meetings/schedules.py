"""What comes round for the joint meeting."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("prepare joint meetings", "20 * * * *", "afteraction.web.meetings.tasks.prepare_meetings"),)
