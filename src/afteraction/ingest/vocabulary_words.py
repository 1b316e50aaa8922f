"""The words by which columns and sheets are recognised; see `vocabulary`. A list goes on in indented lines."""

from typing import Final

ENTITY_WORDS: Final = """
deals: affaire, affaires, case, cases, contract, contracts, deal, deals, negocio, negocios, offer, oportunidad,
    oportunidades, opp, opportunite, opportunites, opportunities, opportunity, opps, pipeline, quote, sale,
    sales, trace, transaction, transactions, verkaufschance, verkaufschancen
accounts: account, accounts, client, cliente, clientes, clients, companies, company, compte, comptes, cuenta,
    cuentas, customer, customers, empresa, entreprise, entreprises, firm, firma, firmen, kunde, kunden, org,
    organisation, organisations, organization, organizations, societe, societes, unternehmen
people: agent, agents, contact, contacts, employee, employees, kontakt, kontakte, mitarbeiter, owner, owners,
    people, person, persona, personne, rep, reps, salespeople, salesperson, seller, sellers, sr, staff, team,
    teams, user, users, vendedor, vendedores, vendeur, vendeurs
leads: enquiry, inquiries, inquiry, interessent, interessenten, lead, leads, mql, mqls, prospect, prospects
touches: actividad, actividades, activite, activites, activities, activity, aktivitat, aktivitaten, call, calls,
    email, emails, engagement, engagements, event, events, interaction, interactions, log, meeting, meetings,
    task, tasks, touch, touches
stage_changes: changes, historial, historique, history, moves, stages, transition, transitions, verlauf
lead_changes: status, statuses
content: asset, assets, content, document, documents
trigger_events: news, signal, signals, trigger, triggers
"""
"""What the things are called that the rows of a table stand for."""

