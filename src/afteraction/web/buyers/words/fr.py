"""French."""

from typing import Final

WORDS: Final = {
    "title": "Votre avis sur {company}",
    "lead": "{buyer} et {company} ont envisagé de travailler ensemble. Comment l’avez-vous vécu ? Huit questions "
    "courtes, environ trois minutes. Passez celles que vous voulez.",
    "lead_alone": "Vous avez envisagé de travailler avec {company}. Comment l’avez-vous vécu ? Huit questions courtes, "
    "environ trois minutes. Passez celles que vous voulez.",
    "who": "Vos réponses vont à {sender} chez {company}.",
    "kept": "Vos réponses sont conservées au fur et à mesure : reprenez quand vous voulez avec le même lien. Toute "
    "personne qui a le lien peut continuer là où vous vous êtes arrêté.",
    "optional": "facultatif",
    "cause": "Qu’est-ce qui a le plus compté : le produit, le prix ou la façon dont il a été expliqué ?",
    "cause_product": "Le produit",
    "cause_price": "Le prix",
    "cause_story": "La façon de l’expliquer",
    "cause_none": "Autre chose",
    "drivers": "Qu’est-ce qui a aussi pesé dans votre décision ?",
    "drivers_hint": "Jusqu’à trois choix.",
    "drivers_more": "Plus",
    "score": "Par rapport à la meilleure autre solution, comment était {company} ?",
    "score_hint": "−10 : l’autre était bien meilleure. 0 : égalité. +10 : {company} était bien meilleure.",
    "score_none": "Sans réponse",
    "score_low": "L’autre bien meilleure",
    "score_high": "{company} bien meilleure",
    "engaged": "Les interlocuteurs de {company} vous ont-ils écouté, et vous ont-ils appris quelque chose ?",
    "engaged_yes": "Oui",
    "engaged_partly": "En partie",
    "engaged_no": "Non",
    "better": "Que pourrait améliorer {company} ?",
    "apart": "Qu’est-ce qui distingue {company} ?",
    "changed": "Qu’est-ce qui aurait changé votre décision ?",
    "quote": "{company} peut-elle vous citer ?",
    "quote_no": "Non",
    "quote_unnamed": "Oui, sans mon nom",
    "quote_named": "Oui, avec mon nom",
    "anonymous": "Envoyer de façon anonyme",
    "anonymous_why": "Vos réponses sont alors conservées sans votre nom, votre société ni cette affaire, et montrées "
    "seulement avec au moins quatre autres ; {company} sait que vous avez répondu, pas ce que vous avez dit. Ce que vous "
    "écrivez avec vos mots reste tel quel.",
    "send": "Envoyer",
    "saved": "Conservé",
    "saving": "Enregistrement …",
    "unsaved": "Pas encore conservé : pas de connexion. Nous réessayons.",
    "decline": "Je préfère ne pas répondre",
    "unsubscribe": "Ne plus jamais me solliciter",
    "thanks": "Merci",
    "thanks_text": "Vos réponses sont envoyées. {company} les lira et en tirera des leçons.",
    "thanks_anonymous": "Vos réponses sont envoyées sans votre nom. Personne ne peut savoir qu’elles viennent de vous ; "
    "elles ne peuvent donc plus être modifiées.",
    "change": "Modifier mes réponses",
    "change_until": "Depuis ce navigateur, pendant une heure.",
    "declined": "C’est entendu",
    "declined_text": "Nous ne vous interrogerons plus à ce sujet. Merci d’avoir lu jusqu’ici.",
    "unsubscribe_title": "Ne plus être sollicité ?",
    "unsubscribe_text": "{company} ne vous enverra plus aucune question, sur aucun sujet et à aucun moment.",
    "unsubscribed": "Vous ne serez plus sollicité",
    "unsubscribed_text": "Votre adresse est définitivement retirée de la liste.",
    "back": "Retour aux questions",
    "closed": "Ce lien n’est pas ouvert",
    "closed_text": "Si vous avez déjà répondu : merci. Sinon le délai est passé, ou l’adresse est incomplète : ouvrez-la "
    "de nouveau depuis le courriel.",
    "too_many": "Trop de tentatives",
    "too_many_text": "Attendez une minute, puis ouvrez de nouveau le lien. Rien n’est perdu.",
    "too_long": "C’est trop à la fois",
    "too_long_text": "Une réponse peut avoir jusqu’à 4 000 caractères. Revenez en arrière et raccourcissez-la ; ce qui "
    "était conservé est toujours là.",
    "language": "Langue",
    "nothing": "Il n’y a encore rien à envoyer. Répondez à une question au moins, ou dites-nous que vous préférez ne pas "
    "répondre.",
}
MAIL: Final = {
    "subject": "{name}, votre avis sur {company}",
    "body": """Bonjour {name},

vous avez récemment envisagé de travailler avec nous. Quelle qu’en soit l’issue, vous nous avez vus sous un angle que nous ne voyons jamais.

Pouvez-vous nous dire ce que nous pourrions améliorer ? Huit questions courtes, environ trois minutes, sur n’importe quel téléphone. Vous pouvez en passer, et répondre de façon anonyme si vous préférez.

{link}

Le lien fonctionne pendant {days} jours, sans identification.

Merci
{sender}, {company}
""",
    "reminder_subject": "{name}, une dernière question de {company}",
    "reminder_body": """Bonjour {name},

il y a une semaine, nous vous demandions comment vous nous aviez trouvés. Si vous avez trois minutes, voici de nouveau le lien :

{link}

C’est le seul rappel. Si vous préférez ne pas répondre, vous n’avez rien à faire.

Merci
{sender}, {company}
""",
    "unsubscribe": "Ne plus jamais être sollicité :",
    "button": "Répondre à huit questions courtes",
}
DRIVERS: Final = {
    "price": "Ce qu’on obtient pour le prix",
    "value_for_money": "Ce qu’on obtient pour le prix",
    "budget": "Notre budget",
    "product_fit": "L’adéquation du produit",
    "product_strength": "L’adéquation du produit",
    "missing_feature": "Une fonction en particulier",
    "key_feature": "Une fonction en particulier",
    "implementation_risk": "La sûreté de la mise en place",
    "safe_implementation": "La sûreté de la mise en place",
    "weak_relationship": "La confiance dans les personnes",
    "trust": "La confiance dans les personnes",
    "no_champion": "Quelqu’un chez nous qui le voulait",
    "champion": "Quelqu’un chez nous qui le voulait",
    "decision_makers_not_reached": "La présence des bonnes personnes chez nous",
    "decision_makers_reached": "La présence des bonnes personnes chez nous",
    "incumbent": "Ce que nous avons déjà",
    "built_inside": "Ce que nous avons déjà",
    "competitor_stronger": "Un autre fournisseur",
    "competitor_weaker": "Un autre fournisseur",
    "story": "Ce que nous avons appris d’eux",
    "taught_us": "Ce que nous avons appris d’eux",
    "slow_response": "La rapidité des réponses",
    "fast_response": "La rapidité des réponses",
    "contract_terms": "Le contrat",
    "fair_terms": "Le contrat",
    "security_legal": "La sécurité et le droit",
    "security_passed": "La sécurité et le droit",
    "no_references": "L’avis d’autres clients",
    "references": "L’avis d’autres clients",
    "no_compelling_event": "L’urgence ou non",
    "compelling_event": "L’urgence ou non",
    "timing": "L’urgence ou non",
    "priorities_changed": "L’urgence ou non",
    "no_consensus": "L’accord entre nous",
}
