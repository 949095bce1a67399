-- Volatile: the sessions as they are.
FROM pgcat_activity()
