SELECT objoid, classoid, '', description FROM pg_description WHERE classoid <> 1259
