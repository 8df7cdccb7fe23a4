"""The frozen survey as plain data. No database: whoever has the JSON can read it, check it and follow its logic."""
