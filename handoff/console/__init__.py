"""The staff console (職員の画面): server-drawn pages over `handoff.view` and `handoff.desk`."""
