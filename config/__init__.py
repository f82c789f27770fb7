"""How the service is put together and run: settings, embedded database, supervisor. Nothing here decides a case."""
