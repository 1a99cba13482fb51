"""The LINE channel: verify, parse, render, send."""
