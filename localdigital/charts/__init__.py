"""Drawing charts as SVG: shapes, words and patterns, and bars of them."""
