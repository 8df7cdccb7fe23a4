"""Everything on one machine from one command: broker, worker, beat and web as children that are looked after."""
