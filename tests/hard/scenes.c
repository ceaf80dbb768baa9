/* scenes.c - the commands that are run under faults and signals. */
#include "hard.h"

#define TODAY "--today", "2026-11-21"
#define TABLES "in/customers.csv", "orders=in/orders.csv", "previous=in/previous.csv"

const struct scene scenes[] = {
  {"score", {"score", "in/rules.rung", TABLES, TODAY, "--threads", "1", "--rejects", "out/rejects.csv", "--split",
             "out/set", "--summary", "out/summary.json", "-o", "out/scored.csv"}, .cleans = true},
  {"nowhere", {"score", "in/rules.rung", TABLES, TODAY, "--threads", "1", "--rejects", "out/rejects.csv", "--split",
               "out/set", "--summary", "out/summary.json", "-o", "/dev/null"}, .cleans = true},
  {"stdout", {"score", "made/rules.rungc", "-", "orders=in/orders.csv", "previous=in/previous.csv", TODAY, "--threads",
              "1", "--rejects", "out/rejects.csv", "--slim"}, .input = "in/customers.csv", .cleans = true},
  {"compile", {"compile", "in/rules.rung", "-o", "out/rules.rungc"}, .code = 0},
  {"refused", {"score", "in/flags.rung", "in/customers.csv", TODAY, "--threads", "1", "-o", "out/scored.csv"},
   .code = 3, .cleans = true},
  {"broken", {"score", "in/broken_guard.rung", "in/customers.csv", TODAY, "--threads", "1", "--rejects",
              "out/rejects.csv", "--summary", "out/summary.json", "-o", "out/scored.csv"}, .code = 1, .cleans = true},
  {"wrong", {"check", "in/wrong.rung"}, .code = 2},
  {"json", {"check", "in/wrong.rung", "--json"}, .code = 2},
  {"packed", {"score", "in/flags.rung", "in/packed.csv.gz", TODAY, "--encoding", "windows-1251", "--delimiter", ";",
              "--threads", "1", "--format", "jsonl", "-o", "out/scored.jsonl"}, .cleans = true},
  {"zstd", {"score", "in/flags.rung", "in/packed.csv.zst", TODAY, "--encoding", "windows-1251", "--delimiter", ";",
            "--threads", "1", "--format", "tsv", "-o", "out/scored.tsv", "--dry-run", "--summary", "out/summary.json"},
   .cleans = true},
  {"plain", {"score", "in/flags.rung", "in/plain.csv", TODAY, "--threads", "1", "--format", "tsv"}, .code = 0},
  {"hidden", {"score", "in/hidden.rung", "in/plain.csv", TODAY, "--threads", "1", "--hash", "name", "--salt-file",
              "in/salt", "--drop", "quiet", "--spreadsheet-safe", "-o", "out/scored.csv"}, .cleans = true},
  {"test", {"test", "in/rules.rung", "--coverage"}, .reports = true},
  {"dump", {"dump", "made/rules.rungc"}, .code = 0},
  {"spill", {"score", "in/rules.rung", TABLES, TODAY, "--threads", "1", "--memory", "1", "--block", "7", "--rejects",
             "out/rejects.csv", "-o", "out/scored.csv"}, .cleans = true, .long_one = true},
  {"threads", {"score", "in/rules.rung", TABLES, TODAY, "--threads", "3", "--block", "200", "--rejects",
               "out/rejects.csv", "--split", "out/set", "-o", "out/scored.csv"}, .cleans = true, .long_one = true},
  {"salted", {"score", "in/rules.rung", TABLES, TODAY, "--threads", "1", "--hash", "name", "--hash", "id", "--salt-file",
              "in/salt", "--drop", "region", "--rejects", "out/rejects.csv", "--split", "out/set", "-o",
              "out/scored.csv"}, .cleans = true, .long_one = true},
  {"check", {"check", "in/rules.rung"}, .long_one = true},
  {"tap", {"test", "in", "--tap"}, .code = 2, .reports = true, .long_one = true},
  {"presets", {"presets"}, .long_one = true},
  {"preset", {"score", "in/preset.rung", "in/shopify.csv", "--preset", "shopify-customers", TODAY, "--threads", "1",
              "--coverage", "-o", "out/scored.csv"}, .cleans = true, .long_one = true},
  {"base", {"score", "in/base.rung", "orders=in/orders.csv", TODAY, "--threads", "1", "-o", "out/scored.csv"},
   .cleans = true, .long_one = true},
};
const size_t scene_count = sizeof scenes / sizeof *scenes;
