"""What the demo adds to the real data: one module for each part, whose `load` makes it where it is not there yet."""
