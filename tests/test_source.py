"""Places in a text and problems that stand there, as a writer reads them."""

from synth.source import Place, Problem, ProblemList


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


class TestProblemList:
    def test_tells_a_hundred_and_how_many_more(self) -> None:
        problems = ProblemList(Problem(Place("a.md", line, 1), "wrong") for line in range(250, 0, -1))
        problems.add(Problem(Place("a.md", 250, 1), "wrong"))
        told = problems.told()
        assert [problem.place.line for problem in told] == [*range(151, 251), 250]
        assert str(told[-1]) == "a.md:250:1: error: and 150 more problems; mend these first"

    def test_tells_all_of_few_each_once_in_their_order(self) -> None:
        problems = [Problem(Place("a.md", line, 1), "wrong") for line in (2, 1, 2)]
        assert [problem.place.line for problem in ProblemList(problems).told()] == [1, 2]
        assert not ProblemList()