COLUMN_PHRASES: Final = """
deals.name: name, title, topic, bezeichnung, nom, nombre, titel, titulo
deals.account_id: account, company, customer, client, organisation, organization, kunde, firma, entreprise,
    societe, compte, cliente, empresa, cuenta, account name, company name, customer name, client name,
    organization name, organisation name, accountname, firmenname, kundenname, unternehmen, nom compte, nom
    client, nombre cuenta
deals.owner: owner, sales rep, rep, sales agent, agent, seller, salesperson, sales person, account executive,
    account manager, responsible, sr, sales representative, assigned to, besitzer, inhaber, verkaufer, betreuer,
    verantwortlich, verantwortlicher, zustandig, zustandiger mitarbeiter, vendeur, commercial, proprietaire,
    vendedor, propietario, comercial, responsable
deals.amount: amount, value, close value, size, contract value, total value, tcv, acv, arr, mrr, total, price,
    amount req, requested amount, volume, revenue, betrag, wert, auftragswert, umsatz, summe, montant, valeur,
    importe, valor, monto
deals.currency: currency, currency code, wahrung, devise, moneda, divisa
deals.created_at: created, create date, created date, created at, created on, creation date, date created, open
    date, opened, opened at, start date, engage date, registration date, reg date, registered at, entry date,
    erstellt, erstellt am, erstelldatum, erstellungsdatum, angelegt, anlagedatum, eroffnet, date de creation,
    cree, cree le, creation, fecha de creacion, creado, fecha creacion, fecha de inicio
deals.closed_at: closed, close date, closed date, closed at, closed on, closing date, won date, lost date, won
    at, won time, lost time, end date, ended at, decision date, date closed, actual close date, abschlussdatum,
    abgeschlossen am, geschlossen am, schlusstermin, abschlusstermin, date de cloture, cloture, cloture le, date
    de fermeture, fecha de cierre, cerrado, fecha cierre
deals.outcome: outcome, result, status, state, won, win, is won, stage, final stage, end state, won lost, won or
    lost, ergebnis, resultat, resultado, estado, statut, phase, stufe, verkaufsphase, etape, etapa, fase
deals.stage: stage, stage name, sales stage, pipeline stage, current stage, phase, stufe, verkaufsphase, etape,
    etapa, fase
deals.pipeline: pipeline, sales pipeline, sales process
deals.expected_close_on: expected close, expected close date, estimated close date, estimated close, forecast
    close date, target close date, erwarteter abschluss, geplanter abschluss, cloture prevue, cierre previsto,
    fecha prevista de cierre
deals.lost_reason: lost reason, loss reason, reason lost, closed lost reason, reason for loss, reason,
    verlustgrund, ablehnungsgrund, grund, raison de perte, raison, motivo de perdida, motivo
deals.source: source, lead source, origin, original source, deal source, herkunft, quelle, leadquelle, origine,
    origen, fuente
deals.segment: segment, market segment, business segment, customer segment, marktsegment, segmento
deals.competitor: competitor, competitors, main competitor, primary competitor, wettbewerber, konkurrent,
    concurrent, competidor
deals.crm_probability: probability, win probability, likelihood, chance, close probability, wahrscheinlichkeit,
    probabilite, probabilidad
deals.deal_type: type, deal type, business type, new or existing, typ, tipo
accounts.name: name, nom, nombre, firmenname
accounts.domain: domain, website, web site, url, web, site web, sitio web, webseite
accounts.segment: segment, market segment, tier, segmento
accounts.industry: industry, sector, vertical, branche, secteur, industria, industrie
accounts.size: size, employees, number of employees, employee count, headcount, company size, mitarbeiter,
    mitarbeiterzahl, effectif, empleados
accounts.country: country, office location, location, hq, land, pays, pais
people.name: name, full name, nom, nombre
people.email: email, mail, e mail, email address, mail address, correo
people.account_id: account, company, customer, client, organisation, organization, firma, entreprise, empresa
people.role: role, title, job title, position, function, rolle, funktion, poste, cargo, puesto
people.team: team, regional office, region, office, department, group, territory, abteilung, equipe, equipo
people.manager: manager, sales manager, supervisor, team lead, reports to, boss, vorgesetzter, leiter,
    responsable, jefe
leads.source: source, lead source, origin, original source, deal source, herkunft, quelle, leadquelle, origine,
    origen, fuente, channel, kanal, canal
leads.campaign: campaign, campaign name, landing page, utm campaign, kampagne, campagne, campana
leads.created_at: created, create date, created date, created at, created on, creation date, date created, open
    date, opened, opened at, start date, engage date, registration date, reg date, registered at, entry date,
    erstellt, erstellt am, erstelldatum, erstellungsdatum, angelegt, anlagedatum, eroffnet, date de creation,
    cree, cree le, creation, fecha de creacion, creado, fecha creacion, fecha de inicio, first contact date,
    first contact, date, received, datum, fecha
leads.person: person, name, contact, contact name, full name, ansprechpartner, nom, nombre
leads.account: account, company, organisation, organization, firma, entreprise, empresa
leads.converted_deal_id: converted deal, converted opportunity, converted to
touches.activity: activity, action, event, activity type, activity name, type, task, concept name, step, event
    type, aktivitat, vorgang, activite, actividad, tatigkeit, accion
touches.at: timestamp, time timestamp, time, date, datetime, at, when, activity date, event date, event time,
    start, start time, started at, completed, completed at, complete timestamp, completion time, changed at,
    changed on, change date, entered, date entered, occurred at, zeitstempel, datum, zeitpunkt, horodatage,
    fecha, fecha y hora, date heure
touches.actor: actor, resource, org resource, user, user name, performed by, done by, by, changed by, created
    by, owner, agent, rep, assigned to, bearbeiter, benutzer, utilisateur, usuario, responsable
touches.side: side, direction
touches.channel: channel, medium, kanal, canal
touches.minutes: minutes, duration, duration minutes, duration in minutes, dauer, duree, duracion
touches.subject: subject, betreff, objet, asunto
touches.person_id: contact, contact person, kontakt, ansprechpartner
stage_changes.stage: stage, to stage, new stage, new value, stage name, to, phase, neue phase, etape, etapa
stage_changes.at: timestamp, time timestamp, time, date, datetime, at, when, activity date, event date, event
    time, start, start time, started at, completed, completed at, complete timestamp, completion time, changed
    at, changed on, change date, entered, date entered, occurred at, zeitstempel, datum, zeitpunkt, horodatage,
    fecha, fecha y hora, date heure
stage_changes.actor: actor, resource, org resource, user, user name, performed by, done by, by, changed by,
    created by, owner, agent, rep, assigned to, bearbeiter, benutzer, utilisateur, usuario, responsable
lead_changes.status: status, new status, to status, lead status, statut, estado
lead_changes.at: timestamp, time timestamp, time, date, datetime, at, when, activity date, event date, event
    time, start, start time, started at, completed, completed at, complete timestamp, completion time, changed
    at, changed on, change date, entered, date entered, occurred at, zeitstempel, datum, zeitpunkt, horodatage,
    fecha, fecha y hora, date heure
lead_changes.actor: actor, resource, org resource, user, user name, performed by, done by, by, changed by,
    created by, owner, agent, rep, assigned to, bearbeiter, benutzer, utilisateur, usuario, responsable
lead_changes.reason: reason, return reason, grund, raison, motivo
lead_changes.attempt: attempt, attempt number, versuch
trigger_events.kind: kind, event type, type, category
trigger_events.at: timestamp, time timestamp, time, date, datetime, at, when, activity date, event date, event
    time, start, start time, started at, completed, completed at, complete timestamp, completion time, changed
    at, changed on, change date, entered, date entered, occurred at, zeitstempel, datum, zeitpunkt, horodatage,
    fecha, fecha y hora, date heure, published, published at
trigger_events.title: title, headline
trigger_events.url: url, link
trigger_events.source: source, publisher
trigger_events.account_id: account, company, customer
"""
"""What the columns of a table are called, without accents, capitals and the name of the table itself."""
