"""Where dossiers and deliveries are kept: in memory for tests, in SQLite or PostgreSQL for shops."""
