"""The charts of reports and pages. Each function takes frozen rows and gives a `Picture`."""
