"""Faults from outside: parts of the service are killed, doubled, silenced or led astray while they work."""
