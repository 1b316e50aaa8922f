"""What buyers say about why they decided as they did, in four languages, each labelled with the driver it speaks of.

Written by hand for the tests, before the suggestions were tried on them and in other words than the taxonomy's own
phrases; one sentence for every driver and language.
"""

from typing import NamedTuple


class Labelled(NamedTuple):
    driver: str
    language: str
    sentence: str


_LINES = """
price|en|Honestly, at that price level our purchasing department would never have signed.
price|de|Am Ende waren uns die Lizenzkosten einfach zu hoch.
price|fr|Votre proposition coûtait presque le double de celle que nous avons retenue.
price|es|La propuesta costaba casi el doble que la que elegimos al final.
product_fit|en|Your software is built for large manufacturers, and that is not what we are.
product_fit|de|Für einen Dienstleister wie uns ist Ihre Software schlicht nicht geeignet.
product_fit|fr|Votre logiciel est conçu pour l'industrie, il n'était pas adapté à notre activité.
product_fit|es|Su software no se ajustaba a lo que hacemos cada día en la empresa.
missing_feature|en|We needed an interface to our accounting system and you simply do not have one.
missing_feature|de|Uns fehlte die Möglichkeit, Aufträge offline zu erfassen, diese Funktion gibt es bei Ihnen nicht.
missing_feature|fr|La gestion multi-devises, une fonctionnalité essentielle pour nous, n'existe pas chez vous.
missing_feature|es|No tienen conexión con nuestro sistema de facturación y esa función nos hacía falta.
implementation_risk|en|What scared us was how long the migration of ten years of data would take.
implementation_risk|de|Die Migration unserer Altdaten hätte uns ein Jahr gekostet, das Risiko war uns zu groß.
implementation_risk|fr|La migration des données nous faisait peur, nous n'avions pas les ressources pour ce déploiement.
implementation_risk|es|Nos daba miedo una implantación tan larga con el poco personal que tenemos.
weak_relationship|en|We never really got to know the people behind your company and so trust was missing.
weak_relationship|de|Zu Ihrem Vertriebler hatten wir ehrlich gesagt nie einen guten Draht, das Vertrauen war nicht da.
weak_relationship|fr|Nous n'avons jamais noué de vraie relation avec votre équipe commerciale.
weak_relationship|es|Nunca llegamos a tener una relación de confianza con su equipo comercial.
no_champion|en|The one person who wanted you left in March, and after that nobody here stood up for you.
no_champion|de|Nachdem Herr Krause die Firma verlassen hatte, hat sich intern keiner mehr für Sie eingesetzt.
no_champion|fr|Après le départ de Julie, plus personne en interne ne portait votre dossier.
no_champion|es|Cuando Marta se fue de la empresa, ya nadie defendía su proyecto internamente.
decision_makers_not_reached|en|Our managing director, who signs everything, first met you at the final pitch.
decision_makers_not_reached|de|Unser Finanzchef entscheidet solche Dinge, und mit dem haben Sie nie gesprochen.
decision_makers_not_reached|fr|C'est notre directrice financière qui décide, et vous ne l'avez jamais rencontrée.
decision_makers_not_reached|es|Nuestro director general es quien decide y con él nunca hablaron.
incumbent|en|In the end we renewed with our present supplier because switching was not worth the trouble.
incumbent|de|Wir haben uns entschieden, den Vertrag mit dem jetzigen Lieferanten zu verlängern.
incumbent|fr|Finalement nous avons reconduit le contrat de notre prestataire en place.
incumbent|es|Al final renovamos con el proveedor que ya teníamos.
competitor_stronger|en|The other company's offer was better on nearly every criterion.
competitor_stronger|de|Das Angebot des Mitbewerbers war in fast allen Punkten besser.
competitor_stronger|fr|L'offre de votre concurrent était meilleure sur presque tous les critères.
competitor_stronger|es|La oferta de la otra empresa era mejor en casi todos los criterios.
story|en|After three meetings we still could not say what your product would change for our business.
story|de|Nach drei Terminen war uns immer noch nicht klar, welchen Nutzen wir davon hätten.
story|fr|Après trois réunions, nous ne voyions toujours pas ce que votre produit nous apporterait comme valeur.
story|es|Después de tres reuniones seguíamos sin ver qué valor nos aportaba.
slow_response|en|We waited almost a month for the revised quote, and our emails went unanswered.
slow_response|de|Auf das überarbeitete Angebot haben wir fast einen Monat gewartet.
slow_response|fr|Nous avons attendu presque un mois le devis corrigé, et nos courriels restaient sans réponse.
slow_response|es|Esperamos casi un mes la oferta revisada y no contestaban a los correos.
contract_terms|en|Legal would have signed, had you not insisted on a five year term and automatic renewal.
contract_terms|de|Eine Laufzeit von fünf Jahren mit automatischer Verlängerung unterschreiben wir nicht.
contract_terms|fr|Un engagement de cinq ans avec reconduction tacite, nous ne signons pas cela.
contract_terms|es|No firmamos un compromiso de cinco años con esas condiciones de pago.
security_legal|en|Our information security people rejected it because the data would be stored abroad.
security_legal|de|Unser Datenschutzbeauftragter hat wegen der Speicherung in den USA sein Veto eingelegt.
security_legal|fr|Notre responsable de la sécurité a refusé que les données soient stockées à l'étranger.
security_legal|es|El responsable de seguridad rechazó que los datos se guardaran en el extranjero.
no_references|en|We asked for customers in the public sector and you could not name a single one.
no_references|de|Wir haben nach Kunden aus dem Gesundheitswesen gefragt, und Sie konnten keine Referenz nennen.
no_references|fr|Nous avons demandé des références dans le secteur public, vous n'en aviez aucune.
no_references|es|Pedimos referencias en el sector público y no pudieron dar ninguna.
budget|en|Head office took away the money that had been set aside for this.
budget|de|Die Zentrale hat uns das Geld für dieses Vorhaben wieder weggenommen, das Budget ist weg.
budget|fr|Le siège nous a retiré l'argent prévu, il n'y a plus de budget pour cela.
budget|es|La central nos quitó el dinero previsto, así que nos quedamos sin presupuesto.
no_compelling_event|en|It would have been nice to have, but there was no pressure to do anything about it now.
no_compelling_event|de|Es wäre schön gewesen, aber es bestand kein dringender Handlungsbedarf.
no_compelling_event|fr|Cela aurait été bien, mais rien ne pressait et nous pouvions continuer comme avant.
no_compelling_event|es|Habría estado bien, pero no era urgente y podíamos seguir como hasta ahora.
timing|en|It came at a bad moment for us, let us talk again after the summer.
timing|de|Das kam für uns zum falschen Zeitpunkt, wir verschieben das ins nächste Jahr.
timing|fr|Le moment était mal choisi, nous avons repoussé le projet à l'année prochaine.
timing|es|Llegó en mal momento, hemos dejado el proyecto para el año que viene.
priorities_changed|en|After the merger the new board stopped all running initiatives and ours with them.
priorities_changed|de|Nach der Übernahme hat der neue Vorstand andere Prioritäten gesetzt und das Projekt beendet.
priorities_changed|fr|Après le rachat, la nouvelle direction a fixé d'autres priorités et arrêté le projet.
priorities_changed|es|Tras la compra de la empresa la nueva dirección fijó otras prioridades y canceló esto.
no_consensus|en|Marketing and sales could not reach a common position, so nothing was decided.
no_consensus|de|Einkauf und Produktion konnten sich auf keine gemeinsame Linie einigen.
no_consensus|fr|Les achats et la production n'ont pas pu se mettre d'accord entre eux.
no_consensus|es|Compras y producción no lograron ponerse de acuerdo entre ellos.
built_inside|en|Our IT guys convinced management that they could develop it themselves.
built_inside|de|Unsere IT entwickelt jetzt selbst etwas, bis dahin geht es mit Excel-Listen weiter.
built_inside|fr|Notre équipe informatique développe maintenant son propre outil.
built_inside|es|Nuestro equipo de informática va a desarrollar su propia solución.
value_for_money|en|For what we get, the price was more than reasonable and it pays back within a year.
value_for_money|de|Für das, was wir bekommen, war der Preis sehr gut, es rechnet sich in einem Jahr.
value_for_money|fr|Pour ce que nous obtenons, le prix était très raisonnable, c'est rentable en un an.
value_for_money|es|Por lo que recibimos, el precio era muy bueno y se amortiza en un año.
product_strength|en|Of all the systems we looked at, yours matched our way of working best and users loved it.
product_strength|de|Von allen Systemen passte Ihres am besten zu unserer Arbeitsweise, die Anwender waren begeistert.
product_strength|fr|De tous les systèmes, le vôtre correspondait le mieux à notre façon de travailler.
product_strength|es|De todos los sistemas, el suyo era el que mejor se adaptaba a nuestra forma de trabajar.
key_feature|en|The automatic route planning tipped the scales, no other supplier has that function.
key_feature|de|Den Ausschlag gab die automatische Tourenplanung, diese Funktion hat sonst keiner.
key_feature|fr|La planification automatique a fait la différence, aucun autre n'avait cette fonction.
key_feature|es|Lo decisivo fue la planificación automática, una función que ningún otro tenía.
safe_implementation|en|The three week trial in our Leeds plant showed everybody that it would work.
safe_implementation|de|Der dreiwöchige Testbetrieb im Werk hat allen gezeigt, dass die Einführung klappt.
safe_implementation|fr|L'essai de trois semaines dans notre usine a montré à tous que cela fonctionnait.
safe_implementation|es|La prueba de tres semanas en nuestra planta demostró a todos que funcionaba.
trust|en|Your account manager was straight with us even about the weak points, and that builds confidence.
trust|de|Ihr Berater war auch bei den Schwächen ehrlich zu uns, das schafft Vertrauen.
trust|fr|Votre interlocuteur a été honnête même sur les points faibles, cela crée la confiance.
trust|es|Su asesor fue honesto incluso con los puntos débiles, y eso genera confianza.
champion|en|Sandra from logistics would not let go until the management had agreed to buy from you.
champion|de|Sandra aus der Logistik hat intern nicht lockergelassen und für Sie gekämpft.
champion|fr|Sandra, de la logistique, s'est battue en interne jusqu'à ce que la direction accepte.
champion|es|Sandra, de logística, peleó internamente hasta que la dirección aceptó.
decision_makers_reached|en|You talked to the works council, IT and our managing director before anybody could object.
decision_makers_reached|de|Sie haben frühzeitig mit Betriebsrat, IT und Geschäftsführung gesprochen.
decision_makers_reached|fr|Vous avez parlé tôt avec l'informatique, les utilisateurs et la direction générale.
decision_makers_reached|es|Hablaron pronto con informática, con los usuarios y con la dirección general.
compelling_event|en|Support for our old system ended in June, so we had no choice but to move.
compelling_event|de|Die Wartung unseres Altsystems lief im Juni aus, wir mussten handeln.
compelling_event|fr|La maintenance de l'ancien système s'arrêtait en juin, il fallait agir.
compelling_event|es|El soporte del sistema antiguo acababa en junio, teníamos que actuar.
taught_us|en|In the workshop you opened our eyes to how much we lose through returns.
taught_us|de|Im Workshop haben Sie uns gezeigt, wie viel wir durch Retouren verlieren, das wussten wir nicht.
taught_us|fr|Pendant l'atelier vous nous avez appris combien les retours nous coûtaient, nous l'ignorions.
taught_us|es|En el taller nos enseñaron cuánto perdíamos con las devoluciones, no lo sabíamos.
fast_response|en|Whenever we had a question, there was a reply the same day.
fast_response|de|Auf jede Frage kam noch am selben Tag eine Antwort, das war vorbildlich.
fast_response|fr|À chaque question, vous répondiez le jour même.
fast_response|es|A cada pregunta respondían el mismo día.
fair_terms|en|We liked that we can get out of the contract with a month's notice.
fair_terms|de|Uns gefiel, dass der Vertrag jederzeit mit einem Monat Frist kündbar ist.
fair_terms|fr|Nous avons aimé pouvoir résilier le contrat avec un mois de préavis.
fair_terms|es|Nos gustó poder cancelar el contrato con un mes de aviso.
security_passed|en|Our auditors had no objections thanks to your ISO certificate and hosting in Europe.
security_passed|de|Dank ISO-Zertifikat und Hosting in Deutschland hatte der Datenschutz nichts einzuwenden.
security_passed|fr|Grâce à votre certificat ISO et à l'hébergement en Europe, la sécurité n'a rien trouvé à redire.
security_passed|es|Gracias a su certificado ISO y al alojamiento en Europa, seguridad no puso ningún reparo.
references|en|We phoned two of your customers and both would buy again straight away.
references|de|Wir haben mit zwei Ihrer Kunden telefoniert, beide würden sofort wieder bei Ihnen kaufen.
references|fr|Nous avons appelé deux de vos clients, tous deux vous ont recommandés.
references|es|Llamamos a dos de sus clientes y los dos les recomendaron.
competitor_weaker|en|The runner-up turned up unprepared to the demo and lost us there.
competitor_weaker|de|Der zweite Anbieter kam unvorbereitet zur Vorführung und hat enttäuscht.
competitor_weaker|fr|L'autre fournisseur est arrivé mal préparé et nous a déçus.
competitor_weaker|es|El otro proveedor llegó sin preparar la presentación y nos decepcionó.
"""

LABELLED = tuple(Labelled(*line.split("|")) for line in _LINES.strip().splitlines())
