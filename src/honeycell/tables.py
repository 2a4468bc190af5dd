"""The whole data model on one page: every table, column, type, key and meaning.

Two layers. The *log* is what happened: append-only, one row as it was written. Everything *derived* can be
thrown away and made again; a refresh replaces the rows of some keys (`Table.replaced_by`), a rebuild all.

Conventions: ids end in `_id` and are made of a text (`honeycell.ids`); instants in `_at` (naive, UTC, whole
microseconds); dates in `_on`; units in the name; counts `n_`; fractions `share_`; direction `from_person_id`, `to_person_id`.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

__all__ = ["DERIVED", "LOG", "ROLES", "TABLES", "Column", "Table"]

TEXT, WORDS, ID, INT, SMALL, FLOAT, BOOL, DATE = (
    pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int16(), pa.float64(), pa.bool_(), pa.date32(),
)  # fmt: skip
INSTANT = pa.timestamp("us")
TEXTS = pa.list_(pa.field("element", pa.string()))

ROLES = (
    "from", "sender", "reply_to", "to", "cc", "bcc", "attendee", "organiser", "buyer", "seller", "payer", "payee",
)  # fmt: skip
"""What a participant can be in an interaction."""


@dataclass(frozen=True)
class Column:
    """One column: its name, Arrow type and meaning."""

    name: str
    type: pa.DataType
    meaning: str
    words: bool = False
    """Whether it holds what somebody said (`WORDS`): shown to those who took part, and where a space is open."""


@dataclass(frozen=True)
class Table:
    """One table of the model."""

    name: str
    layer: str
    """`log` or `derived`."""
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that identify a row."""
    replaced_by: tuple[str, ...] = ()
    """Columns by whose values a refresh replaces rows (derived tables): all rows of a value, or none."""

    @property
    def said_in(self) -> str | None:
        """The column that names the interaction which a row is of; None where it is of none, or of several."""
        names = [column.name for column in self.columns]
        return next((name for name in ("interaction_id", "first_interaction_id") if name in names), None)

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of the table."""
        return pa.schema([pa.field(column.name, column.type) for column in self.columns])


def _table(layer: str, name: str, meaning: str, key: str, columns: str, replaced_by: str = "") -> Table:
    """A table from a compact page: one `name TYPE meaning` line a column."""
    parsed = []
    for line in columns.strip().splitlines():
        column, kind, text = line.split(maxsplit=2)
        parsed.append(Column(column, globals()[kind], text, kind == "WORDS"))
    return Table(name, layer, meaning, tuple(parsed), tuple(key.split()), tuple(replaced_by.split()))


_COPY = "copy_hash TEXT which copy wrote the row: 16 hex digits over the fields and text of that copy"
_BATCH = "batch INT number of the log commit that wrote the row"

LOG: tuple[Table, ...] = (
    _table("log", "interactions", "One thing that happened, one row for every differing copy of it.",
        "interaction_id copy_hash", f"""
interaction_id ID made of the Message-ID, or of the canonical content without one
{_COPY}
kind TEXT message, meeting, call, ticket_event, order, shipment, invoice, payment
channel TEXT mail, slack, zulip, calendar, ledger
space TEXT handle of the list, stream or channel it was said in, or null
conversation_key WORDS native thread or topic (chat), calendar UID, deal number (ledger), or null
subject WORDS as decoded
occurred_at INSTANT the date the sender wrote, in UTC; null when it is not plausible
occurred_on DATE the sender's date at the offset as written (UTC if none)
utc_offset_minutes SMALL the sender's offset as written, or null
duration_minutes FLOAT length of a meeting or call, or null
message_id TEXT native id without angle brackets, or null
in_reply_to TEXT native id of the answered interaction, or null
references TEXTS native ids of the ancestors, oldest first
body_hash TEXT 16 hex digits over the text, white space and list footers aside
template_hash TEXT 16 hex digits over the text with digits and names of the addressee removed
n_bytes INT size of the content as received, header aside (mail), of title and description (meeting), or of the record
{_BATCH}"""),
    _table("log", "participants", "A handle in a role of an interaction.", "interaction_id copy_hash role handle", f"""
