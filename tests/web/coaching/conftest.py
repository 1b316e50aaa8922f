"""What tests of coaching need: a home of their own, and someone who signs in."""

from tests.web.reviews.conftest import _home_of_the_test, enter

__all__ = ["_home_of_the_test", "enter"]
