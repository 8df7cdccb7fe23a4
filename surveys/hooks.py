from vocplatform.lib.hooks import Hook

event_recorded = Hook("surveys.event_recorded")
customer_erased = Hook("surveys.customer_erased")
