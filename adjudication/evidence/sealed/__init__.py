"""The sealed room: strangers' files are opened here, in a process of its own that has neither keys nor much memory.

Nothing in this folder knows Django, the database or the settings.
"""
