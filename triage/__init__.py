"""Triage (見立て): text in, Assessment out. Knows no database, no web, no channel."""
