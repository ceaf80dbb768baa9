// bench_duckdb.js - runs sections of bench_duckdb.sql: node bench_duckdb.js IN OUT THREADS SECTION...
"use strict";
const { sections } = require("./bench_sql.js");
const { DuckDBInstance } = require("@duckdb/node-api");

async function main([input, output, threads, ...names]) {
  const sql = sections("bench_duckdb.sql", { in: input, out: output, threads });
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  for (const name of ["setup", ...names]) await connection.run(sql[name]);
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(4);
});
