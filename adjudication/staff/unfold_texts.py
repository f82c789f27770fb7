"""What Unfold, Axes and Django's admin say on the staff's pages, where their own catalogues lack it or say it badly."""

from django.utils.translation import gettext_noop

#: Never read: extraction finds the texts here, and the templates of those packages find their translations.
TEXTS = (
    # Signing in and out.
    gettext_noop("Welcome back to"),
    gettext_noop("Return to site"),
    gettext_noop("Toggle password visibility"),
    gettext_noop("You have been successfully logged out from the administration"),
    gettext_noop("Account locked: too many login attempts. Please try again later."),
    gettext_noop("Log out"),
    # The frame of every page.
    gettext_noop("All applications"),
    gettext_noop("Go back"),
    gettext_noop("Dark"),
    gettext_noop("Light"),
    gettext_noop("System"),
    gettext_noop("Type to search"),
    gettext_noop("Recent searches"),
    gettext_noop("No recent searches"),
    gettext_noop("No results found"),
    gettext_noop("No results matching your query"),
    gettext_noop("Loading more results..."),
    # Lists of records.
    gettext_noop("This page yielded into no results. Create a new item or reset your filters."),
    gettext_noop(" By %(filter_title)s "),
    gettext_noop("Apply Filters"),
    gettext_noop("Reset filters"),
    gettext_noop("Select all rows"),
    gettext_noop("Select record"),
    gettext_noop("Select action"),
    gettext_noop("Select value"),
    gettext_noop("Expand row"),
    gettext_noop("More actions"),
    gettext_noop("Date"),
    gettext_noop("Date from"),
    gettext_noop("Date to"),
    gettext_noop("From"),
    gettext_noop("To"),
    gettext_noop("Value"),
    gettext_noop("Run"),
    gettext_noop("Submit"),
    gettext_noop("Cancel"),
    # One record.
    gettext_noop("General"),
    gettext_noop("No data"),
    gettext_noop("True"),
    gettext_noop("False"),
    gettext_noop("Click to download"),
)
