"""What a heading means: exact spellings in six languages first, then patterns for questions.

Spellings are written as `normal` makes them: lower case, without accents and punctuation, `#` as `number`.
Within a field the order counts: where two columns mean the same, the one further left in the list leads.
"""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

ANSWER = "answer"
"""An unknown column that is kept as the answer to a custom question."""
IGNORED = "ignored"
"""A column that says nothing about whom to meet, or that is nobody's business: prices, links, phones, addresses."""

ALIASES: dict[str, str] = {
    "id": """id, attendee id, external id, participant id, person id, user id, registrant id, registration id,
        guest id, api id,
        contact id, member id, attendee number, teilnehmer id, teilnehmernummer, id participant, numero participant,
        id participante, id partecipante, id do participante, ticket reference, ticket code, ticket number,
        badge id, code,
        participant number, confirmation number, customer id, speaker id, position id""",
    "order": """order number, order code, order id, order reference, order, booking reference, booking number,
        bestellnummer,
        bestellcode, buchungsnummer, numero de commande, code de commande, numero de pedido, codigo de pedido,
        numero ordine,
        codice ordine, codigo do pedido""",
    "name": """name, full name, fullname, attendee name, ticket full name, participant name, user name,
        display name, your name,
        attendee, participant, person, guest name, speaker name, registrant name, name and surname, first and last name,
        vollstandiger name, voller name, vor und nachname, vorname und nachname, vorname nachname, name vorname,
        nachname vorname, teilnehmer, teilnehmername, name des teilnehmers, name der teilnehmerin, ihr name,
        nom complet, nom et prenom, nom prenom, prenom et nom, prenom nom, nom du participant, participant e,
        votre nom, nom,
        nombre completo, nombre y apellidos, nombre y apellido, apellidos y nombre, nombre del asistente, asistente,
        nombre del participante, tu nombre, nombre,
        nome completo, nome e cognome, cognome e nome, nome del partecipante, partecipante, nominativo, nome,
        nome e sobrenome, nome e apelido, nome do participante, participante, seu nome, attendee full name""",
    "first_name": """first name, firstname, given name, givenname, forename, ticket first name,
        attendee first name, first,
        attendee name first name, attendee name given name, user first name, name first, preferred name, vorname,
        vornamen,
        rufname, prenom, prenoms, nombre de pila, nombres, primer nombre, nome proprio, primeiro nome, nome de batismo,
        name vorname attendee, attendee name vorname, participant first name, name des teilnehmers vorname,
        teilnehmername vorname""",
    "last_name": """last name, lastname, surname, family name, familyname, ticket last name, attendee last name, last,
        attendee name last name, attendee name family name, user last name, name last, nachname, familienname, zuname,
        nom de famille, apellido, apellidos, primer apellido, cognome, cognomi, sobrenome, apelido, apelidos,
        ultimo nome,
        attendee name nachname, participant last name, name des teilnehmers nachname, name des teilnehmers familienname,
        teilnehmername nachname, teilnehmername familienname""",
    "email": """email, e mail, mail, email address, e mail address, ticket email, attendee email, user email,
        emailaddress,
        work email, business email, your email, your email address, participant email, guest email, primary email,
        email id,
        contact email, e mail adresse, emailadresse, mailadresse, ihre e mail adresse, e mail des teilnehmers,
        adresse e mail, adresse email, adresse mail, courriel, adresse courriel, adresse electronique,
        adresse de courriel,
        mel, votre e mail, correo electronico, correo, direccion de correo, direccion de correo electronico, tu correo,
        indirizzo email, indirizzo e mail, posta elettronica, indirizzo di posta elettronica, endereco de email,
        endereco de e mail, correio eletronico, e mail do participante, attendee e mail, teilnehmer e mail""",
    "organization": """organization, organisation, company, company name, organization name, organisation name,
        employer,
        affiliation, institution, ticket company name, institute, university, business, firm, workplace, your company,
        attendee company, where do you work, current company, company organization, company organisation, job company,
        firma, unternehmen, firmenname, name des unternehmens, arbeitgeber, einrichtung, hochschule, institut,
        firma organisation, unternehmen organisation, name der organisation,
        entreprise, societe, nom de l entreprise, nom de la societe, organisme, structure, etablissement,
        employeur, raison sociale,
        empresa, organizacion, nombre de la empresa, institucion, entidad, compania,
        azienda, societa, ditta, organizzazione, ente, nome azienda, nome dell azienda, istituzione, impresa,
        ragione sociale,
        organizacao, nome da empresa, instituicao, entidade, companhia, companyname, company institution""",
    "title": """job title, jobtitle, job, position, job position, occupation, profession, function, title,
        work title, role title,
        ticket job title, current position, job role, job description, job function, headline, tagline,
        your job title, designation,
        your role, what is your job title, what is your role, attendee job title, position title,
        berufsbezeichnung, stellenbezeichnung, beruf, funktion, tatigkeit, stelle, jobtitel, titel, ihre position,
        fonction, poste, intitule du poste, metier, titre, votre fonction, titre du poste,
        cargo, puesto, puesto de trabajo, ocupacion, profesion, titulo, funcion, tu cargo,
        posizione, ruolo lavorativo, professione, mansione, titolo, qualifica, incarico,
        funcao, profissao, ocupacao, cargo atual""",
    "bio": """bio, biography, about, about me, about you, text long, profile, summary, description, background,
        self description,
        short bio, introduction, introduce yourself, profile text, speaker bio, abstracts, text,
        organization description,
        organisation description, company description, profile description, personal statement,
        biografie, kurzbiografie, uber mich, uber sie, vorstellung, kurzvorstellung, beschreibung, profil,
        kurzprofil, lebenslauf,
        zur person, steckbrief,
        biographie, a propos, a propos de moi, presentation, a propos de vous, parcours,
        biografia, sobre mi, acerca de mi, presentacion, descripcion, perfil, sobre ti,
        su di me, chi sono, presentazione, descrizione, profilo, sobre mim, sobre voce, apresentacao, descricao""",
    "talks": "talks, talk, sessions given, submissions, talk title, talk abstract, abstract, vortrag, vortrage, papers",
    "offering": """offering, offer, offers, offerings, i offer, what i offer, expertise, skills, i can help with,
        can offer,
        products, services, products and services, solutions, areas of expertise, superpower, can help with,
        angebot, ich biete, biete, kompetenzen, was ich biete, fachwissen, fahigkeiten, expertisen, leistungen,
        offre, j offre, je propose, competences, ce que je propose, savoir faire,
        oferta, ofrezco, lo que ofrezco, habilidades, experiencia, ofrece,
        offerta, offro, cosa offro, competenze, offrire, oferece, ofereco, o que ofereco, competencias,
        experiencia oferecida""",
    "seeking": """seeking, looking for, seek, seeks, needs, need, goals, goal, objectives, objective, wants,
        i am looking for,
        networking goals, intent, i seek, what i seek, interested in meeting, who i want to meet, expectations,
        challenges,
        suche, ich suche, gesuch, ziele, ziel, bedarf, gesucht, erwartungen, wunsche,
        recherche, je recherche, recherche de, objectifs, besoins, attentes, je cherche,
        busco, busca, lo que busco, objetivos, necesidades, buscando, expectativas,
        cerco, cosa cerco, obiettivi, esigenze, ricerca, aspettative, procuro, procura, o que procuro, necessidades""",
    "goal_form": """goal form, form of goal, networking form, kind of goal, type of goal, goal type,
        networking type, zielart,
        art des ziels, netzwerkart, type d objectif, forme d objectif, tipo de objetivo, tipo di obiettivo,
        forma de objetivo""",
    "industry": """industry, sector, industries, business sector, field, branch, industry sector, vertical,
        primary industry,
        company industry, branche, industrie, wirtschaftszweig, fachgebiet, brache, secteur, secteur d activite,
        domaine,
        domaine d activite, industria, rubro, ramo, settore, settore di attivita, setor, setor de atividade,
        area de atividade,
        sector de actividad, setor de atuacao""",
    "seniority": """seniority, seniority level, level, job level, career level, career stage, experience level,
        management level,
        erfahrungsstufe, karrierestufe, hierarchieebene, hierarchiestufe, senioritat, niveau, niveau hierarchique,
        anciennete,
        niveau d experience, nivel, nivel profesional, nivel de experiencia, antiguedad, livello, anzianita,
        livello di carriera,
        senioridade, nivel de senioridade, nivel hierarquico""",
    "country": """country, home country, nation, country of residence, work country, country region,
        company country, based in,
        land, staat, herkunftsland, wohnsitzland, pays, pays de residence, pais, pais de residencia, paese,
        nazione,
        country name""",
    "languages": """languages, language, spoken languages, languages spoken, language s, sprachen, sprache,
        gesprochene sprachen,
        sprachkenntnisse, langues, langue, langues parlees, idiomas, idioma, lenguas, idiomas hablados, lingue, lingua,
        lingue parlate, linguas, idiomas falados, preferred language, which languages do you speak""",
    "interests": """interests, interest, topics, topics of interest, tags, keywords, areas of interest, interested in,
        areas of activities, areas of activity, themes, fields of interest, hashtags, your interests,
        interessen, themen, interessensgebiete, interessengebiete, schlagworte, themeninteressen, interessante themen,
        interets, centres d interet, centre d interet, themes d interet, sujets, mots cles, thematiques,
        sujets d interet,
        intereses, temas, temas de interes, areas de interes, palabras clave, interessi, temi, argomenti,
        aree di interesse,
        parole chiave, temi di interesse, interesses, topicos, assuntos, palavras chave, temas de interesse""",
    "group": """group, role, attendee type, participant type, participation type, registration type, category,
        type, ticket type,
        ticket, ticket name, ticket category, ticket class, product, pass type, pass, item, admission item,
        attendee group,
        gruppe, rolle, kategorie, teilnehmertyp, teilnehmerart, ticketart, tickettyp, ticketkategorie, produkt, art,
        groupe, categorie, type de participant, type de billet, billet, produit, grupo, rol, categoria, tipo,
        tipo de entrada,
        tipo de asistente, entrada, producto, gruppo, ruolo, tipo di biglietto, biglietto, prodotto, tipologia,
        funcao no evento,
        papel, tipo de participante, tipo de ingresso, ingresso, bilhete, produto, tipo de bilhete""",
    "consent": """consent, matchmaking consent, consent to matchmaking, matching consent, opt in, matchmaking opt in,
        networking opt in, networking consent, matchmaking, take part in matchmaking, visible, einwilligung, zustimmung,
        einverstandnis, consentement, consentimiento, consenso, consentimento""",
    "opted_out": """opted out, opt out, optout, optedout, do not match, no matchmaking, matchmaking opt out,
        networking opt out,
        keine vermittlung, widerspruch, desinscrit, refus, exclu, excluido, escluso, do not contact, hidden""",
    "status": """status, attendee status, approval status, order status, registration status, ticket status,
        payment status,
        participation status, participant status, invitation status, rsvp, rsvp status, state, validated, approved,
        confirmed, attending,
        anmeldestatus, bestellstatus, teilnahmestatus, zahlungsstatus, bestatigt, statut, etat, statut de la commande,
        statut de paiement, estado, estado del pedido, estado de pago, confirmado, stato, stato ordine,
        stato dell ordine,
        stato del pagamento, confermato, situacao, status do pedido, status do pagamento, estado do pedido, valide,
        validado, paid""",
    "voided": """void status, void, voided, cancelled, canceled, is cancelled, is canceled, refunded, storniert,
        annule, cancelado,
        annullato, cancelled at, canceled at, waitlisted, on waitlist, cancellation date""",
    "min_introductions": """min introductions, minimum introductions, min meetings, minimum meetings,
        minimum number of meetings,
        meetings min, mindestanzahl treffen, mindestens, minimum de rencontres, rencontres min,
        minimo de reuniones, incontri minimi,
        minimo di incontri, minimo de reunioes""",
    "max_introductions": """max introductions, maximum introductions, max meetings, maximum meetings,
        maximum number of meetings,
        meetings max, how many people do you want to meet, how many introductions would you like, hochstens,
        hochstanzahl treffen,
        maximale anzahl treffen, maximum de rencontres, rencontres max, maximo de reuniones, massimo di incontri,
        incontri massimi,
        maximo de reunioes, number of meetings""",
    "met_before": """met before, already met, already know, already knows, people i know, known people,
        people you already know,
        bereits bekannt, schon getroffen, kennt bereits, deja rencontre, deja rencontres, connait deja, ya conozco,
        ya conoce,
        gia incontrati, gia conosciuti, conosce gia, ja conheco, ja conhece, conflicts""",
    "blocked": """blocked, block list, blocklist, do not introduce, do not match with, never match with, avoid,
        exclusions,
        blockiert, gesperrt, nicht treffen, bloques, a eviter, eviter, bloqueados, evitar, bloccati, da evitare""",
    "buyer_email": """order email, buyer email, purchaser email, booker email, order contact email, e mail besteller,
        e mail des bestellers, bestell e mail, email acheteur, email del comprador, email acquirente,
        email do comprador,
        order e mail, order user, billing email""",
    "buyer_name": "order name, buyer name, purchaser name, booker name, purchaser, buyer, besteller, acheteur,"
    " comprador, acquirente",
    "buyer_first_name": "order first name, buyer first name, purchaser first name, booker first name",
    "buyer_last_name": "order last name, buyer last name, purchaser last name, booker last name, buyer surname",
    IGNORED: """number, org key, qty, quantity, secret, custom source, attendee name title, attendee name salutation,
        attendee name middle name, attendee name degree after name, seats, join code, join url, comment, notes,
        internal notes,
        event, event name, event id, avatar, answers, track, room, group number, date attending, order type, price tier,
        ticket type id, survey response rating, survey response feedback, currency, amount, validity,
        requires special attention,
        automatically checked in, order date, date, barcode, barcode number, badge number, exhibitor id,
        session ids, sales channel,
        subevent, pseudonymization id, ip address, voucher code, locale, order locale, salutation, anrede,
        civilite, prefix, suffix,
        middle name, tratamiento, gender, geschlecht, genre, sexe, sexo, sesso, age, alter, birthday,
        name collision risk, city code,
        last name pronunciation, pronouns, first name pronunciation, blocked reason, versions""",
}

