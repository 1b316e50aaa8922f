"""German."""

from typing import Final

WORDS: Final = {
    "title": "Ihre Sicht auf {company}",
    "lead": "{buyer} und {company} haben eine Zusammenarbeit geprüft. Wie war das für Sie? Acht kurze Fragen, etwa drei "
    "Minuten. Lassen Sie aus, was Sie möchten.",
    "lead_alone": "Sie haben eine Zusammenarbeit mit {company} geprüft. Wie war das für Sie? Acht kurze Fragen, etwa "
    "drei Minuten. Lassen Sie aus, was Sie möchten.",
    "who": "Ihre Antworten gehen an {sender} bei {company}.",
    "kept": "Was Sie eingeben, wird laufend gesichert: Mit demselben Link können Sie jederzeit weitermachen. Das kann "
    "auch jeder andere, der den Link hat.",
    "optional": "freiwillig",
    "cause": "Was gab am ehesten den Ausschlag: das Produkt, der Preis oder wie es erklärt wurde?",
    "cause_product": "Das Produkt",
    "cause_price": "Der Preis",
    "cause_story": "Wie es erklärt wurde",
    "cause_none": "Etwas anderes",
    "drivers": "Was hat Ihre Entscheidung noch bestimmt?",
    "drivers_hint": "Wählen Sie bis zu drei.",
    "drivers_more": "Mehr",
    "score": "Wie war {company} im Vergleich zur stärksten Alternative?",
    "score_hint": "−10: die anderen waren viel besser. 0: gleich gut. +10: {company} war viel besser.",
    "score_none": "Keine Angabe",
    "score_low": "Andere viel besser",
    "score_high": "{company} viel besser",
    "engaged": "Haben Ihnen die Leute von {company} zugehört, und haben Sie etwas von ihnen gelernt?",
    "engaged_yes": "Ja",
    "engaged_partly": "Teilweise",
    "engaged_no": "Nein",
    "better": "Was könnte {company} besser machen?",
    "apart": "Was zeichnet {company} aus?",
    "changed": "Was hätte Ihre Entscheidung geändert?",
    "quote": "Darf {company} Sie zitieren?",
    "quote_no": "Nein",
    "quote_unnamed": "Ja, ohne meinen Namen",
    "quote_named": "Ja, mit meinem Namen",
    "anonymous": "Anonym absenden",
    "anonymous_why": "Ihre Antworten werden dann ohne Ihren Namen, Ihre Firma und dieses Geschäft gespeichert und nur "
    "zusammen mit mindestens vier anderen gezeigt; {company} erfährt, dass Sie geantwortet haben, nicht was. Was Sie in "
    "eigenen Worten schreiben, bleibt so, wie Sie es schreiben.",
    "send": "Absenden",
    "saved": "Gesichert",
    "saving": "Wird gesichert …",
    "unsaved": "Noch nicht gesichert: keine Verbindung. Wir versuchen es wieder.",
    "decline": "Ich möchte nicht antworten",
    "unsubscribe": "Nie wieder fragen",
    "thanks": "Danke",
    "thanks_text": "Ihre Antworten sind abgeschickt. {company} wird sie lesen und daraus lernen.",
    "thanks_anonymous": "Ihre Antworten sind ohne Ihren Namen abgeschickt. Niemand kann erkennen, dass es Ihre sind; "
    "darum lassen sie sich auch nicht mehr ändern.",
    "change": "Meine Antworten ändern",
    "change_until": "Von diesem Browser aus, eine Stunde lang.",
    "declined": "Das ist in Ordnung",
    "declined_text": "Sie werden dazu nicht noch einmal gefragt. Danke, dass Sie bis hierher gelesen haben.",
    "unsubscribe_title": "Nie wieder gefragt werden?",
    "unsubscribe_text": "{company} wird Ihnen keine Fragen mehr schicken, zu keinem Anlass und zu keiner Zeit.",
    "unsubscribed": "Sie werden nicht mehr gefragt",
    "unsubscribed_text": "Ihre Adresse ist endgültig von der Liste genommen.",
    "back": "Zurück zu den Fragen",
    "closed": "Dieser Link ist nicht offen",
    "closed_text": "Falls Sie schon geantwortet haben: danke. Sonst ist die Zeit um, oder die Adresse ist "
    "unvollständig: Öffnen Sie sie noch einmal aus der E-Mail.",
    "too_many": "Zu viele Versuche",
    "too_many_text": "Bitte warten Sie eine Minute und öffnen Sie den Link dann wieder. Nichts ist verloren.",
    "too_long": "Das ist zu viel auf einmal",
    "too_long_text": "Eine Antwort darf bis zu 4.000 Zeichen haben. Bitte gehen Sie zurück und kürzen Sie; was vorher "
    "gesichert wurde, ist noch da.",
    "language": "Sprache",
    "nothing": "Es gibt noch nichts abzusenden. Beantworten Sie mindestens eine Frage, oder sagen Sie uns, dass Sie "
    "nicht antworten möchten.",
}
MAIL: Final = {
    "subject": "{name}, wie war es mit {company}?",
    "body": """Guten Tag {name},

Sie haben vor Kurzem eine Zusammenarbeit mit uns geprüft. Was immer daraus wurde: Sie haben uns von einer Seite gesehen, die wir selbst nie sehen.

Sagen Sie uns, was wir besser machen könnten? Acht kurze Fragen, etwa drei Minuten, auf jedem Telefon. Sie können jede auslassen und auf Wunsch anonym antworten.

{link}

Der Link gilt {days} Tage; eine Anmeldung braucht es nicht.

Danke
{sender}, {company}
""",
    "reminder_subject": "{name}, eine letzte Frage von {company}",
    "reminder_body": """Guten Tag {name},

vor einer Woche haben wir gefragt, wie Sie uns erlebt haben. Falls Sie drei Minuten finden, ist hier noch einmal der Link:

{link}

Dies ist die einzige Erinnerung. Wenn Sie nicht antworten möchten, brauchen Sie nichts zu tun.

Danke
{sender}, {company}
""",
    "unsubscribe": "Nie wieder gefragt werden:",
    "button": "Acht kurze Fragen beantworten",
}
DRIVERS: Final = {
    "price": "Was wir für den Preis bekommen",
    "value_for_money": "Was wir für den Preis bekommen",
    "budget": "Unser Budget",
    "product_fit": "Wie gut das Produkt passt",
    "product_strength": "Wie gut das Produkt passt",
    "missing_feature": "Eine bestimmte Funktion",
    "key_feature": "Eine bestimmte Funktion",
    "implementation_risk": "Wie sicher die Einführung ist",
    "safe_implementation": "Wie sicher die Einführung ist",
    "weak_relationship": "Vertrauen in die Menschen",
    "trust": "Vertrauen in die Menschen",
    "no_champion": "Jemand bei uns, der es wollte",
    "champion": "Jemand bei uns, der es wollte",
    "decision_makers_not_reached": "Ob bei uns die Richtigen dabei waren",
    "decision_makers_reached": "Ob bei uns die Richtigen dabei waren",
    "incumbent": "Was wir schon haben",
    "built_inside": "Was wir schon haben",
    "competitor_stronger": "Ein anderer Anbieter",
    "competitor_weaker": "Ein anderer Anbieter",
    "story": "Was wir von ihnen gelernt haben",
    "taught_us": "Was wir von ihnen gelernt haben",
    "slow_response": "Wie schnell Antworten kamen",
    "fast_response": "Wie schnell Antworten kamen",
    "contract_terms": "Der Vertrag",
    "fair_terms": "Der Vertrag",
    "security_legal": "Sicherheit und Recht",
    "security_passed": "Sicherheit und Recht",
    "no_references": "Was andere Kunden sagen",
    "references": "Was andere Kunden sagen",
    "no_compelling_event": "Ob es jetzt sein musste",
    "compelling_event": "Ob es jetzt sein musste",
    "timing": "Ob es jetzt sein musste",
    "priorities_changed": "Ob es jetzt sein musste",
    "no_consensus": "Einigkeit bei uns",
}
