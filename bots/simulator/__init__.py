"""The practice world: LINE and Slack played by one local server, so that the product runs unmodified without either."""
