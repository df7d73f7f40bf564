"""Options and fixtures that all tests share."""

import pytest
from hypothesis import settings

settings.register_profile("metta", deadline=None, derandomize=True)
settings.load_profile("metta")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write the golden timelines in tests/golden anew, instead of comparing with them",
    )


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-golden"))
