"""The Django room: one line in INSTALLED_APPS brings models, store, admin, webhook view, mail sender and commands."""