interaction_id ID the interaction
{_COPY}
role TEXT one of ROLES
handle TEXT address, lower case: mailto:ana@example.com, slack:T1/U2, zulip:Ana
display_name TEXT the name beside the address as decoded, or null
{_BATCH}"""),
    _table("log", "texts", "The body as written (text/plain, or HTML turned to text).", "interaction_id copy_hash", f"""
interaction_id ID the interaction
{_COPY}
body WORDS the text; attachments are never held as text
{_BATCH}"""),
    _table("log", "headers", "Header fields that classification and identity need later.",
        "interaction_id copy_hash name value", f"""
interaction_id ID the interaction
{_COPY}
name TEXT lower-case field name: list-id, precedence, auto-submitted, list-unsubscribe, x-original-from, ...
value WORDS the value as decoded, at most 1,000 characters
{_BATCH}"""),
    _table("log", "transfers", "What changed hands in an order, shipment, invoice or payment.",
        "interaction_id copy_hash", f"""
interaction_id ID the interaction
{_COPY}
ledger TEXT money, goods or information
amount FLOAT in the currency; null for goods without a price
currency TEXT ISO 4217
quantity FLOAT in the units of the document, or null
document_number TEXT number of the order, invoice, ...
due_on DATE when it was due, or null
settled_on DATE when it was delivered or paid, or null
{_BATCH}"""),
    _table("log", "sightings", "Every copy of an interaction, and where it was seen.",
        "interaction_id copy_hash source locator content_hash", f"""
interaction_id ID the interaction
{_COPY}
source TEXT mbox, maildir, eml, slack_export, ...
locator TEXT file relative to the imported path, then #byte offset-length or record number
content_hash TEXT 32 hex digits of sha256 over the bytes of the record
{_BATCH}"""),
    _table("log", "variants", "Copies of interactions that were seen in more than one differing copy.",
        "interaction_id copy_hash", f"""
interaction_id ID the interaction
{_COPY}
{_BATCH}"""),
    _table("log", "directory", "What a file says of persons and organisations.", "record_hash", f"""
record_hash TEXT 32 hex digits over the record
kind TEXT affiliation (person in organisation), domain (domain of organisation), account (chat handle of an address) or card (addresses of one person)
handle TEXT the person's address, or null
display_name TEXT the person's name, or null
address TEXT another handle of the same person (account, card): mailto:ana@example.com, or null
organisation TEXT name of the organisation as written, or null
domain TEXT domain of the organisation, or null
from_on DATE first day, or null
to_on DATE last day, or null
source TEXT the source
locator TEXT file and record number
{_BATCH}"""),
    _table("log", "coverage", "When a sensor was on.", "source owner from_on to_on", f"""
source TEXT the source
owner TEXT what was covered: the imported archive, list, channel or mailbox
from_on DATE first covered day
to_on DATE last covered day
share_complete FLOAT 0 to 1: how complete the cover is between the two
{_BATCH}"""),
    _table("log", "imports", "One run of import over one or more paths.", "import_id", f"""
import_id INT 1, 2, 3, ...
started_at INSTANT when the run began
ended_at INSTANT when it ended
paths TEXTS what was named on the command line
n_records INT records read
n_added INT interactions that were new
n_duplicate INT records that were copies of what was known
n_skipped INT records that could not be used; listed in `skipped`
n_bytes INT bytes read
{_BATCH}"""),
    _table("log", "skipped", "A record that could not be used, and why; nothing is lost.",
        "source locator reason", f"""
