"""Dialogue: what a person did and what is remembered → replies and new memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.checking import Assessment, Read, check, read
from bot.checking.compiled import Compiled
from bot.checking.contacts import emergency_contacts
from bot.checking.pathways import Choice
from bot.checking.text import read_text
from bot.conversation.details import details, official_contacts, questions_back
from bot.conversation.emergency import COUNTRIES_OFFERED, HOME, country_answer, country_buttons, emergency_answer
from bot.conversation.first_answer import first_answer
from bot.conversation.language import written_language
from bot.conversation.memory import Checked, Draft, Language, Memory, remember
from bot.conversation.own_data import WORDS as OWN_DATA_WORDS
from bot.conversation.own_data import erase_question, own_data
from bot.conversation.paths import asked_answer, linked_answer, pressed_path, question_answer, question_choice
from bot.conversation.reporting import draft, lesson_draft, new_case, question, typed_choice, under_age
from bot.conversation.wording import Wording
from bot.keeping import Kept, NewCase, NewLesson
from bot.knowledge.schema import Level
from bot.messages import Button, Incoming, Reply

_UNASKED = Kept()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person holds of an answer; without their words."""

    verdict: str
    """"not_offer", "worse", "milder", or "is_offer" for a message that was not taken for one."""
    kind: str
    """Kind that was answered."""
    level: str
    """Level that was answered; empty if none."""
    rules: tuple[str, ...]
    """Ids of the red flags told."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Result of step 5."""

    replies: tuple[Reply, ...]
    """Messages to send, in order; empty only for events that want no answer (the person blocked the bot)."""
    memory: Memory
    """What to remember from now on."""
    feedback: Feedback | None = None
    """Set when the person judged the last answer."""
    kind: str = ""
    """Kind of the message that was checked; empty for commands, buttons and what cannot be read."""
    level: str = ""
    """Its level; empty if none."""
    found: tuple[str, ...] = ()
    """Ids of the rules that found something in it, drafts and muted ones included."""
    case: NewCase | None = None
    """Set when the person agreed that officers get this."""
    lesson: NewLesson | None = None
    """Set when the person agreed that rules learn from this."""
    erases: bool = False
    """True: the person wants everything held on them erased, which ``memory`` then is already."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One incoming message with all that is needed to answer it."""

    incoming: Incoming
    memory: Memory
    compiled: Compiled
    wording: Wording
    kept: Kept

    @property
    def stamp(self) -> str:
        """Stamp of the buttons under this answer: eight characters, the same whenever the message is answered again."""
        return hashlib.blake2b(self.incoming.id.encode(), digest_size=4).hexdigest()


def answer(incoming: Incoming, memory: Memory, compiled: Compiled, today: date, kept: Kept = _UNASKED) -> Answer:
    """Replies to one incoming message; pure: the same arguments give the same answer.

    ``kept``: what is held on the person, which must be given where `asks_what_is_held`.
    """
    if incoming.kind in ("blocked", "unblocked"):
        return Answer((), memory)
    pending = memory
    memory = replace(memory, language=_language(incoming, memory), draft=None, asked_report=False)
    turn = _Turn(incoming, memory, compiled, Wording(compiled.knowledge, memory.language or "id", today), kept)
    if pending.draft is not None and (choice := _consent(incoming, pending)):
        return _chosen(turn, pending.draft, *choice)
    if incoming.kind == "button":
        return _pressed(turn, incoming.action)
    text = incoming.text.strip()
    if not text:
        return _plain(turn, "unsupported" if incoming.attachment else "empty")
    if _is_command(text) and not incoming.forwarded_from:
        return _commanded(turn, text)
    if _is_choice(text):
        return _numbered(turn, int(text.rstrip(".)")))
    if (command := _WORDS.get(text.lower())) and not incoming.forwarded_from:
        return command(turn, "")
    if pending.asked_report:
        return _ready_to_report(turn, text)
    return _checked(turn, text)


def stands_alone(incoming: Incoming) -> bool:
    """True for what asks for something by itself, such as a command, a pressed button or a typed choice."""
    text = incoming.text.strip()
    asked = _is_command(text) or text.lower() in _WORDS
    return incoming.kind == "button" or _is_choice(text) or (asked and not incoming.forwarded_from)


def _is_command(text: str) -> bool:
    return text.startswith("/")


def _is_choice(text: str) -> bool:
    return text.rstrip(".)").isdecimal() and len(text) <= 3


