"""Charts drawn on the server: plain SVG without scripts or inline styles, a table twin for each, links as points."""
