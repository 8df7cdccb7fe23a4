"""People in roles, logged in, for tests that go through the pages."""

from feedback.tests.staff import browser, staff

__all__ = ["browser", "staff"]
