"""How well a lesson is attested, in the grades of `analysis.evidence_grade`."""

from afteraction.analysis.evidence_grade import Grade
from afteraction.web.lessons.models import Lesson, LessonDeal
from afteraction.web.reviews.models import Review


def grade_of(lesson: Lesson) -> str:
    """The grade of a saved lesson.

    One that stood its test is proven; one that later deals speak against, or that was retired by its test, is
    contradicted. Otherwise it counts whose deals are behind it: those of two reps corroborate each other, as no two
    deals of one rep do.
    """
    decided = lesson.evidence.get("decided", "")
    if lesson.challenged_at is not None or decided in ("harmful", "no_use"):
        return Grade.CONTRADICTED.value
    if lesson.state == Lesson.State.KEPT and decided == "helps":
        return Grade.PROVEN.value
    behind = LessonDeal.objects.filter(lesson=lesson, contradicts=False).values_list("deal_id", flat=True)
    if not behind:
        return Grade.ONE_VOICE.value if lesson.author_id else Grade.NOT_TESTABLE.value
    reviews = Review.objects.filter(organisation=lesson.organisation_id, deal_id__in=list(behind))
    owners = set(reviews.exclude(owner="").values_list("owner", flat=True))
    return (Grade.CORROBORATED if len(owners) > 1 else Grade.ONE_VOICE).value
