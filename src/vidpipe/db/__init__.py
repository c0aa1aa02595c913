"""The database: rows, sessions, migrations. SQLAlchemy is known here and nowhere below."""
