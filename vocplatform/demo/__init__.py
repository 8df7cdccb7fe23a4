"""A believable programme on real comments: everything goes through the services, only the clock is moved."""
