"""The ledger sees what it must: an account that cannot be wrong would prove nothing."""

from __future__ import annotations

from tests.faults.ledger import Junk, Ledger, Verdict
from tests.peers.telegram_call import Call
from tests.peers.telegram_faults import Fault, dropped, slow


class Clock:
    """Every look is a second later."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def answer(message: int, words: str = "koper", fault: Fault | None = None, chat: int = 7) -> Call:
    """The platform has taken an answer to a message."""
    content = {"chat": {"id": chat}, "text": words, "reply_to_message": {"message_id": message}}
    return Call("sendMessage", status=200, answer={"result": content}, fault=fault or Fault())


def two_said() -> Ledger:
    """One person has written two messages."""
    ledger = Ledger(Clock())
    ledger.say((7, 1), 1001, "koper")
    ledger.say((7, 2), 1002, "koper")
    return ledger


def judged(ledger: Ledger, *calls: Call, aside: dict[str, str] | None = None) -> Verdict:
    """The verdict after these calls."""
    for call in calls:
        ledger.hear(call)
    return ledger.verdict(aside or {})


def test_all_answered() -> None:
    """Each once, in order: nothing to complain of; the worst wait is told."""
    found = judged(two_said(), answer(1), answer(2))
    assert found == Verdict(messages=2, worst=2.0)
    assert found.clean


def test_a_message_without_answer_is_lost() -> None:
    """Neither a refused call nor an answer to something else counts."""
    refused = Call("sendMessage", status=400, answer={"ok": False})
    found = judged(two_said(), answer(1), refused, answer(2, chat=8))
    assert (found.lost, found.clean) == (1, False)


def test_what_is_set_aside_is_not_lost() -> None:
    """With a reason; without one it is."""
    assert judged(two_said(), answer(1), aside={"1002": "refused"}).aside == 1
    assert judged(two_said(), answer(1), aside={"1002": ""}).lost == 1


def test_an_unreadable_update_must_be_set_aside() -> None:
    """Or it is lost."""
    ledger = Ledger(Clock())
    ledger.junk += [Junk("1003"), Junk("1004")]
    found = judged(ledger, aside={"1003": "no text"})
    assert (found.messages, found.aside, found.lost) == (2, 1, 1)


def test_a_second_answer_is_the_programs_fault() -> None:
    """Unless it was killed while it sent, or not told that the first was taken."""
    assert judged(two_said(), answer(1), answer(1), answer(2)).unexplained == 1
    for fault in (dropped(), slow(9)):
        found = judged(two_said(), answer(1, fault=fault), answer(1), answer(2))
        assert (found.double, found.unexplained, found.clean) == (1, 0, True)
    ledger = two_said()
    ledger.excuse(["1001"])
    found = judged(ledger, answer(1), answer(1), answer(1), answer(2))
    assert (found.double, found.unexplained) == (2, 1)


def test_an_answer_to_something_else_is_wrong() -> None:
    """It stands under the message and speaks of another."""
    assert judged(two_said(), answer(1), answer(2, "tas")).wrong == 1


def test_an_edited_message_needs_an_answer_to_its_last_words() -> None:
    """One for each version is allowed."""
    ledger = Ledger(Clock())
    said = ledger.say((7, 1), 1001, "koper")
    ledger.edit(said, 1005, "tas")
    assert judged(ledger, answer(1, "koper")).wrong == 1
    found = judged(ledger, answer(1, "tas"))
    assert (found.clean, found.double) == (True, 0)


def test_the_order_of_one_person() -> None:
    """The later message answered first is told, unless it came first."""
    assert judged(two_said(), answer(2), answer(1)).unordered == 1
    ledger = Ledger(Clock())
    ledger.say((7, 1), 1001, "koper", ordered=False)
    ledger.say((7, 2), 1002, "koper", ordered=False)
    assert judged(ledger, answer(2), answer(1)).unordered == 0
