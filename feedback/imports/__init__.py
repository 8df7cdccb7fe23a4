"""Answers out of files."""
