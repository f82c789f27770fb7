"""The signed file of a case: everything that one who may read the case may read of it, provable without us.

It is made for a court, a bank or an ombudsman, and for whoever distrusts us. What opens and checks it (`archive.py`,
`checks.py`, `verify.py`) needs no settings, no database and no Django, and trusts nothing in the file.
"""
