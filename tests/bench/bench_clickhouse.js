// bench_clickhouse.js - runs sections of bench_clickhouse.sql: node bench_clickhouse.js IN OUT THREADS SECTION...
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const { sections } = require("./bench_sql.js");
const { Session } = require("chdb");

const [input, output, threads, ...names] = process.argv.slice(2);
const sql = sections("bench_clickhouse.sql", { in: path.resolve(input), out: path.resolve(output), threads });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "chdb-"));
const session = new Session(folder);
try {
  for (const name of ["setup", ...names])
    for (const statement of sql[name].replace(/^--.*$/gm, "").split(/;\s*$/m))
      if (statement.trim()) session.query(statement);
} catch (error) {
  console.error(error.message);
  process.exitCode = 4;
} finally {
  session.cleanup?.();
  fs.rmSync(folder, { recursive: true, force: true });
}
