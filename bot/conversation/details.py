"""Details on request: the evidence map with all reasons and sources, questions to send back, official contacts."""

from __future__ import annotations

from bot.checking.evidence import PARTS
from bot.conversation.memory import Checked, Found
from bot.conversation.shown import shown_quote
from bot.conversation.wording import Wording
from bot.knowledge.schema import Marker, RedFlag
from bot.messages import Reply

MOST_QUESTIONS = 5
MOST_CONTACTS = 5


def details(checked: Checked, wording: Wording) -> tuple[Reply, ...]:
    """Two messages: the evidence map with what is missing, then every sign with explanation and source."""
    lines = [wording.say("details.map")]
    for part in PARTS:
        state = checked.evidence[part]
        if part == "pressure" and state == "not_stated":
            continue
        lines.append(f"{wording.say(f'evidence.{state}')} {wording.say(f'part.{part}')}")
    lines.append(wording.say("details.legend"))
    if missing := _missing(checked, wording):
        lines += ["", wording.say("details.missing"), *missing]
    replies = [Reply("\n".join(lines))]
    if signs := _signs(checked, wording):
        replies.append(Reply(signs, quiet=True))
    return tuple(replies)


def _missing(checked: Checked, wording: Wording) -> list[str]:
    statements = {statement.id: statement for statement in wording.knowledge.policy.lawful_offer_states}
    english = wording.language == "en"
    found = [statements[name] for name in checked.missing if name in statements]
    return [f"– {statement.text_en if english else statement.text}" for statement in found]


def _signs(checked: Checked, wording: Wording) -> str:
    flags, markers = wording.knowledge.red_flags, wording.knowledge.markers
    told: list[tuple[str, Found, RedFlag | Marker | None]] = [
        *(("details.sign", found, flags.get(found.rule)) for found in checked.reasons),
        *(("details.similar", found, flags.get(found.rule)) for found in checked.similar),
        *(("details.marker", found, markers.get(found.rule)) for found in checked.markers),
    ]
    return "\n\n".join(_sign(key, found, rule, wording) for key, found, rule in told if rule is not None)


def _sign(key: str, found: Found, rule: RedFlag | Marker, wording: Wording) -> str:
    """Title, the person's words, why it matters, and the source with its day."""
    words = wording.rule(rule)
    source = wording.source(rule.sources[0])
    return wording.say(
        key, title=words.title, quote=shown_quote(found.quote), explanation=words.explanation, source=source
    )


def questions_back(checked: Checked, wording: Wording) -> tuple[Reply, ...]:
    """A line on how to use them, then polite questions ready to be forwarded to the recruiter."""
    english = wording.language == "en"
    asked: list[str] = []
    for found in checked.reasons:
        flag = wording.knowledge.red_flags.get(found.rule)
        if flag is not None and (ask := flag.english.ask if english else flag.ask):
            asked.append(ask)
    for statement in wording.knowledge.policy.lawful_offer_states:
        if statement.id in checked.missing or not asked:
            asked.append(statement.ask_en if english else statement.ask)
    chosen = list(dict.fromkeys(asked))[:MOST_QUESTIONS]
    message = "\n".join(
        [wording.say("ask.greeting"), *(f"{n}. {ask}" for n, ask in enumerate(chosen, 1)), wording.say("ask.wait")]
    )
    return (Reply(wording.say("ask.intro")), Reply(message, quiet=True))


def official_contacts(contacts: tuple[str, ...], wording: Wording, abroad: bool) -> Reply:
    """Up to five contacts with all their channels, the day each was checked and by whom it was stated."""
    known = [wording.knowledge.contacts[name] for name in contacts if name in wording.knowledge.contacts]
    blocks = [wording.contact_block(contact, abroad) for contact in known[:MOST_CONTACTS]]
    return Reply("\n\n".join([wording.say("contact.title"), *blocks]))
