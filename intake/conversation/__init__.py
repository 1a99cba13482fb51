"""The conversation: a script as data and a pure state machine over it (no I/O, no SDK, no clock)."""
