-- View
FROM engine_object WHERE kind <> 'D'
