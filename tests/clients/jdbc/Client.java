// Scenarios for pgJDBC. Prints one line each: NAME ok, or NAME and what went wrong.
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.*;
import java.time.*;
import java.util.*;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

public class Client {
    static final String LONG = "SELECT count(*) FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3";

    interface Scenario {
        void run(Connection connection) throws Exception;
    }

    static void equal(Object expected, Object came) {
        if (!Objects.deepEquals(expected, came))
            throw new AssertionError("expected " + expected + ", came " + came);
    }

    static Connection connect(String options) throws SQLException {
        Map<String, String> env = System.getenv();
        String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/" + env.get("PGDATABASE") + options;
        return DriverManager.getConnection(url, env.get("PGUSER"), env.getOrDefault("PGPASSWORD", ""));
    }

    static void values(Connection c) throws Exception {
        for (int again = 0; again < 8; again++) { // from the fifth time on statements are named and values binary
            try (PreparedStatement s = c.prepareStatement(
                     "SELECT ?::int, ?::bigint, ?::text, ?::bytea, ?::boolean, ?::timestamp, ?::float8, ?::numeric(10,2), ?::date, ?::uuid")) {
                UUID uuid = UUID.fromString("12345678-1234-5678-1234-567812345678");
                s.setInt(1, 7);
                s.setLong(2, Long.MAX_VALUE);
                s.setString(3, "ün🦆");
                s.setBytes(4, new byte[] {0, -1});
                s.setBoolean(5, true);
                s.setObject(6, LocalDateTime.parse("2024-02-29T12:34:56.789"));
                s.setDouble(7, 0.1);
                s.setBigDecimal(8, new BigDecimal("1.50"));
                s.setObject(9, LocalDate.parse("2024-02-29"));
                s.setObject(10, uuid);
                ResultSet r = s.executeQuery();
                r.next();
                equal(7, r.getInt(1));
                equal(Long.MAX_VALUE, r.getLong(2));
                equal("ün🦆", r.getString(3));
                equal(true, Arrays.equals(new byte[] {0, -1}, r.getBytes(4)));
                equal(true, r.getBoolean(5));
                equal(LocalDateTime.parse("2024-02-29T12:34:56.789"), r.getObject(6, LocalDateTime.class));
                equal(0.1, r.getDouble(7));
                equal(new BigDecimal("1.50"), r.getBigDecimal(8));
                equal(LocalDate.parse("2024-02-29"), r.getObject(9, LocalDate.class));
                equal(uuid, r.getObject(10));
            }
        }
    }

    static void nulls(Connection c) throws Exception {
        try (PreparedStatement s = c.prepareStatement("SELECT ?::int, ?::text")) {
            s.setNull(1, Types.INTEGER);
            s.setString(2, null);
            ResultSet r = s.executeQuery();
            r.next();
            equal(null, r.getObject(1));
            equal(null, r.getString(2));
        }
    }

    static void arrays(Connection c) throws Exception {
        try (PreparedStatement s = c.prepareStatement("SELECT ?::int[]")) {
            s.setArray(1, c.createArrayOf("int4", new Integer[] {1, null, 3}));
            ResultSet r = s.executeQuery();
            r.next();
            equal(List.of("1", "null", "3").toString(), Arrays.toString((Object[]) r.getArray(1).getArray()));
        }
    }

    static void transactions(Connection c) throws Exception {
        Statement s = c.createStatement();
        s.execute("CREATE TEMP TABLE counted (a int)");
        c.setAutoCommit(false);
        equal(1, s.executeUpdate("INSERT INTO counted VALUES (1)"));
        c.rollback();
        s.executeUpdate("INSERT INTO counted VALUES (1), (2)");
        c.commit();
        c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        ResultSet r = s.executeQuery("SELECT count(*) FROM counted");
        r.next();
        equal(2, r.getInt(1));
    }

