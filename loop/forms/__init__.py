"""The forms of the staff pages. They check shapes; what may happen to a case the services decide."""
