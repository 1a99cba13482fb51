"""Handoff (つなぎ): desks, routes, queue, case life, clocks, console."""