    static void batches(Connection c) throws Exception {
        c.createStatement().execute("CREATE TEMP TABLE batched (a int, b text)");
        try (PreparedStatement s = c.prepareStatement("INSERT INTO batched VALUES (?, ?)")) {
            for (int i = 0; i < 500; i++) {
                s.setInt(1, i);
                s.setString(2, "row " + i);
                s.addBatch();
            }
            equal(500, s.executeBatch().length);
        }
        ResultSet r = c.createStatement().executeQuery("SELECT count(*), sum(a)::int FROM batched");
        r.next();
        equal("500 124750", r.getInt(1) + " " + r.getInt(2));
    }

    static void fetching(Connection c) throws Exception {
        c.setAutoCommit(false);
        try (PreparedStatement s = c.prepareStatement("SELECT i::int FROM range(1000) r(i)")) {
            s.setFetchSize(100);
            ResultSet r = s.executeQuery();
            int sum = 0;
            while (r.next())
                sum += r.getInt(1);
            equal(499500, sum);
        }
    }

    static void errors(Connection c) throws Exception {
        String[][] mistakes = {{"SELECT * FROM no_such_table", "42P01"}, {"SELEC 1", "42601"}, {"SELECT 'x'::int", "22P02"}};
        for (String[] mistake : mistakes)
            try {
                c.createStatement().execute(mistake[0]);
                throw new AssertionError("no error: " + mistake[0]);
            } catch (SQLException e) {
                equal(mistake[1], e.getSQLState());
            }
    }

    static void copying(Connection c) throws Exception {
        c.createStatement().execute("CREATE TEMP TABLE copied (a int, b text)");
        CopyManager copy = c.unwrap(PGConnection.class).getCopyAPI();
        equal(2L, copy.copyIn("COPY copied FROM STDIN", new StringReader("1\tone\n2\t\\N\n")));
        StringWriter out = new StringWriter();
        copy.copyOut("COPY copied TO STDOUT (FORMAT csv)", out);
        equal("1,one\n2,\n", out.toString());
    }

    static void cancelling(Connection c) throws Exception {
        Statement s = c.createStatement();
        s.setQueryTimeout(1);
        try {
            s.executeQuery(LONG);
            throw new AssertionError("it was not cancelled");
        } catch (SQLException e) {
            equal("57014", e.getSQLState());
        }
    }

    static void metadata(Connection c) throws Exception {
        equal("PostgreSQL", c.getMetaData().getDatabaseProductName());
        c.createStatement().execute("CREATE TABLE IF NOT EXISTS described (a int PRIMARY KEY, b text)");
        List<String> names = new ArrayList<>();
        for (ResultSet r = c.getMetaData().getColumns(null, null, "described", null); r.next();)
            names.add(r.getString("COLUMN_NAME") + ":" + r.getString("TYPE_NAME"));
        equal(List.of("a:int4", "b:text"), names);
    }

    static void simple(Connection unused) throws Exception {
        try (Connection c = connect("?preferQueryMode=simple")) {
            values(c);
            nulls(c);
        }
    }

    public static void main(String[] args) {
        Map<String, Scenario> scenarios = new LinkedHashMap<>();
        scenarios.put("values", Client::values);
        scenarios.put("nulls", Client::nulls);
        scenarios.put("arrays", Client::arrays);
        scenarios.put("transactions", Client::transactions);
        scenarios.put("batches", Client::batches);
        scenarios.put("fetching", Client::fetching);
        scenarios.put("errors", Client::errors);
        scenarios.put("copying", Client::copying);
        scenarios.put("cancelling", Client::cancelling);
        scenarios.put("metadata", Client::metadata);
        scenarios.put("simple", Client::simple);
        scenarios.forEach((name, scenario) -> {
            try (Connection connection = connect("")) {
                scenario.run(connection);
                System.out.println(name + " ok");
            } catch (Throwable failure) {
                System.out.println(name + " " + String.valueOf(failure).replace('\n', ' '));
            }
        });
    }
}
