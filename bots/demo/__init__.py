"""The practice town (練習用の町): the simulator and the product, started together and gone without a trace."""
