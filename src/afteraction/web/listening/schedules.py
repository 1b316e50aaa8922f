"""What comes round for listening."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("ask sources of news", "* * * * *", "afteraction.web.listening.source_tasks.fetch_sources"),
    Recurring("rank accounts by trigger events", "13 4 * * *", "afteraction.web.listening.tasks.rank_all_accounts"),
    Recurring("mail what was heard", "34 * * * *", "afteraction.web.listening.tasks.tell_of_events"),
)
