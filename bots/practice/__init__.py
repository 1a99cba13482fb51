"""練習: fictional people who write, and answer, so that staff can practise."""
