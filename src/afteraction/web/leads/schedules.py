"""What comes round for leads."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("look at the clocks of leads", "*/5 * * * *", "afteraction.web.leads.tasks.keep_all_leads"),
    Recurring("follow leads", "37 3 * * *", "afteraction.web.leads.tasks.follow_all_leads"),
    Recurring("mail what is owed to leads", "28 * * * *", "afteraction.web.leads.tasks.tell_of_leads"),
)
