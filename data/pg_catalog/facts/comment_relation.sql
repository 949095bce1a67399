SELECT objoid, objsubid, '', description FROM pg_description WHERE classoid = 1259