MAYBE = 600
"""Place of a heading that speaks of consent without saying to what: a plain no in it counts, silence does not."""
_MAY_BE_CONSENT = re.compile(
    r"\b(consent\w*|einwillig\w*|zustimmung|einverstand\w*|matchmaking|gdpr|dsgvo|rgpd|datenschutz\w*|opt in|sichtbar\w*"
    r"|share my (?:profile|details|contact|data)|(?:profil|daten) teilen|partager mon profil|compartir mi perfil"
    r"|condividere il mio profilo|partilhar o meu perfil)\b"
)
_OTHER_CONSENT = re.compile(
    r"\b(photo\w*|foto\w*|video\w*|image\w*|bild\w*|record\w*|aufzeichn\w*|newsletter\w*|marketing|werbung|sponsor\w*|sms"
    r"|terms|agb|cookies?|opt out|do not|nicht|what|which|was|welche\w*)\b"
)
"""Consent to something else than being introduced."""
_SENSITIVE = re.compile(
    r"\b(phone|telephone|telefon\w*|telefono|telefone|mobile?|handy\w*|portable|cell ?phone|whatsapp|fax|password"
    r"|passwort"
    r"|token|secret|wallet|eth address|solana|iban|passport|emergency|notfall\w*|diet\w*|allerg\w*|alerg\w*"
    r"|vegetari\w*|vegan"
    r"|food|meal|essen|ernahrung\w*|regime alimentaire|birth\w*|geburt\w*|naissance|nacimiento|nascita|nascimento"
    r"|gender"
    r"|shirt|tshirt|disabilit\w*|barrierefrei\w*|accessibilit\w*|wheelchair)\b"
)
"""Kept out whatever the length of the question: private, and no reason to meet anybody."""

