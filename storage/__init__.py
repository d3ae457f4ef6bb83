"""The database every package is handed: engine, column types, clock, the folder for all state."""
