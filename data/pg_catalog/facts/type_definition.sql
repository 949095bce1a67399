SELECT oid, 0, '', definition FROM engine_type WHERE definition IS NOT NULL
