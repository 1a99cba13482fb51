"""The Slack bot: cards for staff, modals for what a click shows, stored clicks for what a click changes."""