import_id INT the import that met it first
source TEXT the source
locator TEXT file and byte range or record number
reason TEXT kebab-case reason: no-date, not-a-message, ...
detail WORDS what was found, for a person
content_hash TEXT 32 hex digits over the bytes of the record, or null
{_BATCH}"""),
)  # fmt: skip

_DECIDED = """decision_id INT its number among all decisions
decided_at INSTANT when it was decided
decided_by TEXT who decided it
why WORDS the reason in words, or null"""
_PERIOD = """from_on DATE first day, or null: since ever
to_on DATE last day, or null: still"""

DERIVED: tuple[Table, ...] = (
    # decisions: those in force, as `honeycell.decisions` kept them
    _table("derived", "same_person", "A decision in force: two handles are one person.", "decision_id", f"""
{_DECIDED}
handle_a TEXT the smaller of the two
handle_b TEXT the larger""", "decision_id"),
    _table("derived", "not_same_person", "A decision in force: two handles are not one person.", "decision_id", f"""
{_DECIDED}
handle_a TEXT the smaller of the two
handle_b TEXT the larger""", "decision_id"),
    _table("derived", "split", "A decision in force: a handle leaves the person it was given to.", "decision_id", f"""
{_DECIDED}
handle TEXT the handle that stands alone""", "decision_id"),
    _table("derived", "same_organisation", "A decision in force: a domain or name belongs to an organisation.",
        "decision_id", f"""
{_DECIDED}
organisation_a TEXT the domain or name that belongs to the other
organisation_b TEXT a domain or name of the organisation it belongs to
role TEXT spelling, domain, subsidiary, merged or renamed
{_PERIOD}""", "decision_id"),
    _table("derived", "not_same_organisation", "A decision in force: two domains or names are not one organisation.",
        "decision_id", f"""
{_DECIDED}
organisation_a TEXT the smaller of the two
organisation_b TEXT the larger""", "decision_id"),
    _table("derived", "affiliation", "A decision in force: whoever writes from a handle belongs to an organisation.",
        "decision_id", f"""
{_DECIDED}
handle TEXT a handle of the person
organisation TEXT a domain or name of the organisation
{_PERIOD}""", "decision_id"),
    _table("derived", "part_of", "A decision in force: an interaction belongs to the conversation of another.",
        "decision_id", f"""
{_DECIDED}
interaction_a TEXT the id of the interaction, 16 hexadecimal digits
interaction_b TEXT that of the other""", "decision_id"),
    _table("derived", "not_part_of", "A decision in force: an interaction leaves the conversation it was given to.",
        "decision_id", f"""
{_DECIDED}
interaction TEXT the id of the interaction, 16 hexadecimal digits""", "decision_id"),
    _table("derived", "join_with", "A decision in force: the conversations of two interactions are one.",
        "decision_id", f"""
{_DECIDED}
interaction_a TEXT the id of an interaction of the one, 16 hexadecimal digits
interaction_b TEXT of the other""", "decision_id"),
    _table("derived", "judged_loop", "A decision in force: whether a sentence is what it was taken for.",
        "decision_id", f"""
{_DECIDED}
interaction TEXT the id of the message, 16 hexadecimal digits
type TEXT question, request or promise
starts TEXT where the sentence begins in its body, in characters
verdict TEXT yes, no or unsure""", "decision_id"),
    _table("derived", "priorities", "A decision in force: to whom an organisation means to give its attention.",
        "decision_id", f"""
{_DECIDED}
organisation TEXT a domain or name of the organisation whose attention it is
shares TEXT share for each domain or name, as JSON; `others` for the rest; they sum to 1
from_on DATE first day, or null: since ever""", "decision_id"),
    _table("derived", "floors", "A decision in force: under which value of a reading no pair is meant to lie.",
        "decision_id", f"""
{_DECIDED}
reading TEXT the reading, of which pairs have values of their own
least TEXT the value, in the unit of the reading
from_on DATE first day, or null: since ever""", "decision_id"),
    # log
    _table("derived", "replies", "What an interaction answers, by its native links.", "interaction_id", """
interaction_id ID the answering interaction
parent_id ID the interaction it answers, which is in the log
how TEXT in-reply-to, references or native
occurred_at INSTANT of the answer
parent_at INSTANT of the answered
from_handle TEXT author of the answer
parent_handle TEXT author of the answered""", "interaction_id"),
    _table("derived", "awaited", "A native id that an interaction answers and that is not in the log yet.",
        "interaction_id message_id", """
interaction_id ID the answering interaction
message_id TEXT native id that it names, nearer to it than the parent it has in `replies`, if any""", "interaction_id"),
    _table("derived", "spaces", "How the handles of lists, streams and channels are known, and who wrote there.",
        "handle how author", """
