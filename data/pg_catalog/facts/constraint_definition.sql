SELECT oid, 0, CASE kind WHEN 'f' THEN foreign_schema ELSE '' END,
       CASE kind
           WHEN 'c' THEN 'CHECK (' || expression || ')'
           ELSE CASE kind WHEN 'p' THEN 'PRIMARY KEY (' WHEN 'u' THEN 'UNIQUE (' ELSE 'FOREIGN KEY (' END
               || array_to_string([quote_ident(c) FOR c IN columns], ', ') || ')'
       END
       || CASE kind
           WHEN 'f' THEN ' REFERENCES ' || quote_ident(foreign_name) || '(' || array_to_string([quote_ident(c) FOR c IN foreign_columns], ', ') || ')'
               || CASE update_action WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE'
                   WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
               || CASE delete_action WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE'
                   WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END
           ELSE ''
       END
       || CASE WHEN is_deferrable THEN ' DEFERRABLE' ELSE '' END || CASE WHEN is_deferred THEN ' INITIALLY DEFERRED' ELSE '' END
FROM engine_constraint
