// node collect_duckdb.js RECORDS.ndjson THREADS: what DuckDB's JSON reader answers about the
// records of reports. Needs the module @duckdb/node-api (npm install, NODE_PATH).
const { DuckDBInstance } = require("@duckdb/node-api");
const [file, threads] = process.argv.slice(2);

async function main() {
  const instance = await DuckDBInstance.create(":memory:", { threads: String(threads || 2) });
  const db = await instance.connect();
  await db.run(`CREATE TEMP TABLE report AS SELECT facility.class AS class, items FROM
    read_json('${file}', format = 'newline_delimited', maximum_object_size = 67108864,
      columns = {facility: 'STRUCT(class VARCHAR)', items: 'STRUCT(id VARCHAR, status VARCHAR)[]'})`);
  await db.run(`CREATE TEMP TABLE problem AS SELECT class, item.id AS item
    FROM (SELECT class, unnest(items) AS item FROM report) WHERE item.status = 'problem'`);
  const rows = async (query) => (await db.runAndReadAll(query)).getRowsJson();
  const map = async (column) =>
    Object.fromEntries((await rows(`SELECT ${column}, count(*)::INTEGER FROM problem GROUP BY 1`)));
  const reports = (await rows("SELECT count(*)::INTEGER FROM report"))[0][0];
  console.log(JSON.stringify({ reports, by_item: await map("item"), by_class: await map("class") }));
}

main().catch((error) => {
  console.error(error);
  process.exit(3);
});
