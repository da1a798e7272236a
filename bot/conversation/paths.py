"""Paths: answers to questions from the pathways: first answer, details, sources, and the menu of topics."""

from __future__ import annotations

from typing import get_args

from bot.checking import Read
from bot.checking.assessment import Assessment
from bot.checking.compiled import Compiled
from bot.checking.pathways import POSSIBLE, Choice, find_pathways
from bot.conversation.details import official_contacts
from bot.conversation.wording import Wording
from bot.knowledge.pathways import AS_OF, EnglishPathway, Pathway, Topic
from bot.messages import Button, Incoming, Reply

LONGEST_MESSAGE = 3_500
"""Characters of one message of details; Telegram takes 4,096."""
PAYLOAD = "jalur-"
"""How a deep link to a pathway or topic begins: /start jalur-jepang."""

_PARTS = ("details", "sources", "contacts")
_ASKED_OTHER, _ASKED, _NAMED = 0.65, 0.9, 1.0
"""Weight of phrases from which a message that was taken for another kind is a question: one taken for nothing special,
any other one that sounds like a question, and a bare "alamat disnaker palangkaraya"."""
_PLAIN = 3.5
"""Score from which a message is plainly about a topic, whatever phrases say."""
_LONGEST_QUESTION = {"offer": 110, "warning": 220, "other": 220}
"""Characters up to which what was taken for another kind may be a question."""
_OFFER_FACTS = frozenset(
    {"wage", "fee", "phone", "link", "payout", "deduction", "penalty", "bounty", "haste", "handle"}
)


def question_choice(text: str, assessment: Assessment, incoming: Incoming, seen: Read) -> Choice | None:
    """The pathways for a message that is to be answered from them; None when it is not.

    That is every question, and other kinds when they plainly ask for one. What was taken for an offer is answered so
    only when it is short and names no figures, no contact and no critical sign.
    """
    if assessment.kind == "question":
        return find_pathways(text, seen.compiled, seen.reading)
    own_words = not incoming.forwarded_from and len(text) <= _LONGEST_QUESTION.get(assessment.kind, 0)
    if not own_words or not _may_ask(assessment, seen.compiled):
        return None
    choice = find_pathways(text, seen.compiled, seen.reading)
    other, plain = assessment.kind == "other", choice.score >= _PLAIN
    asks = choice.asked and (plain or choice.phrase >= (_ASKED_OTHER if other else _ASKED))
    names = other and plain and choice.phrase >= _NAMED and not text.endswith((".", "!"))
    clear = choice.sure or (other and choice.score >= POSSIBLE)
    return choice if clear and (asks or names) else None


def _may_ask(assessment: Assessment, compiled: Compiled) -> bool:
    if assessment.kind != "offer":
        return True
    flags = compiled.knowledge.red_flags
    critical = any(flags[match.rule].severity == "critical" for match in assessment.matches)
    return not critical and all(fact.type not in _OFFER_FACTS for fact in assessment.facts)


def question_answer(choice: Choice, wording: Wording) -> Reply:
    """The answer, the question which one is meant, or the honest word that there is none."""
    if choice.sure:
        return first_path_answer(wording.knowledge.pathways[choice.pathways[0]], wording)
    return choice_menu(choice, wording) if choice.pathways else no_answer(wording)


def linked_answer(payload: str, compiled: Compiled, wording: Wording) -> Reply | None:
    """What a deep link opens: a pathway or topic by its id, else what its words ask for; None if it is no such link."""
    if not payload.startswith(PAYLOAD):
        return None
    name = payload.removeprefix(PAYLOAD)
    if pathway := active_pathway(name, wording):
        return first_path_answer(pathway, wording)
    return topic_menu(name.replace("-", "_"), wording) or asked_answer(name.replace("-", " "), compiled, wording)


def asked_answer(words: str, compiled: Compiled, wording: Wording) -> Reply:
    """The answer to the words behind /jalur; the menu of topics when there are none or nothing fits.

    A bare "jepang" means the way to Japan.
    """
    choices = [find_pathways(written, compiled) for written in (words, f"jalur {words}")]
    sure = next((choice for choice in choices if choice.sure), None)
    choice = sure or choices[0]
    return question_answer(choice, wording) if choice.pathways else topics_menu(wording)


def pressed_path(action: str, wording: Wording) -> tuple[Reply, ...] | None:
    """What a button of this room shows ("topics", "topic:pay", "path:taiwan:details"); None if it is no such button.

    These buttons say all they need, so they never grow old.
    """
    name, _, rest = action.partition(":")
    value, _, part = rest.partition(":")
    if name == "topics":
        return (topics_menu(wording),)
    if name == "topic" and (menu := topic_menu(value, wording)):
        return (menu,)
    if name == "path" and (pathway := active_pathway(value, wording)):
        return path_part(pathway, part, wording) if part else (first_path_answer(pathway, wording),)
    return None


