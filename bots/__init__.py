"""Bots: the edge and the composition. The only room that knows everything."""
