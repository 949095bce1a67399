// Scenarios for pgx. Prints one line each: NAME ok, or NAME and what went wrong.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const long = "SELECT count(*) FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3"

var ctx = context.Background()

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func equal(expected, came any) {
	if !reflect.DeepEqual(expected, came) {
		panic(fmt.Sprintf("expected %v, came %v", expected, came))
	}
}

func sqlstate(err error) string {
	var failure *pgconn.PgError
	if errors.As(err, &failure) {
		return failure.Code
	}
	return fmt.Sprint(err)
}

func values(c *pgx.Conn) {
	when := time.Date(2024, 2, 29, 12, 34, 56, 789012000, time.UTC)
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe,
		pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		var i int32
		var b int64
		var t string
		var y []byte
		var o bool
		var z time.Time
		var f float64
		var a []int32
		check(c.QueryRow(ctx, "SELECT $1::int, $2::bigint, $3::text, $4::bytea, $5::boolean, $6::timestamptz, $7::float8, $8::int[]",
			mode, int32(7), int64(9223372036854775807), "ün🦆", []byte{0, 255}, true, when, 0.1, []int32{1, 2, 3}).
			Scan(&i, &b, &t, &y, &o, &z, &f, &a))
		equal([]any{int32(7), int64(9223372036854775807), "ün🦆", []byte{0, 255}, true, true, 0.1, []int32{1, 2, 3}},
			[]any{i, b, t, y, o, z.Equal(when), f, a})
	}
}

func nulls(c *pgx.Conn) {
	var i *int32
	var t *string
	check(c.QueryRow(ctx, "SELECT $1::int, $2::text", nil, nil).Scan(&i, &t))
	equal(true, i == nil && t == nil)
}

func inferred(c *pgx.Conn) {
	var n int64
	_, err := c.Exec(ctx, "CREATE TEMP TABLE inferred (a integer, b text)")
	check(err)
	_, err = c.Exec(ctx, "INSERT INTO inferred VALUES ($1, $2), ($3, $4)", 1, "x", 2, nil)
	check(err)
	check(c.QueryRow(ctx, "SELECT count(*) FROM inferred WHERE a > $1 AND b = $2 OR a + $1 < 0 LIMIT $3", 0, "x", 10).Scan(&n))
	equal(int64(1), n)
}

func transactions(c *pgx.Conn) {
	_, err := c.Exec(ctx, "CREATE TEMP TABLE counted (a integer)")
	check(err)
	tx, err := c.Begin(ctx)
	check(err)
	_, err = tx.Exec(ctx, "INSERT INTO counted VALUES (1)")
	check(err)
	check(tx.Rollback(ctx))
	tx, err = c.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.Serializable})
	check(err)
	_, err = tx.Exec(ctx, "INSERT INTO counted VALUES (2)")
	check(err)
	check(tx.Commit(ctx))
	var sum int64
	check(c.QueryRow(ctx, "SELECT sum(a)::bigint FROM counted").Scan(&sum))
	equal(int64(2), sum)
}

func batches(c *pgx.Conn) {
	batch := &pgx.Batch{}
	for i := range 100 {
		batch.Queue("SELECT $1::int * 2", i)
	}
	results := c.SendBatch(ctx, batch)
	for i := range 100 {
		var n int32
		check(results.QueryRow().Scan(&n))
		equal(int32(i*2), n)
	}
	check(results.Close())
}

func failures(c *pgx.Conn) {
	_, err := c.Exec(ctx, "SELECT * FROM no_such_table")
	equal("42P01", sqlstate(err))
	_, err = c.Exec(ctx, "SELECT $1::int", "x")
	equal(true, err != nil)
	var n int32
	check(c.QueryRow(ctx, "SELECT 1").Scan(&n))
}

func copying(c *pgx.Conn) {
	_, err := c.Exec(ctx, "CREATE TEMP TABLE copied (a integer, b text, c timestamptz)")
	check(err)
	rows := make([][]any, 1000)
	for i := range rows {
		rows[i] = []any{int32(i), fmt.Sprint("row ", i), time.Unix(int64(i), 0)}
	}
	n, err := c.CopyFrom(ctx, pgx.Identifier{"copied"}, []string{"a", "b", "c"}, pgx.CopyFromRows(rows))
	check(err)
	equal(int64(1000), n)
	var out bytes.Buffer
	_, err = c.PgConn().CopyTo(ctx, &out, "COPY (SELECT a, b FROM copied ORDER BY a LIMIT 2) TO STDOUT (FORMAT csv)")
	check(err)
	equal("0,row 0\n1,row 1\n", out.String())
}

func cancelling(c *pgx.Conn) {
	soon, stop := context.WithTimeout(ctx, 300*time.Millisecond)
	defer stop()
	_, err := c.Exec(soon, long)
	equal(true, err != nil)
}

func rows(c *pgx.Conn) {
	all, err := c.Query(ctx, "SELECT i FROM range(100000) r(i)")
	check(err)
	numbers, err := pgx.CollectRows(all, pgx.RowTo[int64])
	check(err)
	equal(100000, len(numbers))
}

var scenarios = []struct {
	name string
	run  func(*pgx.Conn)
}{{"values", values}, {"nulls", nulls}, {"inferred", inferred}, {"transactions", transactions}, {"batches", batches},
	{"failures", failures}, {"copying", copying}, {"cancelling", cancelling}, {"rows", rows}}

func try(run func(*pgx.Conn)) (said string) {
	defer func() {
		if failure := recover(); failure != nil {
			said = strings.ReplaceAll(fmt.Sprint(failure), "\n", " ")
		}
	}()
	connection, err := pgx.Connect(ctx, "sslmode=prefer")
	check(err)
	defer connection.Close(ctx)
	run(connection)
	return "ok"
}

func main() {
	for _, scenario := range scenarios {
		fmt.Fprintln(os.Stdout, scenario.name, try(scenario.run))
	}
}
