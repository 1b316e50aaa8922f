"""What comes round for connectors."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("look into inboxes", "*/5 * * * *", "afteraction.web.connectors.tasks.look_into_inboxes"),
    Recurring("begin due runs of connectors", "*/5 * * * *", "afteraction.web.connectors.tasks.begin_due_runs"),
)