_SYSTEM = re.compile(
    r"\b(price|preis|prix|precio|prezzo|preco|paid|fee|fees|tax|vat|iva|mwst|currency|amount|discount|coupon"
    r"|voucher|promo|invoice"
    r"|billing|rechnung\w*|facture|facturation|factura\w*|fattura\w*|fatura\w*|qr|url|link|links|website|webseite"
    r"|site web|homepage"
    r"|linked ?in|twitter|github|facebook|instagram|xing|orcid|address|adresse|anschrift|direccion|indirizzo"
    r"|endereco|street|strasse"
    r"|hausnummer|zip|postal|postcode|plz|postleitzahl|code postal|codigo postal|cap|cep|created|updated"
    r"|timestamp|time stamp"
    r"|zeitstempel|horodateur|marca temporal|registered at|registered on|registration date|checked|check in|ip"
    r"|user agent|utm|referrer"
    r"|seat|badge|scan|image|photo|picture|logo|foto|newsletter|terms|agb|privacy|datenschutz\w*|cgv|gdpr|rgpd"
    r"|dsgvo|uuid|hash|refund"
    r"|payment|zahlung\w*|paiement|how did you hear|checksum|home|ship|shipping|wifi|hotel|arrival|departure"
    r"|lunch|dinner)\b"
)
"""Kept out of headings of up to six words; longer ones are questions that people answered in their own words."""

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("opted_out", r"\b(do not|don t|nicht|opt out|exclude me|ne pas|no quiero|non voglio"
                  r"|nao quero)\b.*\b(match\w*|introduc\w*"
                  r"|vernetz\w*|vermittel\w*|rencontr\w*|mise? en (?:relation|contact)|emparej\w*|present\w*|abbin\w*"
                  r"|apresent\w*)\b"),
    ("consent", r"\b(may we|can we|consent|agree|allow|opt in|take part|participate|would you like|want to be"
                r"|einverstanden|durfen wir"
                r"|mochten sie|zustimm\w*|teilnehmen|acceptez|pouvons nous|souhaitez vous|autorisez|participer"
                r"|acepta\w*|podemos"
                r"|autoriza\w*|participar|possiamo|accetti|acconsent\w*|partecipare|vuoi|aceita|quer"
                r"|deseja)\b.*\b(match\w*"
                r"|introduc\w*|introduce you|vernetz\w*|vermittel\w*|vorstell\w*|mise? en (?:relation|contact)"
                r"|mettre en (?:relation|contact)|rencontres"
                r"|emparej\w*|presentart\w*|networking|abbin\w*|presentar\w*|metterti in contatto|apresent\w*"
                r"|conectar)\b"),
    ("max_introductions", r"\b(how many|wie viele|combien de|cuantas|cuantos|quanti|quante|quantas|quantos"
                          r"|max\w*)\b.*\b(meetings?"
                          r"|introductions?|treffen|gesprache|rencontres|reuniones|incontri|reunioes)\b"),
    ("blocked", r"\b(who|anyone|wen|qui|quien|chi|quem)\b.*\b(not want to meet|do not want|rather not|avoid"
                r"|nicht treffen"
                r"|ne souhaitez pas|no quiere|non vuoi|nao quer)\b"),
    ("met_before", r"\b(already (know|met)|bereits kennen|schon kennen|connaissez vous deja|ya conoce\w*"
                   r"|conosci gia|ja conhece)\b"),
    ("goal_form", r"\b(operational|strategic|operativ\w*|strategi\w*|strategique)\b.*\b(personal|personlich"
                  r"|personnel\w*|pessoal|personale)\b"),
    ("offering", r"\b(can|could|do|would) you (offer|share|bring|contribute|help|provide)|\byou(r)? (offer"
                 r"|expertise|superpower|skills)\b"
                 r"|\b(help others|can you help|help with|ask me about|offer to others|able to offer|can offer"
                 r"|i can offer)\b"
                 r"|\b(bieten sie|konnen sie (an)?bieten|kannst du (an)?bieten|bietest du|biete ich"
                 r"|womit konnen sie|ihr angebot|dein angebot"
                 r"|anbieten|expertise)\b|\b(proposez vous|pouvez vous (offrir|apporter|proposer|partager)"
                 r"|offrez vous|apportez vous"
                 r"|que proposez|votre offre|apporter)\b|\b(ofreces?|puedes? (ofrecer|aportar|compartir)"
                 r"|que ofrece|aportar|tu oferta)\b"
                 r"|\b(cosa offri|offri|puoi offrire|cosa offre|puo offrire)\b|\b(voce oferece|oferece"
                 r"|pode oferecer|posso oferecer|oferecer)\b"),
    ("seeking", r"\b(look(ing)? for|hop(e|ing) to|want to (meet|get|achieve|learn|find)|like to (meet|get|achieve"
                r"|learn|find)|wish to meet"
                r"|who (do|would) you|your (goals?|objectives?|needs?|challenges?)|are you seeking|do you (seek"
                r"|need)|expect\w* from"
                r"|get out of|people (do )?you want|reason for attending|why are you (attending|coming)"
                r"|what brings you)\b"
                r"|\b(suchen sie|suchst du|sie suchen|du suchst|mochten sie (treffen|kennenlernen|erreichen)"
                r"|wen mochte\w*|kennenlernen"
                r"|ihre ziele|deine ziele|erhoffen sie|erhoffst du|erwarten sie|erwartest du|wonach such\w*)\b"
                r"|\b(recherchez|recherches tu|cherchez|cherches tu|souhaitez vous (rencontrer|trouver|obtenir)"
                r"|vos (objectifs|attentes|besoins)"
                r"|attendez vous|qui voulez vous|rencontrer)\b|\b(buscas?|buscan|que busca|quieres (conocer"
                r"|encontrar|lograr)"
                r"|tus objetivos|sus objetivos|esperas?|te gustaria (conocer|encontrar))\b|\b(cerchi|cerca"
                r"|cercate|vuoi (incontrare|trovare)"
                r"|vorresti incontrare|tuoi obiettivi|ti aspetti|incontrare)\b|\b(procuras?|voce (procura|busca)"
                r"|quer (conhecer|encontrar)"
                r"|gostaria de (conhecer|encontrar)|seus objetivos)\b"),
    ("bio", r"\b(tell us about (you|yourself)|about (yourself|you)|describe yourself|introduce yourself"
            r"|who are you|what do you do"
            r"|describe your (work|company|project|business|organi[sz]ation)|short (bio|introduction|description))\b"
            r"|\b(uber sich|uber dich|stellen sie sich|stell dich|was machen sie|was machst du|beschreiben sie"
            r"|wer sind sie|wer bist du)\b"
            r"|\b(parlez nous de vous|presentez vous|qui etes vous|que faites vous|decrivez)\b"
            r"|\b(hablanos de ti|cuentanos|sobre usted|preset\w*ate|presentate|quien eres|a que te dedicas"
            r"|describ\w* tu)\b"
            r"|\b(parlaci di te|raccontaci|descriviti|chi sei|di cosa ti occupi)\b"
            r"|\b(fale sobre voce|conte nos|fale nos|apresente se|quem e voce|o que voce faz|descreva)\b"),
    ("interests", r"\b(topics|themen|sujets|temas|temi|argomenti)\b.*\b(interest\w*|interess\w*|interes\w*)\b"
                  r"|\b(interested in|interessieren sie|interessiert dich|vous interess\w*|te interesan"
                  r"|ti interessa\w*|te interessam)\b"),
    ("languages", r"\b(languages?|sprachen?|langues?|idiomas?|lingue)\b.*\b(speak|sprech\w*|sprichst|parl\w*"
                  r"|habla\w*|fala\w*)\b"),
    ("industry", r"\b(which|what|in welcher|quel|que|cual|quale|qual)\b.*\b(industry|sector|branche|secteur"
                 r"|settore|setor)\b"),
    ("organization", r"\b(name of|which|what is|name der|name des|nom de|nombre de|nome d\w+)\b.*\b(company"
                     r"|organi[sz]ation|employer"
                     r"|unternehmens?|firma|entreprise|societe|empresa|azienda)\b"),
    ("title", r"\b(what is|your|ihre|votre|tu|il tuo|seu)\b.*\b(job title|position|role|jobtitel"
              r"|berufsbezeichnung|fonction|poste|cargo"
              r"|puesto|ruolo|funcao)\b"),
    ("seniority", r"\b(seniority|career stage|career level|level of experience|karrierestufe)\b"),
    ("country", r"\b(which|what|in which|where)\b.*\b(country)\b"),
)  # fmt: skip

