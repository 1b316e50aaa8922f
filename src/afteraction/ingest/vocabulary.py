"""What columns and sheets are called where people sell: English, and the core words in German, French and Spanish.

A word list proposes; what the values look like decides.
"""

from collections.abc import Mapping
from typing import Final

from afteraction.ingest.outcome_words import words_of

ENTITIES: Final[Mapping[str, frozenset[str]]] = {
    table: frozenset(words.split())
    for table, words in {
        "deals": "deal deals opportunity opportunities opp opps pipeline sale sales case cases trace contract contracts quote offer "
        "verkaufschance verkaufschancen opportunite opportunites affaire affaires oportunidad oportunidades negocio negocios",
        "accounts": "account accounts company companies customer customers client clients organisation organisations organization "
        "organizations org firm kunde kunden firma firmen unternehmen societe societes entreprise entreprises cliente clientes empresa",
        "people": "person people contact contacts rep reps agent agents seller sellers user users employee employees team teams staff "
        "salesperson salespeople owner owners mitarbeiter kontakt kontakte personne vendeur vendeurs persona vendedor vendedores sr",
        "leads": "lead leads mql mqls prospect prospects inquiry inquiries enquiry interessent interessenten",
        "touches": "touch touches activity activities event events task tasks call calls meeting meetings email emails log "
        "engagement engagements interaction interactions aktivitat aktivitaten activite activites actividad actividades",
        "stage_changes": "history changes transition transitions stages verlauf historique historial moves",
        "lead_changes": "status statuses",
        "content": "content asset assets document documents",
        "trigger_events": "trigger triggers signal signals news",
    }.items()
}
_FILLERS: Final = frozenset(["the", "of", "in", "on", "at", "am", "le", "la", "el", "un", "per", "a", "usd", "eur", "gbp", "chf", "s"])
_FLAGS: Final = frozenset(["is", "has", "was", "can", "no", "not", "number", "count"])
_IDS: Final = frozenset(["id", "ids", "number", "nr", "no", "key", "code", "uuid", "guid", "nummer", "numero", "ref", "reference"])

_CREATED: Final = (
    "created|create date|created date|created at|created on|creation date|date created|open date|opened|opened at|start date|"
    "engage date|registration date|reg date|registered at|entry date|erstellt|erstellt am|angelegt|anlagedatum|eroffnet|"
    "date de creation|cree|cree le|creation|fecha de creacion|creado|fecha creacion|fecha de inicio"
)
_SOURCE: Final = (
    "source|lead source|origin|original source|deal source|herkunft|quelle|leadquelle|origine|origen|fuente"
)
_WHEN: Final = (
    "timestamp|time timestamp|time|date|datetime|at|when|activity date|event date|event time|start|start time|started at|completed|"
    "completed at|complete timestamp|completion time|changed at|changed on|change date|entered|date entered|occurred at|"
    "zeitstempel|datum|zeitpunkt|horodatage|fecha|fecha y hora|date heure"
)
_WHO: Final = (
    "actor|resource|org resource|user|user name|performed by|done by|by|changed by|created by|owner|agent|rep|assigned to|"
    "bearbeiter|benutzer|utilisateur|usuario|responsable"
)
_PHRASES: Final[Mapping[str, Mapping[str, str]]] = {
    "deals": {
        "name": "name|title|topic|bezeichnung|nom|nombre|titel|titulo",
        "account_id": "account|company|customer|client|organisation|organization|kunde|firma|entreprise|societe|cliente|empresa|"
        "account name|company name|customer name|client name|organization name|organisation name",
        "owner": "owner|sales rep|rep|sales agent|agent|seller|salesperson|sales person|account executive|account manager|"
        "responsible|sr|sales representative|assigned to|besitzer|verkaufer|betreuer|verantwortlich|vendeur|commercial|proprietaire|"
        "vendedor|propietario|comercial|responsable",
        "amount": "amount|value|close value|size|contract value|total value|tcv|acv|arr|mrr|total|price|amount req|requested amount|"
        "volume|revenue|betrag|wert|auftragswert|umsatz|summe|montant|valeur|importe|valor|monto",
        "currency": "currency|currency code|wahrung|devise|moneda|divisa",
        "created_at": _CREATED,
        "closed_at": "closed|close date|closed date|closed at|closed on|closing date|won date|lost date|won at|won time|lost time|"
        "end date|ended at|decision date|date closed|actual close date|abschlussdatum|abgeschlossen am|geschlossen am|"
        "date de cloture|cloture|cloture le|fecha de cierre|cerrado|fecha cierre",
        "outcome": "outcome|result|status|state|won|win|is won|stage|final stage|end state|won lost|won or lost|ergebnis|resultat|"
        "resultado|estado|statut|phase|stufe|verkaufsphase|etape|etapa|fase",
        "stage": "stage|sales stage|pipeline stage|current stage|phase|stufe|verkaufsphase|etape|etapa|fase",
        "pipeline": "pipeline|sales pipeline|sales process",
        "expected_close_on": "expected close|expected close date|estimated close date|estimated close|forecast close date|"
        "target close date|erwarteter abschluss|geplanter abschluss|cloture prevue|cierre previsto|fecha prevista de cierre",
        "lost_reason": "lost reason|loss reason|reason lost|closed lost reason|reason for loss|reason|verlustgrund|ablehnungsgrund|"
        "grund|raison de perte|raison|motivo de perdida|motivo",
        "source": _SOURCE,
        "segment": "segment|market segment|business segment|customer segment|marktsegment|segmento",
        "competitor": "competitor|competitors|main competitor|primary competitor|wettbewerber|konkurrent|concurrent|competidor",
        "crm_probability": "probability|win probability|likelihood|chance|close probability|wahrscheinlichkeit|probabilite|probabilidad",
        "deal_type": "type|deal type|business type|new or existing|typ|tipo",
    },
    "accounts": {
        "name": "name|nom|nombre|firmenname",
        "domain": "domain|website|web site|url|web|site web|sitio web|webseite",
        "segment": "segment|market segment|tier|segmento",
        "industry": "industry|sector|vertical|branche|secteur|industria|industrie",
        "size": "size|employees|number of employees|employee count|headcount|company size|mitarbeiter|mitarbeiterzahl|effectif|empleados",
        "country": "country|office location|location|hq|land|pays|pais",
    },
    "people": {
        "name": "name|full name|nom|nombre",
        "email": "email|mail|e mail|email address|mail address|correo",
        "account_id": "account|company|customer|client|organisation|organization|firma|entreprise|empresa",
        "role": "role|title|job title|position|function|rolle|funktion|poste|cargo|puesto",
        "team": "team|regional office|region|office|department|group|territory|abteilung|equipe|equipo",
        "manager": "manager|sales manager|supervisor|team lead|reports to|boss|vorgesetzter|leiter|responsable|jefe",
    },
    "leads": {
        "source": _SOURCE + "|channel|kanal|canal",
        "campaign": "campaign|campaign name|landing page|utm campaign|kampagne|campagne|campana",
        "created_at": _CREATED + "|first contact date|first contact|date|received|datum|fecha",
        "person": "person|name|contact|contact name|full name|ansprechpartner|nom|nombre",
        "account": "account|company|organisation|organization|firma|entreprise|empresa",
        "converted_deal_id": "converted deal|converted opportunity|converted to",
    },
    "touches": {
        "activity": "activity|action|event|activity type|activity name|type|task|concept name|step|event type|aktivitat|vorgang|"
        "activite|actividad|tatigkeit|accion",
        "at": _WHEN,
        "actor": _WHO,
        "side": "side|direction",
        "channel": "channel|medium|kanal|canal",
        "minutes": "minutes|duration|duration minutes|duration in minutes|dauer|duree|duracion",
        "subject": "subject|betreff|objet|asunto",
        "person_id": "contact|contact person|kontakt|ansprechpartner",
    },
    "stage_changes": {
        "stage": "stage|to stage|new stage|new value|stage name|to|phase|neue phase|etape|etapa",
        "at": _WHEN,
        "actor": _WHO,
    },
    "lead_changes": {
        "status": "status|new status|to status|lead status|statut|estado",
        "at": _WHEN,
        "actor": _WHO,
        "reason": "reason|return reason|grund|raison|motivo",
        "attempt": "attempt|attempt number|versuch",
    },
    "trigger_events": {
        "kind": "kind|event type|type|category",
        "at": _WHEN + "|published|published at",
        "title": "title|headline",
        "url": "url|link",
        "source": "source|publisher",
        "account_id": "account|company|customer",
    },
}
KEY_ENTITY: Final[Mapping[str, str]] = {
    "deals": "deals", "accounts": "accounts", "people": "people", "leads": "leads", "touches": "deals", "stage_changes": "deals",
    "lead_changes": "leads", "trigger_events": "trigger_events",
}  # fmt: skip
"""Which things the rows of a table are told apart by: events by their deal, changes of leads by their lead."""

