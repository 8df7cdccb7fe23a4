from vocplatform.lib.hooks import Hook

response_submitted = Hook("feedback.response_submitted")
response_scored = Hook("feedback.response_scored")
export_asked = Hook("feedback.export_asked")
themes_changed = Hook("feedback.themes_changed")
comment_corrected = Hook("feedback.comment_corrected")
segment_changed = Hook("feedback.segment_changed")
driver_study_asked = Hook("feedback.driver_study_asked")
alert_opened = Hook("feedback.alert_opened")
