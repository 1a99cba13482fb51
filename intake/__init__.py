"""Intake (受付): conversation, consent, identity, messages, keys and the database."""
