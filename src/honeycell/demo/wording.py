"""What people write: short business mail put together from sentences in four languages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["WORDINGS", "Wording", "due_words"]


@dataclass(frozen=True)
class Wording:
    """The sentences of one language; `{o}` is an object, `{p}` a place, `{n}` a number, `{d}` a date in words."""

    objects: tuple[str, ...]
    greetings: tuple[str, ...]
    openings: tuple[str, ...]
    answers: tuple[str, ...]
    fillers: tuple[str, ...]
    questions: tuple[str, ...]
    requests: tuple[str, ...]
    promises: tuple[str, ...]
    deliveries: tuple[str, ...]
    chasers: tuple[str, ...]
    closings: tuple[str, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    on_date: str
    """How a quoted mail is introduced: `{when}` and `{who}`."""
    by: tuple[str, str]
    """How a due date is said: by weekday, by date."""
    reply: str
    """What stands before the subject of an answer."""


PLACES = (
    "Harrow End",
    "Wexcombe",
    "Dunmere",
    "Altfeld",
    "Port Saren",
    "Kettlewell",
    "Ostbrook",
    "Marlhaven",
    "Vieux-Pré",
    "Nordkai",
)

EN = Wording(
    (
        "the door control drawings",
        "the axle load table",
        "the spare parts list",
        "the night-shift windows",
        "the cable schedule",
        "the interface description",
        "the risk register",
        "the acceptance protocol",
        "the passenger counts",
        "the price sheet",
        "the bogie inspection plan",
        "the training slots",
        "the firmware release",
        "the site survey",
        "the outage note",
        "the display layout",
        "the delivery forecast",
        "the brake test results",
        "the contract annex",
        "the access permits",
        "the heating retrofit",
        "the depot floor plan",
        "the battery certificates",
        "the timetable data",
        "the warranty claim",
        "the wheel profile report",
        "the radio coverage map",
        "the cost estimate",
        "the staffing plan",
        "the migration checklist",
    ),
    ("Hi {g},", "Hello {g},", "Dear {g},", "{g},", "Good morning {g},"),
    (
        "I went through {o} for {p} this morning.",
        "We have a new version of {o} since the visit to {p}.",
        "The team at {p} came back to us about {o}.",
        "A quick note about {o}: {p} is {n} days behind the plan.",
        "Following our call, here is where we stand with {o} at {p}.",
        "{p} asked for {n} changes to {o}.",
    ),
    (
        "Thanks, that helps. For {p} we keep {o} as agreed.",
        "Yes, {n} of them, and {o} covers the rest.",
        "I checked with the colleagues in {p}: {o} can stay as it is.",
        "No, that was changed in {p}; see {o}, page {n}.",
        "That works for us. We will take {o} from there.",
        "Understood. {p} needs {n} more of them than {o} says.",
    ),
    (
        "The figures for week {n} are in.",
        "Nothing changes for the crew on site.",
        "We lost {n} hours to the crane, no more.",
        "The rest is on the shared drive.",
        "Item {n} of the minutes covers this.",
        "Finance has seen it as well.",
        "The supplier confirmed {n} units.",
        "I will be on site in {p} next week.",
        "Version {n} is the valid one.",
    ),
    (
        "Which version of {o} do you work with?",
        "Could {p} take {n} more units in the same week?",
        "Who decides about {o} on your side?",
        "Is {o} still valid for {p}?",
        "When do you expect {o}?",
        "How many sets does {p} need for {o}?",
    ),
    (
        "Please send me {o} for {p}.",
        "Could you confirm {o} in writing?",
        "Can you have a look at {o} and tell me what is missing?",
        "Please book {n} hours in {p} for this.",
        "Could you ask your colleagues for {o}?",
        "Please approve {o} so that we can order.",
    ),
    (
        "I will send {o} {d}.",
        "You will have {o} {d}.",
        "We will confirm {o} {d}.",
        "I'll get back to you about {o} {d}.",
    ),
    (
        "As promised, here is what you asked for: {o}.",
        "Attached you find {o}, as announced.",
        "Here comes {o}; sorry for the wait if there was one.",
    ),
    (
        "Did you find time for my question below?",
        "A gentle reminder about this one.",
        "We still need your answer on {o}; could you have a look?",
    ),
    ("Best regards,", "Kind regards,", "Thanks,", "Cheers,", "Best,"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "On {when}, {who} wrote:",
    ("by {w}", "by {day} {month}"),
    "Re: ",
)
DE = Wording(
    (
        "die Türsteuerungspläne",
        "die Achslasttabelle",
        "die Ersatzteilliste",
        "die Nachtschichtfenster",
        "die Kabelliste",
        "die Schnittstellenbeschreibung",
        "die Risikoliste",
        "die Abnahmeunterlagen",
        "die Fahrgastzahlen",
        "die Preisübersicht",
        "die Prüfergebnisse der Bremsen",
        "die Lieferprognose",
    ),
    ("Hallo {g},", "Guten Tag {g},", "Moin {g},", "Guten Morgen {g},"),
    (
        "ich bin {o} für {p} heute früh durchgegangen.",
        "seit dem Besuch in {p} gibt es eine neue Fassung: {o}.",
        "{p} hat sich wegen einer Sache gemeldet: {o}.",
        "kurz zum Stand in {p}: wir liegen {n} Tage hinter dem Plan.",
    ),
    (
        "Danke, das hilft. Für {p} bleibt es dabei.",
        "Ja, {n} Stück, der Rest steht in der Liste.",
        "Ich habe in {p} nachgefragt: es kann so bleiben.",
        "Nein, das wurde in {p} geändert, siehe Seite {n}.",
    ),
    (
        "Die Zahlen der Woche {n} liegen vor.",
        "Für die Mannschaft vor Ort ändert sich nichts.",
        "Der Rest liegt auf dem Laufwerk.",
        "Punkt {n} des Protokolls regelt das.",
        "Nächste Woche bin ich in {p}.",
    ),
    (
        "Mit welcher Fassung arbeitet ihr: {o}?",
        "Könnte {p} in derselben Woche {n} Stück mehr nehmen?",
        "Wer entscheidet bei euch über {o}?",
        "Gilt das für {p} noch?",
    ),
    (
        "Bitte schick mir {o} für {p}.",
        "Könntest du das bitte schriftlich bestätigen: {o}?",
        "Bitte prüfe {o} und sag mir, was fehlt.",
        "Bitte plane {n} Stunden in {p} dafür ein.",
    ),
    ("Ich schicke dir {o} {d}.", "Du bekommst {o} {d}.", "Wir melden uns dazu {d}: {o}."),
    ("Wie versprochen: {o}.", "Anbei {o}, wie angekündigt."),
    (
        "Konntest du dir meine Frage schon ansehen?",
        "Eine kleine Erinnerung hierzu.",
        "Uns fehlt noch die Antwort: {o}.",
    ),
    ("Viele Grüße", "Beste Grüße", "Mit freundlichen Grüßen", "Gruß"),
    ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag"),
    (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "Am {when} schrieb {who}:",
    ("bis {w}", "bis zum {day}. {month}"),
    "AW: ",
)
FR = Wording(
    (
        "les plans de commande des portes",
        "le tableau des charges",
        "la liste des pièces",
        "les créneaux de nuit",
        "le relevé de câblage",
        "la description d’interface",
        "le registre des risques",
        "le procès-verbal de réception",
        "les comptages voyageurs",
        "la grille tarifaire",
        "les résultats d’essai de freinage",
        "le calendrier de livraison",
    ),
    ("Bonjour {g},", "Re-bonjour {g},", "{g}, bonjour,", "Salut {g},"),
    (
        "j’ai relu ce matin {o} pour {p}.",
        "depuis la visite à {p}, nous avons une nouvelle version : {o}.",
        "l’équipe de {p} est revenue vers nous au sujet suivant : {o}.",
        "un point rapide sur {p} : {n} jours de retard.",
    ),
    (
        "Merci, c’est clair. Pour {p} on garde ce qui est prévu.",
        "Oui, {n} au total, le reste est dans le dossier.",
        "J’ai vérifié avec {p} : rien à changer.",
        "Non, cela a été modifié à {p}, voir page {n}.",
    ),
    (
        "Les chiffres de la semaine {n} sont arrivés.",
        "Rien ne change pour l’équipe sur place.",
        "Le reste est sur le serveur partagé.",
        "Le point {n} du compte rendu en parle.",
        "Je serai à {p} la semaine prochaine.",
    ),
    (
        "Avec quelle version travaillez-vous : {o} ?",
        "{p} pourrait-il prendre {n} unités de plus la même semaine ?",
        "Qui décide chez vous pour {o} ?",
        "Est-ce toujours valable pour {p} ?",
    ),
    (
        "Merci de m’envoyer {o} pour {p}.",
        "Pourriez-vous confirmer par écrit : {o} ?",
        "Peux-tu regarder {o} et me dire ce qui manque ?",
        "Merci de réserver {n} heures à {p}.",
    ),
    ("Je vous envoie {o} {d}.", "Vous aurez {o} {d}.", "Nous confirmons {o} {d}."),
    ("Comme promis : {o}.", "Ci-joint {o}, comme annoncé."),
    ("Avez-vous pu regarder ma question ?", "Petite relance à ce sujet.", "Il nous manque encore votre réponse : {o}."),
    ("Cordialement,", "Bien à vous,", "Merci et bonne journée,", "À bientôt,"),
    ("lundi", "mardi", "mercredi", "jeudi", "vendredi"),
    (
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    "Le {when}, {who} a écrit :",
    ("d’ici {w}", "d’ici le {day} {month}"),
    "RE: ",
)
NL = Wording(
    (
        "de deurbesturingstekeningen",
        "de aslasttabel",
        "de onderdelenlijst",
        "de nachtvensters",
        "het kabelschema",
        "de interfacebeschrijving",
        "het risicoregister",
        "het opleverprotocol",
        "de reizigerstellingen",
        "de prijslijst",
        "de remtestresultaten",
        "de leverprognose",
    ),
    ("Hoi {g},", "Beste {g},", "Dag {g},", "Goedemorgen {g},"),
    (
        "ik heb vanochtend {o} voor {p} doorgenomen.",
        "sinds het bezoek aan {p} is er een nieuwe versie: {o}.",
        "het team in {p} kwam hierop terug: {o}.",
        "even kort over {p}: we lopen {n} dagen achter.",
    ),
    (
        "Dank, dat helpt. Voor {p} blijft het zoals afgesproken.",
        "Ja, {n} stuks, de rest staat in het overzicht.",
        "Ik heb het in {p} nagevraagd: het kan zo blijven.",
        "Nee, dat is in {p} gewijzigd, zie pagina {n}.",
    ),
    (
        "De cijfers van week {n} zijn binnen.",
        "Voor de ploeg verandert er niets.",
        "De rest staat op de gedeelde schijf.",
        "Punt {n} van het verslag gaat hierover.",
        "Volgende week ben ik in {p}.",
    ),
    (
        "Met welke versie werken jullie: {o}?",
        "Kan {p} in dezelfde week {n} stuks extra nemen?",
        "Wie beslist bij jullie over {o}?",
        "Geldt dit nog voor {p}?",
    ),
    (
        "Stuur je me {o} voor {p}?",
        "Kun je {o} schriftelijk bevestigen?",
        "Wil je {o} bekijken en zeggen wat er ontbreekt?",
        "Graag {n} uur in {p} hiervoor inplannen.",
    ),
    ("Ik stuur je {o} {d}.", "Je krijgt {o} {d}.", "We bevestigen {o} {d}."),
    ("Zoals beloofd: {o}.", "Bijgaand {o}, zoals aangekondigd."),
    ("Ben je al aan mijn vraag toegekomen?", "Kleine herinnering hierover.", "We missen nog je antwoord: {o}."),
    ("Groeten,", "Met vriendelijke groet,", "Groet,", "Alvast dank,"),
    ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"),
    (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "Op {when} schreef {who}:",
    ("uiterlijk {w}", "uiterlijk {day} {month}"),
    "Betr: ",
)

WORDINGS = {"en": EN, "de": DE, "fr": FR, "nl": NL}
"""By language."""


def due_words(wording: Wording, said_on: date, due_on: date) -> str:
    """How somebody says on one day that something is due on another.

    Example:
        >>> due_words(EN, date(2025, 3, 3), date(2025, 3, 7))
        'by Friday'
    """
    if 0 < (due_on - said_on).days <= 6 and due_on.weekday() < 5:
        return wording.by[0].format(w=wording.weekdays[due_on.weekday()])
    return wording.by[1].format(day=due_on.day, month=wording.months[due_on.month - 1])
