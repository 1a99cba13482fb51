"""Our own page for the person who writes (相談の画面): the door lane, and a plain web entrance without LINE."""