_INDEX: dict[str, tuple[str, int]] = {
    spelling: (field, place)
    for field, spellings in reversed(ALIASES.items())
    for place, spelling in reversed(list(enumerate(re.split(r",\s+", " ".join(spellings.split())))))
}
_RULES = tuple((field, re.compile(pattern)) for field, pattern in _PATTERNS)
_POSSESSIVE = re.compile(
    r"(please (enter|state|give) |bitte |enter |what is |what are |was sind |quels sont |quelle est )?"
    r"(your|my|the|ihre?|ihren?|deine?|dein|meine?|votre|vos|ton|ta|tes|mon|ma|mes|tus?|sus?|mis?"
    r"|il tuo|la tua|i tuoi|le tue|o seu|a sua|seus?|suas?|meus?|minhas?|os seus|as suas) "
)
"""What makes a question of a plain heading: "Ihre Interessen", "What are your goals"."""
MAX_HEADING = 300
"""Characters; a longer cell is a text and no heading."""


def normal(heading: str) -> str:
    """The heading in lower case ASCII words, `firstName` as two, `#` as `number`.

    >>> normal("E-Mail *"), normal("firstName"), normal("Order #"), normal("Prénom")
    ('e mail', 'first name', 'order number', 'prenom')
    """
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", heading.replace("#", " number "))
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).casefold()))


