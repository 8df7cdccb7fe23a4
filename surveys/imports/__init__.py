"""Doors for files: a CSV file and a mapping in TOML become rows, each taken once or reported with its reason."""