DRAFTED: Final = tuple(_PHRASES)
"""Tables that a draft may propose."""


def sheet_hint(table: str, sheet_name: str) -> float:
    """How much a sheet's name speaks for a table, from 0 to 1."""
    words = {*words_of(sheet_name)}
    return 1.0 if words & ENTITIES[table] else 0.0


def header_score(table: str, column: str, header: str) -> float:
    """How well a header fits a column of a table, from 0 to 1. The table's own name in it counts for nothing."""
    every = words_of(header)
    words = [word for word in every if word not in _FILLERS] or every
    own = ENTITIES[table] | {"s"}
    spoken = {
        " ".join(w for w in said if w not in leave)
        for said in (every, words)
        for leave in (frozenset[str](), own, _IDS)
    }
    others = frozenset().union(*(words for name, words in ENTITIES.items() if name != table)) - own
    best = 0.0
    for phrase in _PHRASES.get(table, {}).get(column, "").split("|"):
        if not phrase:
            continue
        if phrase in spoken:
            return 1.0
        parts = phrase.split()
        further = {*words} - {*parts}
        if further and {*parts} <= {*words} and not further & (others | _FLAGS):
            # "net amount" is an amount, "amount type" may be something else
            best = max(best, 0.5 if len(further) > 1 else 0.8 if words[-1] == parts[-1] else 0.6)
    return best


def key_score(table: str, header: str, sheet_name: str) -> float:
    """How well a header names what the rows of a table are told apart by: `opportunity_id`, `Case ID`, `account`."""
    words = words_of(header)
    entity = ENTITIES[KEY_ENTITY[table]]
    is_id = bool({*words} & _IDS) or (len(words) == 1 and words[0].endswith("id") and len(words[0]) > 3)
    named = (
        bool({*words} & entity) or any(words[0].startswith(e) and words[0] == f"{e}id" for e in entity)
        if words
        else False
    )
    if named and is_id:
        return 1.0
    if named and len(words) <= 2:
        return 0.8 if len(words) == 1 or {*words} <= entity | {"name", "concept"} else 0.7
    if words in (["id"], ["record", "id"], ["key"], ["uuid"]):
        return 0.95 if sheet_hint(KEY_ENTITY[table], sheet_name) and KEY_ENTITY[table] == table else 0.5
    return 0.45 if is_id else 0.0
