"""The page /movement/: how the Declaration spreads, in charts that print and can be taken away."""