handle TEXT the list, stream or channel, or the address that posts to it
how TEXT native (chat), list-post (it says where to post) or list-id (a List-Id alone, as newsletters have too)
author TEXT who wrote there (list-id), or empty""", "handle how author"),
    _table("derived", "senders", "How an author behaves over everything they sent; decides automatic senders.", "handle", """
handle TEXT the author
converses BOOL whether somebody else answered them and they answered somebody else: a person; not counted further
n_sent INT interactions sent, or null (converses)
n_answered INT of those, how many somebody else answered, or null (converses)
n_answering INT of those, how many answer somebody else, or null (converses)
n_templates INT different bodies, digits aside, or null (converses)
n_unsubscribe INT of those, how many bear List-Unsubscribe outside a space, or null (converses)
automatic BOOL whether everything of this sender is automatic
reason TEXT why, or null""", "handle"),
    _table("derived", "classes", "What kind of traffic an interaction is, and the rule that says so.", "interaction_id", """
interaction_id ID the interaction
class TEXT direct, in_space, broadcast or automatic; first rule that applies, in the order of science.md 2.2
reason TEXT the rule, in words a person can check
delegated BOOL Sender differs from From outside a space: an assistant sent it
n_addressed INT persons named in to and cc""", "interaction_id"),
    # identities
    _table("derived", "names", "Which display names a handle was seen with.", "handle display_name", """
handle TEXT the handle
display_name TEXT as written, quotes and what lists add aside; empty when there was none
full_name TEXT the name as it is compared: folded, given name first; null when it is not the full name of a person
n INT times
n_authored INT times as the author
first_at INSTANT first seen
last_at INSTANT last seen
first_authored_at INSTANT first seen as the author, or null
last_authored_at INSTANT last seen as the author, or null""", "handle"),
    _table("derived", "signatures", "Words below messages of authors on free mail, as names are compared.",
        "interaction_id words", """
