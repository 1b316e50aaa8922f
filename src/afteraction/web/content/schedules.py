"""What comes round for content."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (Recurring("match and measure content", "*/15 * * * *", "afteraction.web.content.tasks.follow_content"),)
