"""Ready-made journeys and surveys as plain data: a beginning that designers rewrite."""
