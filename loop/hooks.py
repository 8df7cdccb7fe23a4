from vocplatform.lib.hooks import Hook

case_opened = Hook("loop.case_opened")
cause_named = Hook("loop.cause_named")  # the key is the case's
case_escalated = Hook("loop.case_escalated")
case_closed = Hook("loop.case_closed")
notices_written = Hook("loop.notices_written")  # the key is the case's
praise_routed = Hook("loop.praise_routed")  # the key is the notice's
message_written = Hook("loop.message_written")
late_opening_asked = Hook("loop.late_opening_asked")
call_written = Hook("loop.call_written")  # a call to a webhook
