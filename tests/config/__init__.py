"""How the service is run: the embedded database, the settings, `up`."""
