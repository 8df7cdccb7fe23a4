"""One survey, asked and read: the preview, the public page, the widget and the API share these modules."""
