"""What comes round for trials."""

from afteraction.web.jobs.schedule import Recurring

SCHEDULES = (
    Recurring("follow trials", "11 * * * *", "afteraction.web.experiments.tasks.follow_all_trials"),
    Recurring("measure before and after", "51 * * * *", "afteraction.web.experiments.before_after_tasks.measure_all"),
    Recurring("look at trials", "41 * * * *", "afteraction.web.experiments.look_tasks.look_at_all_trials"),
    Recurring("read looks again", "37 2 * * *", "afteraction.web.experiments.look_tasks.recheck_all_looks"),
    Recurring("verify trials", "23 3 * * *", "afteraction.web.experiments.ledger_tasks.keep_watch"),
    Recurring("mail receipts of trials", "17 6 * * 1", "afteraction.web.experiments.ledger_tasks.mail_weekly_receipts"),
)
