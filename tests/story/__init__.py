"""The service as it is run: web, worker and beat as processes, spoken to from outside."""
