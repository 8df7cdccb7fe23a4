from vocplatform.lib.hooks import Hook

case_opened = Hook("loop.case_opened")
case_escalated = Hook("loop.case_escalated")
case_closed = Hook("loop.case_closed")