def first_path_answer(pathway: Pathway, wording: Wording) -> Reply:
    """The short answer within ``policy.first_answer_bytes``, with buttons for more."""
    told = _told(pathway, wording)
    lines = [wording.say("path.title", title=told.title)]
    lines += [wording.say("path.line", line=_dated(line, wording)) for line in told.answer]
    lines.append(wording.say("path.beware", line=_dated(told.beware, wording)))
    if pathway.recheck and any(AS_OF.search(line) for line in (*told.answer, told.beware)):
        lines.append(wording.say("path.recheck", site=pathway.recheck))
    lines.append(wording.contact_line(wording.knowledge.contacts[pathway.contacts[0]], abroad=False))
    buttons = [Button(wording.say(f"button.{part}"), f"path:{pathway.id}:{part}") for part in _PARTS]
    return Reply("\n".join(lines), (*buttons, _topics_button(wording)))


def path_part(pathway: Pathway, part: str, wording: Wording) -> tuple[Reply, ...] | None:
    """What a button under a pathway's answer shows; None for a part that there is not."""
    match part:
        case "details":
            return _details(pathway, wording)
        case "sources":
            return (_sources(pathway, wording),)
        case "contacts":
            return (official_contacts(tuple(pathway.contacts), wording, abroad=False),)
    return None


def choice_menu(choice: Choice, wording: Wording) -> Reply:
    """The question which of several pathways is meant, with one button each."""
    pathways = [wording.knowledge.pathways[name] for name in choice.pathways]
    return Reply(
        wording.say("path.which"), (*(_open_button(pathway, wording) for pathway in pathways), _topics_button(wording))
    )


def no_answer(wording: Wording) -> Reply:
    """The honest word that there is no answer, whom to ask, and the topics that there are."""
    return Reply(wording.say("path.none"), (_topics_button(wording),))


def topics_menu(wording: Wording) -> Reply:
    """First level: one button a topic that has answers."""
    topics = [topic for topic in get_args(Topic) if _of_topic(topic, wording)]
    return Reply(
        wording.say("path.topics"), tuple(Button(wording.say(f"topic.{topic}"), f"topic:{topic}") for topic in topics)
    )


def topic_menu(topic: str, wording: Wording) -> Reply | None:
    """Second level: one button a pathway; None for a topic that there is not."""
    pathways = _of_topic(topic, wording)
    if not pathways:
        return None
    return Reply(wording.say("path.topic", topic=wording.say(f"topic.{topic}")),
                 tuple(_open_button(pathway, wording) for pathway in pathways))  # fmt: skip


def active_pathway(name: str, wording: Wording) -> Pathway | None:
    """The pathway in use with this id, "-" and "_" alike; None if there is none."""
    pathway = wording.knowledge.pathways.get(name.replace("-", "_"))
    return pathway if pathway is not None and pathway.status == "active" else None


def _of_topic(topic: str, wording: Wording) -> list[Pathway]:
    """In the order of the facts they tell, the widest of those that begin with the same one first."""
    found = [pathway for pathway in wording.knowledge.pathways.values() if pathway.topic == topic]
    found.sort(key=lambda pathway: (*pathway.covers[:1], -len(pathway.covers)))
    return [pathway for pathway in found if pathway.status == "active"]


def _open_button(pathway: Pathway, wording: Wording) -> Button:
    return Button(_told(pathway, wording).button, f"path:{pathway.id}")


def _topics_button(wording: Wording) -> Button:
    return Button(wording.say("button.topics"), "topics")


def _told(pathway: Pathway, wording: Wording) -> Pathway | EnglishPathway:
    return pathway.english if wording.language == "en" else pathway


def _dated(line: str, wording: Wording, site: str | None = None) -> str:
    """ "[per 2025-02]" as "(per 02-2025)", with the place to check again if there is one."""
    key = "path.as_of_recheck" if site else "path.as_of"
    return AS_OF.sub(lambda found: " " + wording.say(key, day=_day(found[1]), site=site), line)


def _day(written: str) -> str:
    return "-".join(reversed(written.split("-")))


def _details(pathway: Pathway, wording: Wording) -> tuple[Reply, ...]:
    """Every section, split at lines into messages that are not too long; the first message rings, the others do not."""
    told = _told(pathway, wording)
    blocks = [wording.say("path.title", title=told.title)]
    for name, lines in told.sections.told():
        heading = wording.say(f"section.{name}")
        blocks.append("\n".join(["", heading, *(f"– {_dated(line, wording, pathway.recheck)}" for line in lines)]))
    messages = [""]
    for line in "\n".join(blocks).split("\n"):
        if messages[-1] and len(messages[-1]) + 1 + len(line) > LONGEST_MESSAGE:
            messages.append(line)
        else:
            messages[-1] = f"{messages[-1]}\n{line}" if messages[-1] else line
    return tuple(Reply(message.strip(), quiet=number > 0) for number, message in enumerate(messages))


def _sources(pathway: Pathway, wording: Wording) -> Reply:
    """Title of each source with the day it was checked, and its address where it is known wholly."""
    lines = [wording.say("path.sources", title=_told(pathway, wording).title)]
    for source in pathway.sources:
        lines.append(f"• {wording.source(source)}")
        if source.url:
            lines.append(f"  {source.url}")
    return Reply("\n".join(lines))