def _language(incoming: Incoming, memory: Memory) -> Language:
    """English for people who write it; a forwarded message says nothing about its sender's language."""
    if memory.chosen and memory.language:
        return memory.language
    platform: Language = "en" if incoming.language.lower().startswith("en") else "id"
    if incoming.kind in ("text", "edit") and incoming.text and not incoming.text.startswith("/"):
        written = written_language(read_text(incoming.text, 2_000))
        if written and not (incoming.forwarded_from and (memory.language or incoming.language)):
            return written
    return memory.language or platform


def _plain(turn: _Turn, key: str, buttons: tuple[Button, ...] = ()) -> Answer:
    memory = replace(turn.memory, stamp=turn.stamp) if buttons else turn.memory
    return _offered(replace(turn, memory=memory), (Reply(turn.wording.say(key), buttons),))


def _offered(turn: _Turn, replies: tuple[Reply, ...]) -> Answer:
    """Replies of which the last one's buttons can also be typed as numbers."""
    *before, last = replies
    memory = replace(turn.memory, menu=_actions(last.buttons)) if last.buttons else turn.memory
    return Answer((*before, replace(last, buttons=_number(last.buttons))), memory)


def _actions(buttons: tuple[Button, ...]) -> tuple[str, ...]:
    return tuple(button.action for button in buttons)