@lru_cache(maxsize=4096)
def meaning(heading: str) -> tuple[str, int]:
    """The field that a heading stands for and its place among the spellings (lower leads); `answer` where unknown.

    >>> [meaning(h)[0] for h in ("Courriel", "Was suchen Sie?", "Total Paid (USD)", "Favourite tool?")]
    ['email', 'seeking', 'ignored', 'answer']
    """
    if not heading.strip() or len(heading) > MAX_HEADING:
        return ANSWER, 999
    whole = normal(heading)
    bare = normal(re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\.\d+$", " ", heading))
    owned = _POSSESSIVE.sub("", bare)
    for spelling in (whole, bare, whole.removeprefix("ticket "), re.sub(r" \d+$", "", bare), owned):
        if spelling in _INDEX:
            return _INDEX[spelling]
    if _MAY_BE_CONSENT.search(whole) and not _OTHER_CONSENT.search(whole):
        return "consent", MAYBE
    if _SENSITIVE.search(whole):
        return IGNORED, 999
    for field, rule in _RULES:
        if rule.search(whole):
            return field, 500
    if len(whole.split()) <= 6 and _SYSTEM.search(whole):
        return IGNORED, 999
    return ANSWER, 999


def is_known(heading: str) -> bool:
    """True where the heading has an exact spelling or a pattern, ignored ones included."""
    return meaning(heading)[0] != ANSWER


IDENTITY = frozenset({"name", "first_name", "last_name", "email"})
"""A table without any of these has no people in it."""


def known_headings(cells: tuple[str, ...]) -> int:
    """How many different fields the cells name; 0 where none of them could identify a person."""
    fields = {meaning(cell)[0] for cell in cells if cell and "@" not in cell and len(cell) <= MAX_HEADING}
    return len(fields - {ANSWER, IGNORED}) if fields & IDENTITY else 0
