"""The service as people see it: headless Chromium against real processes."""