def _number(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Buttons with the number that does the same when typed."""
    return tuple(Button(f"{number}. {button.label}", button.action) for number, button in enumerate(buttons, 1))


def _checked(turn: _Turn, text: str) -> Answer:
    """Step 3 to 5 for any text or forwarded message."""
    text, seen, assessment = _gravest(turn, text)
    reading = seen.reading
    found = tuple([match.rule for match in (*reading.flags, *reading.markers, *reading.cues, *reading.drafts)])
    told = _assessed(turn, text, seen, assessment)
    return replace(told, kind=assessment.kind, level=assessment.level or "", found=found)


def _assessed(turn: _Turn, text: str, seen: Read, assessment: Assessment) -> Answer:
    if turn.memory.asked_country and assessment.kind != "emergency" and not assessment.matches and len(text) <= 60:
        home = any(fact.type == "place" and fact.country == HOME for fact in assessment.facts)
        if assessment.countries or home:
            return _in_country(turn, assessment.countries[0] if assessment.countries else HOME)
    checked = remember(assessment)
    if assessment.kind == "emergency":
        return _emergency(turn, checked)
    choice = question_choice(text, assessment, turn.incoming, seen)
    if choice or assessment.kind != "offer":
        as_offer = remember(seen.assessed("offer"))
        turn = replace(turn, memory=replace(turn.memory, checked=as_offer, asked_country=False))
        return _asked(turn, choice) if choice else _plain(turn, f"kind.{assessment.kind}", _other_buttons(turn))
    told = first_answer(checked, turn.wording, assessment.truncated, turn.incoming.unread)
    if turn.incoming.kind == "edit":
        told = f"{turn.wording.say('answer.edited')}\n{told}"
    return _told(turn, checked, told)


def _gravest(turn: _Turn, text: str) -> tuple[str, Read, Assessment]:
    """The text to answer, as it was read, and its assessment.

    Of several texts sent in one go that is all of them together, unless one by itself is graver: a question or a
    warning sent along must not mute the offer beside it.
    """
    reads = [(said, read(said, turn.compiled)) for said in (text, *turn.incoming.parts)]
    checks = [(said, seen, seen.assessed()) for said, seen in reads]
    return max(checks, key=lambda check: _GRAVITY[check[2].level])  # the first of equals: all together


_GRAVITY: dict[Level | None, int] = {None: 0, "no_signs": 1, "caution": 2, "danger": 3, "emergency": 4}


def _asked(turn: _Turn, choice: Choice) -> Answer:
    """The answer to a question, with a button for the case that it was an offer."""
    reply = question_answer(choice, turn.wording)
    is_offer = _other_buttons(turn)[-1]
    turn = replace(turn, memory=replace(turn.memory, stamp=turn.stamp))
    return _offered(turn, (replace(reply, buttons=(*reply.buttons, is_offer)),))


def _told(turn: _Turn, checked: Checked, told: str) -> Answer:
    """The first answer to an offer, with its buttons."""
    buttons = _offer_buttons(turn)
    memory = replace(turn.memory, checked=checked, stamp=turn.stamp, menu=_actions(buttons), asked_country=False)
    return Answer((Reply(told, _number(buttons)),), memory)


def _emergency(turn: _Turn, checked: Checked) -> Answer:
    countries = checked.countries
    names = () if turn.incoming.in_group else (("button.ask_officer", "report"),)
    officers = tuple(Button(turn.wording.say(label), f"{name}:{turn.stamp}") for label, name in names)
    contacts = Button(turn.wording.say("button.contacts"), f"contacts:{turn.stamp}")
    rest = (contacts,) if countries else country_buttons(turn.wording, turn.stamp)
    buttons = (*officers, *rest)
    memory = replace(
        turn.memory, checked=checked, stamp=turn.stamp, menu=_actions(buttons), asked_country=not countries
    )
    told = emergency_answer(countries, checked.contacts, turn.wording)
    return Answer((Reply(told, _number(buttons)),), memory)


def _in_country(turn: _Turn, country: str) -> Answer:
    memory = replace(turn.memory, asked_country=False)
    return Answer((Reply(country_answer(country, turn.wording)),), memory)


def _offer_buttons(turn: _Turn) -> tuple[Button, ...]:
    return tuple(
        Button(turn.wording.say(f"button.{name}"), f"{name}:{turn.stamp}")
        for name in ("details", "questions", "contacts", "wrong", "report")[: 4 if turn.incoming.in_group else 5]
    )


def _other_buttons(turn: _Turn) -> tuple[Button, ...]:
    return tuple(
        Button(turn.wording.say(f"button.{name}"), f"{name}:{turn.stamp}") for name in ("contacts", "is_offer")
    )


def _numbered(turn: _Turn, number: int) -> Answer:
    """A typed number stands for the button with that number."""
    if 1 <= number <= len(turn.memory.menu):
        return _pressed(turn, turn.memory.menu[number - 1])
    return _plain(turn, "number.unknown" if turn.memory.menu else "number.none")


def _pressed(turn: _Turn, action: str) -> Answer:
    name, _, rest = action.partition(":")
    stamp, _, value = rest.partition(":")
    if name == "country" and (value == HOME or value in COUNTRIES_OFFERED):
        return _in_country(turn, value)
    if shown := pressed_path(action, turn.wording):
        return _offered(turn, shown)
    if name == "language" and value in ("id", "en"):
        return _set_language(turn, "en" if value == "en" else "id")
    if name == "erase":
        return _erase(turn, stamp, value)
    if name == "report":
        return _report(turn, "")
    if name == "consent":
        return _plain(turn, "report.old")
    checked = turn.memory.checked
    if checked is None or stamp != turn.memory.stamp or name not in _BUTTONS:
        return _plain(turn, "button.old")
    return _BUTTONS[name](turn, checked, value)


def _show_details(turn: _Turn, checked: Checked, value: str) -> Answer:
    return Answer(details(checked, turn.wording), turn.memory)


def _show_questions(turn: _Turn, checked: Checked, value: str) -> Answer:
    return Answer(questions_back(checked, turn.wording), turn.memory)


def _show_contacts(turn: _Turn, checked: Checked, value: str) -> Answer:
    abroad = checked.kind == "emergency" and bool(checked.countries)
    return Answer((official_contacts(checked.contacts, turn.wording, abroad),), turn.memory)


def _show_wrong(turn: _Turn, checked: Checked, value: str) -> Answer:
    """Ask what is wrong, or take the verdict; the words of the message are not kept."""
    stamp = turn.memory.stamp
    if not value:
        names = ("not_offer", "worse", "milder")
        buttons = tuple(Button(turn.wording.say(f"button.{name}"), f"wrong:{stamp}:{name}") for name in names)
        memory = replace(turn.memory, menu=_actions(buttons))
        return Answer((Reply(turn.wording.say("feedback.ask"), _number(buttons)),), memory)
    key = "feedback.milder" if value == "milder" else "feedback.thanks"
    thanks, feedback = turn.wording.say(key), _feedback(checked, value)
    if value == "worse" or turn.incoming.in_group or not (turn.incoming.about and feedback.rules):
        return Answer((Reply(thanks),), replace(turn.memory, menu=()), feedback)
    button = Button(turn.wording.say("button.teach"), f"teach:{stamp}")
    told = _offered(turn, (Reply(f"{thanks}\n{turn.wording.say('teach.offer')}", (button,)),))
    return replace(told, feedback=feedback)


def _show_lesson(turn: _Turn, checked: Checked, value: str) -> Answer:
    """What officers would see of the message, before it is kept; the platform tells its words."""
    rules = tuple(dict.fromkeys(found.rule for found in checked.reasons))
    shown = lesson_draft(turn.incoming.about, rules, turn.compiled)
    return _plain(turn, "button.old") if shown is None else _ask_consent(turn, shown)


def _is_offer(turn: _Turn, checked: Checked, value: str) -> Answer:
    """The person says it is an offer: it is answered as one, and the mistake is noted."""
    if checked.level == "emergency":
        return replace(_emergency(turn, checked), feedback=_feedback(checked, "is_offer"))
    return replace(_told(turn, checked, first_answer(checked, turn.wording)), feedback=_feedback(checked, "is_offer"))


def _feedback(checked: Checked, verdict: str) -> Feedback:
    return Feedback(verdict, checked.kind, checked.level or "", tuple(found.rule for found in checked.reasons))


_BUTTONS: dict[str, Callable[[_Turn, Checked, str], Answer]] = {
    "details": _show_details,
    "questions": _show_questions,
    "contacts": _show_contacts,
    "wrong": _show_wrong,
    "teach": _show_lesson,
    "is_offer": _is_offer,
}


def _commanded(turn: _Turn, text: str) -> Answer:
    name, _, rest = text[1:].partition(" ")
    command = _COMMANDS.get(name.partition("@")[0].lower())
    return _plain(turn, "command.unknown") if command is None else command(turn, rest.strip())


def _start(turn: _Turn, rest: str) -> Answer:
    turn = replace(turn, memory=replace(turn.memory, payload=turn.memory.payload or rest[:64]))
    linked = linked_answer(rest, turn.compiled, turn.wording)
    return _offered(turn, (linked,)) if linked else _plain(turn, "start")


def _help(turn: _Turn, rest: str) -> Answer:
    return _plain(turn, "help")


def _paths(turn: _Turn, rest: str) -> Answer:
    return _offered(turn, (asked_answer(rest, turn.compiled, turn.wording),))


def _check(turn: _Turn, rest: str) -> Answer:
    return _checked(turn, rest) if rest else _plain(turn, "check.how")


def _contacts(turn: _Turn, rest: str) -> Answer:
    """The usual contacts, or those of a country that is named."""
    policy = turn.compiled.knowledge.policy
    countries = check(rest, turn.compiled).countries if rest else ()
    if countries:
        names = tuple(emergency_contacts(turn.compiled.knowledge, policy, countries[:1]))
        return Answer((official_contacts(names, turn.wording, abroad=True),), turn.memory)
    names = (
        policy.default_contact,
        policy.emergency_contact_home,
        policy.emergency_contact_abroad,
        *policy.area_contacts,
    )
    return Answer((official_contacts(names, turn.wording, abroad=False),), turn.memory)


def _privacy(turn: _Turn, rest: str) -> Answer:
    hours = turn.compiled.knowledge.policy.memory_hours
    return Answer((Reply(turn.wording.say("privacy", hours=hours)),), turn.memory)


def _own_data(turn: _Turn, rest: str) -> Answer:
    if turn.incoming.in_group:
        return _plain(turn, "private.only")
    return Answer(own_data(turn.kept, turn.memory.checked, turn.wording), turn.memory)


def _ask_to_erase(turn: _Turn, rest: str) -> Answer:
    if turn.incoming.in_group:
        return _plain(turn, "private.only")
    turn = replace(turn, memory=replace(turn.memory, stamp=turn.stamp))
    return _offered(turn, (erase_question(turn.kept, turn.stamp, turn.wording),))


def _erase(turn: _Turn, stamp: str, value: str) -> Answer:
    """Only the newest question can be answered with yes: nobody erases by a button found far up in the chat."""
    if value != "yes":
        return _plain(turn, "erase.kept")
    if stamp != turn.memory.stamp:
        return _plain(turn, "erase.old")
    return Answer((Reply(turn.wording.say("erase.done")),), Memory(), erases=True)


def _report(turn: _Turn, rest: str) -> Answer:
    """What would be kept of the words behind the command, or of the message that was answered; else it is asked for."""
    if turn.incoming.in_group:
        return _plain(turn, "private.only")
    forwarded = turn.incoming.about_forwarded and not rest
    shown = draft(rest or turn.incoming.about, forwarded, turn.compiled)
    if shown is None:
        return _plain(replace(turn, memory=replace(turn.memory, asked_report=True)), "report.send")
    return _ask_consent(turn, shown)


def _ready_to_report(turn: _Turn, text: str) -> Answer:
    """The message that was asked for; a cry for help is answered first, and can be reported after that."""
    # The person's own words beside a forward may hold their own number: not all contacts are the recruiter's.
    forwarded = bool(turn.incoming.forwarded_from) and not turn.incoming.own_words
    shown = draft(text, forwarded, turn.compiled)
    helped = turn.memory.checked is not None and turn.memory.checked.level == "emergency"
    if shown is None or (not helped and _gravest(turn, text)[2].level == "emergency"):
        return _checked(turn, text)
    return _ask_consent(turn, shown)


def _ask_consent(turn: _Turn, shown: Draft) -> Answer:
    turn = replace(turn, memory=replace(turn.memory, draft=shown, stamp=turn.stamp))
    return _offered(turn, question(shown, turn.kept, turn.stamp, turn.wording))


def _consent(incoming: Incoming, memory: Memory) -> tuple[str, str] | None:
    """(stamp, choice) of somebody who answers whether to keep a draft; None if they do anything else."""
    text = incoming.text.strip().rstrip(".!)")
    action = incoming.action
    if text.isdecimal() and len(text) <= 2 and 1 <= int(text) <= len(memory.menu):
        action = memory.menu[int(text) - 1]
    elif (typed := typed_choice(text)) and memory.draft is not None:
        agreed = "guardian" if memory.draft.minor else "yes"
        action = f"consent:{memory.stamp}:{agreed if typed == 'yes' else 'no'}"
    name, _, rest = action.partition(":")
    stamp, _, choice = rest.partition(":")
    return (stamp, choice) if name == "consent" and not incoming.forwarded_from else None


def _chosen(turn: _Turn, shown: Draft, stamp: str, choice: str) -> Answer:
    """Only the buttons under this very draft can make a case of it."""
    if stamp != turn.memory.stamp:
        return _plain(turn, "report.old")
    if choice == "minor" and not shown.minor:
        return _ask_consent(turn, under_age(shown, turn.compiled))
    if choice != ("guardian" if shown.minor else "yes"):
        return _plain(replace(turn, memory=replace(turn.memory, menu=())), "report.dropped")
    if shown.teaches:
        until = turn.wording.day(turn.wording.today + timedelta(days=turn.kept.lesson_days))
        told = Reply(turn.wording.say("teach.kept", until=until))
        return Answer((told,), replace(turn.memory, menu=()), lesson=NewLesson(shown.text, shown.teaches))
    case = new_case(shown, turn.incoming.id, turn.kept, turn.wording)
    until = turn.wording.day(turn.wording.today + timedelta(days=turn.kept.case_days))
    told = Reply(turn.wording.say("report.kept", number=case.number, until=until))
    return Answer((told,), replace(turn.memory, menu=()), case=case)


def _choose_language(turn: _Turn, rest: str) -> Answer:
    chosen: dict[str, Language] = {"id": "id", "indonesia": "id", "en": "en", "english": "en", "inggris": "en"}
    if rest.lower() in chosen:
        return _set_language(turn, chosen[rest.lower()])
    buttons = (Button("Indonesia", f"language:{turn.stamp}:id"), Button("English", f"language:{turn.stamp}:en"))
    return _plain(turn, "language.ask", buttons)


def _set_language(turn: _Turn, language: Language) -> Answer:
    memory = replace(turn.memory, language=language, chosen=True, menu=())
    wording = replace(turn.wording, language=language)
    return Answer((Reply(wording.say("language.set")),), memory)


_COMMANDS: dict[str, Callable[[_Turn, str], Answer]] = {
    "start": _start, "mulai": _start, "bantuan": _help, "help": _help, "cek": _check, "check": _check,
    "jalur": _paths, "paths": _paths, "topik": _paths,
    "kontak": _contacts, "contacts": _contacts, "privasi": _privacy, "privacy": _privacy,
    "bahasa": _choose_language, "language": _choose_language,
    "lapor": _report, "report": _report, "tanya_petugas": _report,
    "data_saya": _own_data, "my_data": _own_data, "hapus_data": _ask_to_erase, "delete_data": _ask_to_erase,
}  # fmt: skip
_PLAIN_WORDS = (
    "mulai",
    "lapor",
    "report",
    "bantuan",
    "help",
    "jalur",
    "topik",
    "kontak",
    "privasi",
    "privacy",
    "bahasa",
    "language",
)
_WORDS = {word: _COMMANDS[word] for word in _PLAIN_WORDS} | {
    words: _COMMANDS[command] for words, command in OWN_DATA_WORDS.items()
}
_WORDS |= {"tanya petugas": _report, "ask an officer": _report}
