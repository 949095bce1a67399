-- JSON functions under PostgreSQL's names.
CREATE MACRO to_jsonb(x) AS to_json(x);
CREATE MACRO jsonb_array_length(j) AS json_array_length(j)::INTEGER;
CREATE MACRO jsonb_typeof(j) AS CASE json_type(j) WHEN 'VARCHAR' THEN 'string' WHEN 'UBIGINT' THEN 'number' WHEN 'BIGINT' THEN 'number' WHEN 'DOUBLE' THEN 'number' ELSE lower(json_type(j)) END;
CREATE MACRO json_typeof(j) AS CASE json_type(j) WHEN 'VARCHAR' THEN 'string' WHEN 'UBIGINT' THEN 'number' WHEN 'BIGINT' THEN 'number' WHEN 'DOUBLE' THEN 'number' ELSE lower(json_type(j)) END;
CREATE MACRO row_to_json(r) AS to_json(r);
CREATE MACRO array_to_json(a) AS to_json(a);
CREATE MACRO json_agg(x) AS to_json(list(x));
CREATE MACRO jsonb_agg(x) AS to_json(list(x));
CREATE MACRO json_object_agg(k, v) AS json_group_object(k, v);
CREATE MACRO jsonb_object_agg(k, v) AS json_group_object(k, v);
CREATE MACRO json_build_object() AS json_object(),
    (k0, v0) AS json_object(k0::VARCHAR, v0),
    (k0, v0, k1, v1) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1),
    (k0, v0, k1, v1, k2, v2) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2),
    (k0, v0, k1, v1, k2, v2, k3, v3) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12, k13, v13) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12, k13::VARCHAR, v13),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12, k13, v13, k14, v14) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12, k13::VARCHAR, v13, k14::VARCHAR, v14),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12, k13, v13, k14, v14, k15, v15) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12, k13::VARCHAR, v13, k14::VARCHAR, v14, k15::VARCHAR, v15);
CREATE MACRO jsonb_build_object() AS json_object(),
    (k0, v0) AS json_object(k0::VARCHAR, v0),
    (k0, v0, k1, v1) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1),
    (k0, v0, k1, v1, k2, v2) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2),
    (k0, v0, k1, v1, k2, v2, k3, v3) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12, k13, v13) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12, k13::VARCHAR, v13),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12, k13, v13, k14, v14) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12, k13::VARCHAR, v13, k14::VARCHAR, v14),
    (k0, v0, k1, v1, k2, v2, k3, v3, k4, v4, k5, v5, k6, v6, k7, v7, k8, v8, k9, v9, k10, v10, k11, v11, k12, v12, k13, v13, k14, v14, k15, v15) AS json_object(k0::VARCHAR, v0, k1::VARCHAR, v1, k2::VARCHAR, v2, k3::VARCHAR, v3, k4::VARCHAR, v4, k5::VARCHAR, v5, k6::VARCHAR, v6, k7::VARCHAR, v7, k8::VARCHAR, v8, k9::VARCHAR, v9, k10::VARCHAR, v10, k11::VARCHAR, v11, k12::VARCHAR, v12, k13::VARCHAR, v13, k14::VARCHAR, v14, k15::VARCHAR, v15);
CREATE MACRO json_build_array() AS json_array(),
    (v0) AS json_array(v0),
    (v0, v1) AS json_array(v0, v1),
    (v0, v1, v2) AS json_array(v0, v1, v2),
    (v0, v1, v2, v3) AS json_array(v0, v1, v2, v3),
    (v0, v1, v2, v3, v4) AS json_array(v0, v1, v2, v3, v4),
    (v0, v1, v2, v3, v4, v5) AS json_array(v0, v1, v2, v3, v4, v5),
    (v0, v1, v2, v3, v4, v5, v6) AS json_array(v0, v1, v2, v3, v4, v5, v6),
    (v0, v1, v2, v3, v4, v5, v6, v7) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15);
CREATE MACRO jsonb_build_array() AS json_array(),
    (v0) AS json_array(v0),
    (v0, v1) AS json_array(v0, v1),
    (v0, v1, v2) AS json_array(v0, v1, v2),
    (v0, v1, v2, v3) AS json_array(v0, v1, v2, v3),
    (v0, v1, v2, v3, v4) AS json_array(v0, v1, v2, v3, v4),
    (v0, v1, v2, v3, v4, v5) AS json_array(v0, v1, v2, v3, v4, v5),
    (v0, v1, v2, v3, v4, v5, v6) AS json_array(v0, v1, v2, v3, v4, v5, v6),
    (v0, v1, v2, v3, v4, v5, v6, v7) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14),
    (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15) AS json_array(v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15);
