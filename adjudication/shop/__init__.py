"""The demo marketplace: a tiny shop that is a stranger to this house and knows of it what its API answers.

It imports nothing of it, asks no table, and is there only while a demonstration runs.
"""
