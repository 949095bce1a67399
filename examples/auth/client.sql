-- duckdb -csv < examples/auth/client.sql
INSTALL airport FROM community;
LOAD airport;

CREATE SECRET mine (TYPE airport, auth_token 'secret-api-key', scope 'grpc://localhost:50051');
ATTACH '' AS mine (TYPE AIRPORT, LOCATION 'grpc://localhost:50051');

SELECT * FROM mine.demo.whoami;
