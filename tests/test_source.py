"""Places in a text and problems that stand there, as a writer reads them."""

from synth.source import Place, Problem


def test_a_problem_is_written_as_editors_read_it() -> None:
    place = Place("a.md", 3, 14)
    assert str(place) == "a.md:3:14"
    assert str(Problem(place, "no such slot")) == "a.md:3:14: error: no such slot"
    assert str(Problem(place, "a long silence", "warning")) == "a.md:3:14: warning: a long silence"


def test_problems_stand_in_the_order_of_the_text() -> None:
    places = [Place("a.md", 2, 9), Place("a.md", 10, 1), Place("a.md", 10, 2), Place("b.md", 1, 1)]
    problems = [Problem(place, message) for place, message in zip(places, "dcba", strict=True)]
    backwards = problems[::-1]
    assert sorted(backwards) == problems
