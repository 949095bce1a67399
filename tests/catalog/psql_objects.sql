CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE SEQUENCE counter START 5 INCREMENT 2;
CREATE TABLE customers (id integer PRIMARY KEY, name text NOT NULL, m mood DEFAULT 'ok', tags text[], price numeric(10,2),
                        code varchar(12), flag char(1), born date, seen timestamptz DEFAULT CURRENT_TIMESTAMP, ok boolean DEFAULT true,
                        CONSTRAINT positive CHECK (price > 0), UNIQUE (name, m));
CREATE TABLE orders (a integer, b integer, customer integer REFERENCES customers (id), amount double precision DEFAULT 1.5,
                     PRIMARY KEY (a, b));
CREATE INDEX orders_customer ON orders (customer, b);
CREATE UNIQUE INDEX orders_amount ON orders (amount);
CREATE TABLE numbered (id serial, "Mixed Case" integer, "select" text);
CREATE VIEW happy AS SELECT id, name FROM customers;
CREATE SCHEMA other;
CREATE TABLE other.things (x bigint, y real, u uuid, j json, b bytea, i interval, t time, z timestamp);
CREATE SCHEMA "Quoted";
CREATE TABLE "Quoted"."Table" (a smallint);
COMMENT ON TABLE customers IS 'who buys';
COMMENT ON COLUMN customers.id IS 'a number';
COMMENT ON VIEW happy IS 'a view';
