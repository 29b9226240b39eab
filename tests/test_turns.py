"""Turns: in order, shared by those who want the same, given up by those who leave."""

import threading
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from pages.ui.turns import Turns


def started(do: Callable[[], object]) -> threading.Thread:
    """A thread that does something; whoever forgets to join it does not keep the tests alive."""
    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    return thread


def until(happens: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    pause = threading.Event()
    for _ in range(500):
        if happens():
            return
        pause.wait(0.01)
    raise AssertionError("it never happened")


def never(_: int) -> None:
    """What is told to somebody who need not wait."""
    pytest.fail("somebody waited")


def test_others_wait_and_see_how_many_come_first():
    turns, seen, done = Turns(), [], []

    def second() -> None:
        with turns.turn("second", seen.append):
            done.append("second")

    def third() -> None:
        with turns.turn("third", lambda ahead: seen.append(10 * ahead)):
            done.append("third")

    with turns.turn("first"):
        one = started(second)
        until(lambda: 1 in seen)
        other = started(third)
        until(lambda: 20 in seen)
        assert turns.ahead("second") == 1
        assert turns.ahead("a fourth") == 3
        assert done == []
    one.join(5)
    other.join(5)
    assert done == ["second", "third"]
    assert turns.ahead("anything") == 0


def test_who_wants_the_same_does_not_wait():
    turns, done = Turns(), []

    def same() -> None:
        with turns.turn("text", never):
            done.append(True)

    with turns.turn("text"):
        started(same).join(5)
        assert done == [True]
        assert turns.ahead("another") == 1, "the first still has its turn"


def test_who_leaves_gives_up_the_place():
    turns, done = Turns(), []

    def leave(_: int) -> None:
        raise InterruptedError

    def leaving() -> None:
        with pytest.raises(InterruptedError), turns.turn("second", leave):
            pytest.fail("it was not its turn")
        done.append("left")

    with turns.turn("first"):
        started(leaving).join(5)
        assert done == ["left"]
        assert turns.ahead("third") == 1
    with pytest.raises(InterruptedError), turns.turn("first"):
        raise InterruptedError
    assert turns.ahead("third") == 0


def test_within_a_turn_nothing_is_waited_for():
    turns, other = Turns(), Turns()
    with turns.turn("a track"), turns.turn("its states", never):
        assert turns.ahead("another") == 1
    with other.turn("long"):
        started(lambda: elsewhere(turns, other)).join(5)
    assert other.ahead("another") == 0


def elsewhere(turns: Turns, other: Turns) -> None:
    """In a turn of one queue, something of another one that is taken."""
    with turns.turn("a track"), other.turn("its states", never):
        assert other.ahead("another") == 1


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_so_many_at_once(at_once: int):
    turns, inside, most = Turns(at_once), [], []

    def work(number: int) -> None:
        with turns.turn(number):
            inside.append(number)
            most.append(len(inside))
            threading.Event().wait(0.02)
            inside.remove(number)

    threads = [started(lambda number=number: work(number)) for number in range(7)]
    for thread in threads:
        thread.join(10)
    assert len(most) == 7
    assert max(most) == at_once


def test_a_turn_ends_however_it_ends():
    turns = Turns()
    with ExitStack() as stack:
        stack.enter_context(turns.turn("one"))
        assert turns.ahead("two") == 1
    assert turns.ahead("two") == 0
