"""What comes round for coaching."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("prepare agendas", "23 * * * *", "afteraction.web.coaching.tasks.prepare_agendas"),
    Recurring("measure coaching", "53 4 * * *", "afteraction.web.coaching.tasks.measure_all_coaching"),
)
