// bench_sql.js - cuts a file of SQL into its sections, which begin at lines "-- @name".
"use strict";
const fs = require("fs");
const path = require("path");

exports.sections = (file, values) => {
  const found = {};
  const text = fs.readFileSync(path.join(__dirname, file), "utf8");
  for (const part of text.split(/^-- @/m).slice(1)) {
    const end = part.indexOf("\n");
    found[part.slice(0, end)] = part.slice(end).replace(/:(in|out|threads)\b/g, (_, name) => values[name]);
  }
  return found;
};
