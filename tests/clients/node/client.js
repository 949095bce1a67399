// Scenarios for node-postgres, and for Knex and Sequelize, which stand on it. Prints one line each: NAME ok, or NAME and what went wrong.
const assert = require('node:assert');
const { pipeline } = require('node:stream/promises');
const { Readable, Writable } = require('node:stream');
const { Client, Pool, types } = require('pg');
const Cursor = require('pg-cursor');
const copy = require('pg-copy-streams');
const knex = require('knex');
const { DataTypes, Sequelize } = require('sequelize');

const LONG = 'SELECT count(*) FROM range(100000) a, range(100000) b WHERE (a.range * b.range) % 7 = 3';

const scenarios = {
  async values(client) {
    const text = 'SELECT $1::int AS i, $2::bigint AS b, $3::text AS t, $4::bytea AS y, $5::boolean AS o, $6::timestamptz AS z, ' +
      '$7::float8 AS f, $8::numeric(10,2) AS n, $9::json AS j, $10::int[] AS a, $11::uuid AS u';
    const when = new Date('2024-02-29T12:34:56.789Z');
    const { rows: [row] } = await client.query(text, [7, '9223372036854775807', 'ün🦆', Buffer.from([0, 255]), true, when, 0.1, '1.50',
      { a: [1] }, [1, null, 3], '12345678-1234-5678-1234-567812345678']);
    assert.deepStrictEqual(row, { i: 7, b: '9223372036854775807', t: 'ün🦆', y: Buffer.from([0, 255]), o: true, z: when, f: 0.1, n: '1.50',
      j: { a: [1] }, a: [1, null, 3], u: '12345678-1234-5678-1234-567812345678' });
  },
  async nulls(client) {
    const { rows: [row] } = await client.query('SELECT $1::int AS i, $2::text AS t', [null, null]);
    assert.deepStrictEqual(row, { i: null, t: null });
  },
  async binary(client) {
    const { rows: [row] } = await client.query({ text: 'SELECT 7::int AS i, $1::text AS t, true AS o', values: ['x'], binary: true });
    assert.deepStrictEqual({ ...row }, { i: 7, t: 'x', o: true });
  },
  async prepared(client) {
    for (let i = 0; i < 5; i++) {
      const { rows } = await client.query({ name: 'twice', text: 'SELECT $1::int * 2 AS x', values: [i] });
      assert.deepStrictEqual(rows, [{ x: i * 2 }]);
    }
  },
  async transactions(client) {
    await client.query('CREATE TEMP TABLE counted (a int)');
    await client.query('BEGIN');
    await client.query('INSERT INTO counted VALUES ($1)', [1]);
    await client.query('ROLLBACK');
    const result = await client.query('SELECT count(*)::int AS n FROM counted');
    assert.strictEqual(result.rows[0].n, 0);
  },
  async errors(client) {
    await assert.rejects(client.query('SELECT * FROM no_such_table'), { code: '42P01' });
    await assert.rejects(client.query('SELECT $1::int', ['x']), { code: '22P02' });
    assert.strictEqual((await client.query('SELECT 1 AS a')).rows[0].a, 1);
  },
  async several(client) {
    const results = await client.query("SELECT 1 AS a; SELECT 'x' AS b");
    assert.deepStrictEqual(results.map((r) => r.rows[0]), [{ a: 1 }, { b: 'x' }]);
  },
  async copying(client) {
    await client.query('CREATE TEMP TABLE copied (a int, b text)');
    await pipeline(Readable.from(['1\tone\n2\t', '\\N\n']), client.query(copy.from('COPY copied FROM STDIN')));
    let out = '';
    const sink = new Writable({ write(chunk, _, done) { out += chunk; done(); } });
    await pipeline(client.query(copy.to('COPY copied TO STDOUT (FORMAT csv)')), sink);
    assert.strictEqual(out, '1,one\n2,\n');
    await assert.rejects(pipeline(Readable.from(['x\ty\n']), client.query(copy.from('COPY copied FROM STDIN'))), { code: '22P02' });
  },
  async cursors(client) {
    const cursor = client.query(new Cursor('SELECT i::int AS i FROM range($1::int) r(i)', [250]));
    const sizes = [];
    for (let rows; (rows = await cursor.read(100)).length > 0;) sizes.push(rows.length);
    await cursor.close();
    assert.deepStrictEqual(sizes, [100, 100, 50]);
  },
  async cancelling(client) {
    await client.query('SET statement_timeout = 200');
    await assert.rejects(client.query(LONG), { code: '57014' });
    await client.query('RESET statement_timeout');
  },
  async pooling() {
    const pool = new Pool({ max: 8 });
    const answers = await Promise.all([...Array(100).keys()].map((i) => pool.query('SELECT $1::int AS x', [i])));
    assert.deepStrictEqual(answers.map((r) => r.rows[0].x), [...Array(100).keys()]);
    await pool.end();
  },
  async notices(client) {
    const heard = [];
    client.on('notice', (notice) => heard.push(notice.code));
    await client.query('COMMIT');
    assert.deepStrictEqual(heard, ['25P01']);
  },
  /* Builds a schema, migrates it up, up again and down: the tool looks for its own tables within its transactions. */
  async knex() {
    const db = knex({ client: 'pg', connection: {}, pool: { min: 0, max: 2 } });
    const steps = {
      first: { up: k => k.schema.createTable('lake', t => { t.increments(); t.string('name', 40).notNullable().unique(); t.jsonb('facts'); }),
        down: k => k.schema.dropTable('lake') },
      second: { up: k => k.schema.alterTable('lake', t => { t.integer('depth').defaultTo(3); t.renameColumn('name', 'title'); t.index('depth'); }),
        down: k => k.schema.alterTable('lake', t => { t.renameColumn('title', 'name'); t.dropColumn('depth'); }) },
    };
    const source = { getMigrations: async () => Object.keys(steps), getMigrationName: name => name, getMigration: async name => steps[name] };
    try {
      assert.deepStrictEqual((await db.migrate.latest({ migrationSource: source }))[1], ['first', 'second']);
      assert.deepStrictEqual((await db.migrate.latest({ migrationSource: source }))[1], []);
      assert.deepStrictEqual(await db('lake').insert([{ title: 'a', facts: { deep: [1] } }, { title: 'b', depth: 5 }], ['id', 'depth']),
        [{ id: 1, depth: 3 }, { id: 2, depth: 5 }]);
      assert.deepStrictEqual(await db('lake').insert({ title: 'b', depth: 7 }).onConflict('title').merge(['depth']).returning('id'), [{ id: 2 }]);
      assert.deepStrictEqual(await db('lake').whereJsonSupersetOf('facts', { deep: [1] }).pluck('title'), ['a']);
      const { title, depth } = await db('lake').columnInfo();
      assert.deepStrictEqual([title.type, title.maxLength, title.nullable, depth.type], ['character varying', 40, false, 'integer']);
      assert.deepStrictEqual((await db.migrate.rollback({ migrationSource: source }))[1], ['second', 'first']);
      assert.strictEqual(await db.schema.hasTable('lake'), false);
    } finally {
      await db.destroy();
    }
  },
  async sequelize() {
    const db = new Sequelize({ dialect: 'postgres', logging: false, host: process.env.PGHOST, port: process.env.PGPORT,
      username: process.env.PGUSER, password: process.env.PGPASSWORD, database: process.env.PGDATABASE });
    const Duck = db.define('Duck', { name: { type: DataTypes.STRING(40), allowNull: false, unique: true }, wild: DataTypes.BOOLEAN,
      kg: DataTypes.DECIMAL(6, 2), tags: DataTypes.ARRAY(DataTypes.STRING), facts: DataTypes.JSONB, seen: DataTypes.DATE });
    const when = new Date('2024-02-29T12:34:56.789Z');
    try {
      await db.sync();
      await db.sync();
      await Duck.create({ name: 'teal', wild: true, kg: '0.30', tags: ['x', 'y z'], facts: { a: [1] }, seen: when });
      await Duck.create({ name: 'eider' });
      const { name, kg, tags, facts, seen } = await Duck.findOne({ where: { wild: true } });
      assert.deepStrictEqual([name, kg, tags, facts, seen], ['teal', '0.30', ['x', 'y z'], { a: [1] }, when]);
      await assert.rejects(Duck.create({ name: 'teal' }), { name: 'SequelizeUniqueConstraintError' });
      await assert.rejects(db.transaction(async transaction => { await Duck.destroy({ where: {}, transaction }); throw new Error('no'); }), /no/);
      assert.deepStrictEqual((await Duck.upsert({ name: 'eider', kg: 2 }, { conflictFields: ['name'] }))[0].kg, '2.00');
      assert.strictEqual(await Duck.count(), 2);
      const columns = await db.getQueryInterface().describeTable('Ducks');
      assert.deepStrictEqual([columns.name.type, columns.name.allowNull, columns.id.primaryKey], ['CHARACTER VARYING(40)', false, true]);
      await Duck.drop();
    } finally {
      await db.close();
    }
  },
};

async function main() {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const client = new Client();
    try {
      await client.connect();
      await scenario(client);
      console.log(`${name} ok`);
    } catch (failure) {
      console.log(`${name} ${String(failure.message).replaceAll('\n', ' ')}`);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

main();
