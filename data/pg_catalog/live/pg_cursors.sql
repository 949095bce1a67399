-- Volatile: those of the session.
FROM pgcat_cursors()
