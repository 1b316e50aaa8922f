"""Spanish."""

from typing import Final

WORDS: Final = {
    "title": "Su opinión sobre {company}",
    "lead": "{buyer} y {company} estudiaron trabajar juntos. ¿Qué le pareció? Ocho preguntas breves, unos tres minutos. "
    "Omita las que quiera.",
    "lead_alone": "Usted estudió trabajar con {company}. ¿Qué le pareció? Ocho preguntas breves, unos tres minutos. "
    "Omita las que quiera.",
    "who": "Sus respuestas llegan a {sender} de {company}.",
    "kept": "Lo que escribe se va guardando: vuelva cuando quiera con el mismo enlace. Quien tenga el enlace puede "
    "seguir donde usted lo dejó.",
    "optional": "opcional",
    "cause": "¿Qué fue lo más decisivo: el producto, el precio o cómo se explicó?",
    "cause_product": "El producto",
    "cause_price": "El precio",
    "cause_story": "Cómo se explicó",
    "cause_none": "Otra cosa",
    "drivers": "¿Qué más pesó en su decisión?",
    "drivers_hint": "Elija hasta tres.",
    "drivers_more": "Más",
    "score": "Frente a la mejor alternativa, ¿cómo estuvo {company}?",
    "score_hint": "−10: la otra era mucho mejor. 0: igual. +10: {company} era mucho mejor.",
    "score_none": "Sin respuesta",
    "score_low": "La otra mucho mejor",
    "score_high": "{company} mucho mejor",
    "engaged": "¿Le escucharon las personas de {company}, y aprendió algo de ellas?",
    "engaged_yes": "Sí",
    "engaged_partly": "En parte",
    "engaged_no": "No",
    "better": "¿Qué podría mejorar {company}?",
    "apart": "¿Qué distingue a {company}?",
    "changed": "¿Qué habría cambiado su decisión?",
    "quote": "¿Puede citarle {company}?",
    "quote_no": "No",
    "quote_unnamed": "Sí, sin mi nombre",
    "quote_named": "Sí, con mi nombre",
    "anonymous": "Enviar de forma anónima",
    "anonymous_why": "Sus respuestas se guardan entonces sin su nombre, su empresa ni esta operación, y solo se muestran "
    "junto con al menos otras cuatro; {company} sabe que usted respondió, no qué. Lo que escriba con sus palabras queda "
    "tal como lo escriba.",
    "send": "Enviar",
    "saved": "Guardado",
    "saving": "Guardando …",
    "unsaved": "Aún sin guardar: no hay conexión. Lo intentamos de nuevo.",
    "decline": "Prefiero no responder",
    "unsubscribe": "No preguntarme nunca más",
    "thanks": "Gracias",
    "thanks_text": "Sus respuestas se han enviado. {company} las leerá y aprenderá de ellas.",
    "thanks_anonymous": "Sus respuestas se han enviado sin su nombre. Nadie puede saber que son suyas; por eso tampoco "
    "se pueden cambiar ya.",
    "change": "Cambiar mis respuestas",
    "change_until": "Desde este navegador, durante una hora.",
    "declined": "De acuerdo",
    "declined_text": "No se le volverá a preguntar sobre esto. Gracias por haber leído hasta aquí.",
    "unsubscribe_title": "¿No recibir más preguntas?",
    "unsubscribe_text": "{company} no le enviará más preguntas, sobre nada y en ningún momento.",
    "unsubscribed": "No se le volverá a preguntar",
    "unsubscribed_text": "Su dirección se ha retirado de la lista para siempre.",
    "back": "Volver a las preguntas",
    "closed": "Este enlace no está abierto",
    "closed_text": "Si ya ha respondido: gracias. Si no, el plazo ha terminado o la dirección está incompleta: ábrala de "
    "nuevo desde el correo.",
    "too_many": "Demasiados intentos",
    "too_many_text": "Espere un minuto y abra el enlace de nuevo. No se pierde nada.",
    "too_long": "Es demasiado de una vez",
    "too_long_text": "Una respuesta puede tener hasta 4.000 caracteres. Vuelva atrás y acórtela; lo guardado antes sigue "
    "ahí.",
    "language": "Idioma",
    "nothing": "Todavía no hay nada que enviar. Responda al menos una pregunta, o díganos que prefiere no responder.",
}
MAIL: Final = {
    "subject": "{name}, ¿qué le pareció {company}?",
    "body": """Hola, {name}:

hace poco estudió trabajar con nosotros. Sea cual sea el resultado, nos ha visto desde un lado que nosotros nunca vemos.

¿Nos diría qué podríamos mejorar? Ocho preguntas breves, unos tres minutos, en cualquier teléfono. Puede omitir las que quiera y responder de forma anónima si lo prefiere.

{link}

El enlace funciona durante {days} días y no pide identificarse.

Gracias
{sender}, {company}
""",
    "reminder_subject": "{name}, una última pregunta de {company}",
    "reminder_body": """Hola, {name}:

hace una semana le preguntamos cómo fue tratar con nosotros. Si encuentra tres minutos, este es de nuevo el enlace:

{link}

Es el único recordatorio. Si prefiere no responder, no tiene que hacer nada.

Gracias
{sender}, {company}
""",
    "unsubscribe": "No recibir más preguntas:",
    "button": "Responder ocho preguntas breves",
}
DRIVERS: Final = {
    "price": "Lo que se obtiene por el precio",
    "value_for_money": "Lo que se obtiene por el precio",
    "budget": "Nuestro presupuesto",
    "product_fit": "Cómo encaja el producto",
    "product_strength": "Cómo encaja el producto",
    "missing_feature": "Una función en particular",
    "key_feature": "Una función en particular",
    "implementation_risk": "Lo seguro que es implantarlo",
    "safe_implementation": "Lo seguro que es implantarlo",
    "weak_relationship": "La confianza en las personas",
    "trust": "La confianza en las personas",
    "no_champion": "Alguien de aquí que lo quería",
    "champion": "Alguien de aquí que lo quería",
    "decision_makers_not_reached": "Si participaron aquí las personas adecuadas",
    "decision_makers_reached": "Si participaron aquí las personas adecuadas",
    "incumbent": "Lo que ya tenemos",
    "built_inside": "Lo que ya tenemos",
    "competitor_stronger": "Otro proveedor",
    "competitor_weaker": "Otro proveedor",
    "story": "Lo que aprendimos de ellos",
    "taught_us": "Lo que aprendimos de ellos",
    "slow_response": "La rapidez de las respuestas",
    "fast_response": "La rapidez de las respuestas",
    "contract_terms": "El contrato",
    "fair_terms": "El contrato",
    "security_legal": "La seguridad y lo legal",
    "security_passed": "La seguridad y lo legal",
    "no_references": "Lo que dicen otros clientes",
    "references": "Lo que dicen otros clientes",
    "no_compelling_event": "Si tenía que ser ahora",
    "compelling_event": "Si tenía que ser ahora",
    "timing": "Si tenía que ser ahora",
    "priorities_changed": "Si tenía que ser ahora",
    "no_consensus": "El acuerdo entre nosotros",
}