interaction_id ID the message
handle TEXT its author
words WORDS a line or part of one as organisations are compared (acmewidgets), or a host (acme.example)
on DATE the sender's date""", "interaction_id"),
    _table("derived", "signed_addresses", "A mail address that the author of a message names in the signature below it.",
        "interaction_id address", """
interaction_id ID the message
handle TEXT its author
address WORDS the address as a handle: the author's own, or another""", "interaction_id"),
    _table("derived", "profiles", "What each handle is by itself, before any is linked to another.", "handle", """
handle TEXT the address
handle_id ID made of the handle; permanent
kind TEXT person, role, list, automatic or organisation (a party of a ledger)
reason TEXT why it is that
local TEXT what stands before the @; empty where it is no mail address
host TEXT what stands behind it, or behind that of the address which a file gives; empty where there is none
address TEXT the mail address without a tag (ana+list@), or the handle
platform TEXT where it is an account (slack:T1/), or null for mail
place TEXT the organisation by file or the registrable domain of its host; null for free mail
organisation_id ID made of the place, where more than lists and machines live there, or null
is_employer BOOL whether three or more write from the place
spells BOOL whether the local part is a usual spelling of its name, and no number tells it apart
first_at INSTANT first seen, or null
last_at INSTANT last seen, or null
first_authored_at INSTANT first seen as an author, or null
last_authored_at INSTANT last seen as an author, or null""", "handle"),
    _table("derived", "traits", "What the handles of persons are compared by.", "handle", """
handle TEXT the address
local TEXT what stands before the @; empty where it is no mail address
place TEXT the organisation of its host; null for free mail
name TEXT the display name written most by the author, a full one first, or the one that the address spells; or null
name_kind TEXT full, initial (A. Silva) or single, or null without a name
full_name TEXT the name as it is compared exactly: given name first; null unless it is a full one
sorted_name TEXT its words in order of letters, in Latin letters
loose_name TEXT the same by its sound
given TEXT the given name, or its initial
family TEXT the family name, or its initial
given_root TEXT the name that the given name is short for, or itself
initials TEXT first letters of both, in order of letters
full_names TEXTS every full name that is theirs, sorted; null without any
words TEXTS names of one word that the author wrote, sorted; null without any
login TEXT the local part without tag and separators
login_is_given BOOL whether the login is a given name
login_is_name BOOL whether the login is a word or a usual spelling of the name
label TEXT the place without what follows its first dot, from four letters on""", "handle"),
    _table("derived", "frequencies", "How many share a word, from two on; rounded up beyond 8.", "kind word", """
kind TEXT given or family (different full names), name, login or place (handles), or names
word TEXT the word; empty for names
n INT how many, in four steps to the double; names: how many full names there are, as a power of two""", "kind word"),
    _table("derived", "links", "Two handles that something says are one person's: the evidence, and what came of it.",
        "handle_a handle_b", """
handle_a TEXT the smaller of the two handles
handle_b TEXT the larger
rule TEXT the strongest evidence: person, account, tag, card, reply-to, signature, name-there, name, login or model
features TEXT what was compared and how it came out, as `family=same given_root=same place=other`
probability FLOAT 0 to 1: how sure that they are one person's
outcome TEXT linked, not linked or to be decided
decided_by TEXT rule, model or person
against TEXT what speaks against it so much that it is not linked, in words, or null
reason TEXT the evidence in words""", "handle_a handle_b"),
    _table("derived", "handles", "Every handle: what it is, whom it belongs to, and why.", "handle", """
handle_id ID made of the handle; permanent
handle TEXT the address
kind TEXT person, role, list, automatic or organisation (a party of a ledger)
person_id ID the person, or null for a role mailbox, list or machine
organisation_id ID the organisation of its domain, or null (free mail, chat without a mail address)
reason TEXT why it belongs there
probability FLOAT 0 to 1: how sure the link to the person is
first_at INSTANT first seen
last_at INSTANT last seen""", "handle"),
    _table("derived", "persons", "A person: one or more handles.", "person_id", """
person_id ID handle_id of the earliest handle (by first occurrence, then handle)
name TEXT the name written most often, or the address
slug TEXT name in an address: ana-silva, homonyms ana-silva-3f2a
n_handles INT how many
first_at INSTANT first seen
last_at INSTANT last seen""", "person_id"),
    _table("derived", "organisations", "An organisation: one or more registrable domains.", "organisation_id", """
organisation_id ID made of its name by file or its registrable domain
name TEXT as a file says, else the label of the domain
slug TEXT the name in an address: ibm, intel
domains TEXTS registrable domains, sorted
provisional BOOL a domain with one person and no file: perhaps no organisation at all
us BOOL whether it is the organisation the cell belongs to
n_persons INT persons ever affiliated
reason TEXT why these domains are one""", "organisation_id"),
    _table("derived", "affiliations", "Person in organisation from a date to a date; several at once are normal.",
        "person_id organisation_id from_on", """
person_id ID the person
organisation_id ID the organisation
from_on DATE first day of use, or as the file says
to_on DATE last day of use, or as the file says; null while open
n INT interactions that show it
confidence FLOAT 0 to 1
decision_id INT the decision that says so, or null
reason TEXT the domain of an address, a signature, a file or a decision""", "person_id"),
    # conversations
    _table("derived", "ancestors", "Ids that headers name, in the log or not: which strand each belongs to.",
        "ancestor_id", """
ancestor_id ID made of the native id
strand_id ID the strand""", "ancestor_id"),
    _table("derived", "answers", "What a message in the open of a chat, outside threads, answers by what is said.",
        "interaction_id", """
interaction_id ID the message
parent_id ID what it probably answers, one of the hundred messages before it; itself where it begins something
probability FLOAT 0 to 1: how sure""", "interaction_id"),
    _table("derived", "repaired", "What a mail answers whose headers name nothing in the log.", "interaction_id", """
interaction_id ID the mail
parent_id ID the earlier mail that it probably answers, or heads its series
probability FLOAT 0.5 to 1: how sure
how TEXT quotation, series or subject: what mostly says so""", "interaction_id"),
    _table("derived", "strands", "What an interaction belongs to by what its channel says, or the words of a chat.",
        "interaction_id", """
interaction_id ID the interaction
strand_id ID the strand
reason TEXT header, native thread, topic, answer or alone
ancestor_id ID made of the native id by which others name it
from_handle TEXT its author, or null
occurred_at INSTANT when, or null""", "interaction_id"),
    _table("derived", "joints", "What belongs together across channels.", "interaction_id parent_id", """
interaction_id ID an interaction
parent_id ID what it goes on from in another channel
probability FLOAT 0 to 1: how sure
how TEXT invitation, number, link, subject: what they share
what WORDS the shared number, link or subject""", "interaction_id"),
    _table("derived", "branched", "A mail that begins another talk under an old reference.", "interaction_id", """
interaction_id ID the mail
parent_id ID the mail that it names, whose talk it leaves
about_id ID made of its subject: those who leave one mail with one subject begin one talk""", "interaction_id"),
    _table("derived", "threads", "Which conversation an interaction belongs to.", "interaction_id", """
interaction_id ID the interaction
conversation_id ID the conversation: that of the strand of it which began first
reason TEXT that of its strand, or what joins or divides strands: quotation, series, subject, invitation, number, link, decision, joined
ancestor_id ID made of the native id by which others name it
from_handle TEXT its author, or null
occurred_at INSTANT when, or null""", "interaction_id"),
    _table("derived", "conversations", "Interactions that belong together.", "conversation_id", """
conversation_id ID made of the native id of its root (which may be missing from the log)
first_interaction_id ID the earliest interaction (by occurred_at, then interaction_id)
subject WORDS of the earliest interaction
space TEXT where the earliest was said, or null
channel TEXT of the earliest interaction
first_at INSTANT earliest
last_at INSTANT latest
n_interactions INT how many
n_authors INT different author handles
root_missing BOOL the root is named by headers but is not in the log""", "conversation_id"),
    _table("derived", "cues", "A sentence in the author's own words that opens a loop, or that may close one.",
        "interaction_id type starts", """
interaction_id ID the message
type TEXT question, request or promise (opens); done, withdrawn or again (may close)
starts INT where the sentence begins in the body as in the log, in characters
ends INT where it ends
called TEXT the name by which somebody is addressed, folded, or null
due_on DATE the day by which, at the sender's clock, or null
due_starts INT where the words that name the day begin, or null
due_ends INT where they end, or null
about INT made of the words that carry meaning, to know a sentence again
probability FLOAT 0 to 1: how sure that it is what `type` says; calibrated; null for what may close""", "interaction_id"),
    _table("derived", "loops", "What somebody owes somebody: a question, request or promise, an order line or invoice.",
        "loop_id", """
loop_id ID made of the interaction, the type and the place of the sentence
type TEXT question, request, promise, order line, invoice or ticket
interaction_id ID that opened it
conversation_id ID the conversation of that
starts INT where the sentence begins in the body as in the log, in characters; null for structured ones
ends INT where it ends, or null
owner_handle TEXT who owes the closing; null: nobody in particular of those addressed
counterpart_handle TEXT to whom; null: nobody in particular of those addressed
opened_at INSTANT when, or null
due_on DATE the day by which, at the sender's clock, or null
due_starts INT where the words that name the day begin, or null
due_ends INT where they end, or null
probability FLOAT 0 to 1: how sure that there is such a loop; calibrated; 1 for structured ones
closed_at INSTANT when it was closed, or null
closing_id ID the interaction that closed it, or null
outcome TEXT open, answered, done, withdrawn, superseded or dropped (open, and one side left out of the talk since)
source TEXT text or structured""", "conversation_id"),
    _table("derived", "particulars", "Numbers, serials and values that a message names which opens or closes a loop.",
        "interaction_id particular_id", """
interaction_id ID the message
particular_id ID made of the number, serial or value""", "interaction_id"),
    _table("derived", "repeats", "A message that says what an earlier one had said, by whomever.",
        "interaction_id earlier_id rule", """
interaction_id ID the later message
earlier_id ID the earlier one, at most 180 days before
rule TEXT asked (it asks what was settled) or told (it answers with two rare particulars that were given elsewhere)
similarity FLOAT 0.6 to 1: Jaccard likeness of the runs of five own words (asked), or null
n_shared INT particulars that both name in own words""", "interaction_id"),
    # ties
    _table("derived", "touches", "One interaction directed from one person at another.",
        "interaction_id from_person_id to_person_id", """
interaction_id ID the interaction
from_person_id ID who gave attention: a person, or the handle_id of a role mailbox
to_person_id ID who received it
occurred_at INSTANT when
on DATE the sender's date
channel TEXT the channel
kind TEXT the kind of interaction
role TEXT to, cc, answered (author of what it answers) or attendee
weight FLOAT multiple of 2^-20, fractional attention: the touches of one message sum to 1; meetings: minutes / (n - 1)
n_addressed INT persons it was directed at
broadcast BOOL counted as exposure only
in_space BOOL whether it was where many can hear, and not in private
in_reply_to_id ID the interaction by the receiver that it answers, or null
utc_offset_minutes SMALL the sender's offset as written, or null""", "interaction_id"),
    _table("derived", "pair_days", "A pair of persons on one day in one context; additive.",
        "a_person_id b_person_id on channel kind in_space", """
a_person_id ID the smaller id of the two
b_person_id ID the larger id
on DATE the day (sender's date)
channel TEXT the channel
kind TEXT the kind
in_space BOOL whether it was where many can hear, and not in private
w_ab FLOAT attention from a to b
w_ba FLOAT attention from b to a
n_ab INT interactions from a to b, broadcasts aside
n_ba INT interactions from b to a, broadcasts aside
n_broadcast INT broadcasts either way""", "a_person_id b_person_id"),
    _table("derived", "pairs", "A tie over all time: the ordered state of science.md 2.6 over contact days.",
        "a_person_id b_person_id", """
a_person_id ID the smaller id of the two
b_person_id ID the larger id
first_on DATE first contact day
last_on DATE last contact day
n_days INT contact days (m)
s1 FLOAT sum of gaps between contact days, in days
s2 FLOAT sum of their squares
w_ab FLOAT attention from a to b
w_ba FLOAT attention from b to a
n_ab INT interactions from a to b
n_ba INT interactions from b to a""", "a_person_id b_person_id"),
    _table("derived", "terms", "Which organisation a person or role mailbox stood for on which days: one at a time.",
        "person_id from_day", """
person_id ID the person, or the handle_id of a role mailbox
organisation_id ID the organisation (honeycell.identities.affiliated)
from_day INT first day, in days since 1970-01-01
to_day INT the day after the last""", "person_id"),
    _table("derived", "turns", "One side speaks and waits for the other to answer.", "opening_id to_person_id", """
opening_id ID the interaction that opened the turn
from_person_id ID who opened
to_person_id ID who is asked to answer
opened_at INSTANT when
closing_id ID the interaction that closed it, or null while open
closed_at INSTANT when, or null
cause TEXT explicit (answers by header), inferred (first message back), met, or null while open
n_chased INT further messages of the opener before it closed
colleague_answer_id ID the first answer by header of a colleague of who is asked, before either is heard of, or null
colleague_person_id ID who gave it, or null
colleague_at INSTANT when, or null
anew BOOL whether an earlier turn of the two is still open, which between organisations a colleague's answer ended
wait_seconds INT wall clock, or null
working_wait_seconds INT the responder's working clock, or null
responder_offset_minutes SMALL the responder's modal offset over the preceding eight weeks (honeycell.ties.clock)""",
        "from_person_id to_person_id"),
    # readings
    _table("derived", "stretches", "Days on which an archive was covered, silences that are too long taken out.",
        "source owner from_on", """
source TEXT the source
owner TEXT the imported archive, list, channel or mailbox
from_on DATE first covered day
to_on DATE last covered day
share_complete FLOAT 0 to 1: how complete the cover is between the two""", "source owner"),
    _table("derived", "parameters", "Fitted numbers, a function of the log up to the last completed month.",
        "name month_on", """
name TEXT median_gap_days, share_answered_mean, share_answered_strength, vitality_coefficient_0, ...
month_on DATE first day of the month up to which (exclusive) it was fitted
value FLOAT the number
n INT observations behind it""", "name"),
)  # fmt: skip

TABLES: dict[str, Table] = {table.name: table for table in (*LOG, *DERIVED)}
"""Every table by its name."""
