/* score.c - whole files through rung_score: what comes out, what is refused, what is counted. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rungc.h"

/* -- A run in a folder of its own ----------------------------------------------- */

static char folder[] = "/tmp/rung-score-XXXXXX";
static char dump_path[64], out_path[64], rejects_path[64];

static int open_folder(void) {
  if (!mkdtemp(folder)) return 1;
  snprintf(dump_path, sizeof dump_path, "%s/dump.csv", folder);
  snprintf(out_path, sizeof out_path, "%s/out.csv", folder);
  snprintf(rejects_path, sizeof rejects_path, "%s/bad.csv", folder);
  return 0;
}

static void remove_files(void) { unlink(dump_path), unlink(out_path), unlink(rejects_path); }

static int close_folder(void) {
  remove_files();
  return rmdir(folder); /* fails when a temporary file was left behind */
}

struct run {
  enum rung_status status;
  struct rung_error error;
  struct rung_totals totals;
  char out[8192], rejects[8192];
  size_t bad_cells;
  struct rung_bad_cell bad; /* the first; its texts are not kept */
  int stop_after;           /* calls of progress; 0 never */
};

static void count_bad(void *context, const struct rung_bad_cell *cell) {
  struct run *run = context;
  if (run->bad_cells++ == 0) run->bad = *cell;
}

static int step(void *context, uint64_t bytes, uint64_t total, uint64_t rows) {
  struct run *run = context;
  (void)bytes, (void)total, (void)rows;
  return run->stop_after > 0 && --run->stop_after == 0;
}

static void read_file(const char *path, char *bytes, size_t room) {
  FILE *file = fopen(path, "rb");
  size_t length = file ? fread(bytes, 1, room - 1, file) : 0;
  bytes[length] = 0;
  if (file) fclose(file);
}

static bool exists(const char *path) { return access(path, F_OK) == 0; }

static void write_dump(const char *bytes, size_t length) {
  FILE *file = fopen(dump_path, "wb");
  CU_ASSERT_PTR_NOT_NULL_FATAL(file);
  CU_ASSERT_EQUAL(fwrite(bytes, 1, length, file), length);
  fclose(file);
}

static rung_program *compile_with(const char *rules, const struct rung_allocator *allocator) {
  rungc_compilation *compilation = NULL;
  struct rung_error error;
  rung_program *program = NULL;
  enum rung_status status = rungc_compile((struct rung_text){"test.rung", 9}, (struct rung_text){rules, strlen(rules)},
                                          NULL, &compilation, &error);
  CU_ASSERT_EQUAL_FATAL(status, RUNG_OK);
  struct rung_text bytes = rungc_program(compilation);
  CU_ASSERT_EQUAL_FATAL(rung_program_load(bytes.bytes, bytes.length, allocator, &program, &error), RUNG_OK);
  rungc_free(compilation);
  return program;
}

static rung_program *compile(const char *rules) { return compile_with(rules, NULL); }

static struct run *score(struct run *run, const char *rules, const char *dump, struct rung_score_options options) {
  rung_program *program = compile(rules);
  rung_summary *summary = NULL;
  *run = (struct run){.stop_after = run->stop_after};
  remove_files();
  write_dump(dump, strlen(dump));
  options.input = dump_path;
  options.output = out_path;
  options.today = 20000;
  options.context = run;
  options.bad_cell = count_bad;
  options.progress = step;
  run->status = rung_score(program, &options, NULL, 0, &summary, &run->error);
  if (summary) run->totals = rung_summary_totals(summary);
  rung_summary_free(summary);
  rung_program_free(program);
  read_file(out_path, run->out, sizeof run->out);
  read_file(rejects_path, run->rejects, sizeof run->rejects);
  return run;
}

#define RULES "status s { n >= 3 -> regular; n >= 1 -> client; } n > 5 -> big; n > 6 -> huge;"
#define PLAIN ((struct rung_score_options){0})

static bool says(const struct run *run, const char *part) { return strstr(run->error.text, part) != NULL; }

/* -- What comes out ------------------------------------------------------------------ */

static void test_rows_stay_as_they_are(void) {
  struct run run = {0};
  score(&run, RULES, "id,n,note\n1,0,\"a,\"\"b\"\"\n c\"\r\n2,3, x \n3,7,", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  CU_ASSERT_STRING_EQUAL(run.out, "id,n,note,s,tags\n1,0,\"a,\"\"b\"\"\n c\",,\r\n2,3, x ,regular,\n"
                         "3,7,,regular,big|huge\n");
  CU_ASSERT_EQUAL(run.totals.rows_read, 3);
  CU_ASSERT_EQUAL(run.totals.rows_written, 3);
}

static void test_header_only_and_empty(void) {
  struct run run = {0};
  score(&run, RULES, "id,n\r\n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  CU_ASSERT_STRING_EQUAL(run.out, "id,n,s,tags\r\n");
  score(&run, RULES, "id,n", PLAIN);
  CU_ASSERT_STRING_EQUAL(run.out, "id,n,s,tags\n");
  score(&run, RULES, "", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_FALSE(exists(out_path));
  score(&run, RULES, "\n \n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
}

static void test_byte_order_mark_stays(void) {
  struct run run = {0};
  score(&run, RULES, "\xEF\xBB\xBFn\n4\n", PLAIN);
  CU_ASSERT_STRING_EQUAL(run.out, "\xEF\xBB\xBFn,s,tags\n4,regular,\n");
}

static void test_results_are_quoted_when_they_need_it(void) {
  struct run run = {0};
  score(&run, "let t = \"a;\\\"b\\\"\"; show t;  n > 0 -> `x;y`;", "n;m\n1;2\n",
        (struct rung_score_options){.dialect.delimiter = ';'});
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  CU_ASSERT_STRING_EQUAL(run.out, "n;m;tags;t\n1;2;\"x;y\";\"a;\"\"b\"\"\"\n");
}

static void test_values(void) {
  struct run run = {0};
  const char *rules = "input t { m money; n number; i integer; d date; f flag; x text; }"
                      "let mm = m; let nn = n; let ii = i; let dd = d; let ff = f; let xx = x;"
                      "show mm, nn, ii, dd, ff, xx;";
  const char *dump = "m,n,i,d,f,x\n1.5,2.50,3,2026-11-21,yes,q\n,,,,,\n-0.005,0.1,-9,0001-01-01,0,\"a,b\"\n";
  score(&run, rules, dump, PLAIN);
  CU_ASSERT_STRING_EQUAL(run.out, "m,n,i,d,f,x,mm,nn,ii,dd,ff,xx\n"
                         "1.5,2.50,3,2026-11-21,yes,q,1.50,2.5,3,2026-11-21,true,q\n,,,,,,,,,,,\n"
                         "-0.005,0.1,-9,0001-01-01,0,\"a,b\",-0.005,0.1,-9,0001-01-01,false,\"a,b\"\n");
  score(&run, rules, dump, (struct rung_score_options){.format = RUNG_JSONL, .slim = true, .key = "x"});
  CU_ASSERT_STRING_EQUAL(run.out,
    "{\"x\":\"q\",\"mm\":1.50,\"nn\":2.5,\"ii\":3,\"dd\":\"2026-11-21\",\"ff\":true,\"xx\":\"q\"}\n"
    "{\"x\":\"\",\"mm\":null,\"nn\":null,\"ii\":null,\"dd\":null,\"ff\":null,\"xx\":null}\n"
    "{\"x\":\"a,b\",\"mm\":-0.005,\"nn\":0.1,\"ii\":-9,\"dd\":\"0001-01-01\",\"ff\":false,\"xx\":\"a,b\"}\n");
}

static void test_slim(void) {
  struct run run = {0};
  score(&run, RULES, "id,n\n\"7\",3\n,1\n", (struct rung_score_options){.slim = true, .key = "id"});
  CU_ASSERT_STRING_EQUAL(run.out, "id,s,tags\n\"7\",regular,\n,client,\n");
  score(&run, "input t { id text key; n integer; } n > 1 -> many;", "n,id\n3,a\n",
        (struct rung_score_options){.slim = true});
  CU_ASSERT_STRING_EQUAL(run.out, "id,tags\na,many\n");
  score(&run, RULES, "id,n\n1,3\n", (struct rung_score_options){.slim = true});
  CU_ASSERT_EQUAL(run.status, RUNG_INVALID);
  score(&run, RULES, "id,n\n1,3\n", (struct rung_score_options){.slim = true, .key = "ID"});
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_TRUE(says(&run, "\"ID\"; the dump has \"id\""));
}

static void test_tsv(void) {
  struct run run = {0};
  score(&run, RULES, "a;n;b\n\"x\";\"3\";\"t\tq\"\"\"\n",
        (struct rung_score_options){.dialect.delimiter = ';', .format = RUNG_TSV});
  CU_ASSERT_STRING_EQUAL(run.out, "a\tn\tb\ts\ttags\nx\t3\t\"t\tq\"\"\"\tregular\t\n");
}

static void test_jsonl(void) {
  struct run run = {0};
  score(&run, RULES, "a \"q\",n\n\"x \"\"\\\n\",6\n\x01,0\n", (struct rung_score_options){.format = RUNG_JSONL});
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA); /* a bare quote in the header */
  score(&run, RULES, "\"a \"\"q\"\"\",n\n\"x \"\"\\\n\",6\n\x01,0\n",
        (struct rung_score_options){.format = RUNG_JSONL});
  CU_ASSERT_STRING_EQUAL(run.out,
                         "{\"a \\\"q\\\"\":\"x \\\"\\\\\\n\",\"n\":\"6\",\"s\":\"regular\",\"tags\":[\"big\"]}\n"
                         "{\"a \\\"q\\\"\":\"\\u0001\",\"n\":\"0\",\"s\":null,\"tags\":[]}\n");
  score(&run, RULES, "a,n\n\xff,6\nb,7\n", (struct rung_score_options){.format = RUNG_JSONL, .rejects = rejects_path,
                                                                        .max_rejects = 1000000});
  CU_ASSERT_STRING_EQUAL(run.out, "{\"a\":\"b\",\"n\":\"7\",\"s\":\"regular\",\"tags\":[\"big\",\"huge\"]}\n");
  CU_ASSERT_EQUAL(run.totals.rows_rejected, 1);
}

/* -- Headers ------------------------------------------------------------------------------ */

static void test_missing_columns(void) {
  struct run run = {0};
  score(&run, "total_spent > 1 and zebra > 2 -> a;", "id,Total Spent\n1,2\n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_TRUE(says(&run, "\"total_spent\"; the dump has \"Total Spent\""));
  CU_ASSERT_TRUE(says(&run, "\"zebra\""));
  score(&run, "`Total Spent` > 1 -> a;", "id,Total\xC2\xA0Spent\n1,2\n", PLAIN);
  CU_ASSERT_TRUE(says(&run, "U+00A0"));
  score(&run, "a > 1 and b > 1 -> x;", "a;b\n1;2\n", PLAIN);
  CU_ASSERT_TRUE(says(&run, "--delimiter \";\""));
}

static void test_doubled_columns(void) {
  struct run run = {0};
  score(&run, RULES, "n,x,x\n1,2,3\n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  score(&run, RULES, "n,x,n\n1,2,3\n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_TRUE(says(&run, "\"n\" more than once"));
  score(&run, RULES, "n,x,x\n1,2,3\n", (struct rung_score_options){.format = RUNG_JSONL});
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
}

static void test_result_name_taken(void) {
  struct run run = {0};
  score(&run, RULES, "id,n,tags\n1,2,3\n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_TRUE(says(&run, "\"tags\""));
  score(&run, RULES, "id,n,tags\n1,2,3\n", (struct rung_score_options){.slim = true, .key = "id"});
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
}

static void test_no_header(void) {
  struct run run = {0};
  struct rung_score_options options = {.dialect.no_header = true};
  score(&run, RULES, "a,3\n", options);
  CU_ASSERT_EQUAL(run.status, RUNG_INVALID);
  options.dialect.columns = "\"i,d\",n";
  score(&run, RULES, "a,3\nb,1", options);
  CU_ASSERT_STRING_EQUAL(run.out, "a,3,regular,\nb,1,client,\n");
  score(&run, RULES, "a,3\r\nb,1", options);
  CU_ASSERT_STRING_EQUAL(run.out, "a,3,regular,\r\nb,1,client,\r\n");
  options.dialect.no_header = false;
  score(&run, RULES, "a,3\n", options);
  CU_ASSERT_EQUAL(run.status, RUNG_INVALID);
}

static void test_skipped_lines(void) {
  struct run run = {0};
  score(&run, RULES, "report\n\"of\n\nn\n3\n\n4\n", (struct rung_score_options){.dialect.skip_lines = 2});
  /* In a table of one column a blank line is a row, and n is missing there. */
  CU_ASSERT_STRING_EQUAL(run.out, "n,s,tags\n3,regular,\n,,\n4,regular,\n");
  score(&run, RULES, "report\n\"of\n\nn,m\n3,1\n\n4,1\n", (struct rung_score_options){.dialect.skip_lines = 2});
  CU_ASSERT_STRING_EQUAL(run.out, "n,m,s,tags\n3,1,regular,\n4,1,regular,\n");
  CU_ASSERT_EQUAL(run.totals.blank_lines, 2);
}

/* -- Bad rows --------------------------------------------------------------------------------- */

static void test_bad_cells_stop(void) {
  struct run run = {0};
  score(&run, RULES, "id,n\n1,2\n\"a\nb\",x\n3\n", PLAIN);
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_FALSE(exists(out_path));
  CU_ASSERT_EQUAL(run.bad_cells, 2);
  CU_ASSERT_EQUAL(run.bad.line, 3);
  CU_ASSERT_EQUAL(run.bad.row, 2);
  CU_ASSERT_EQUAL(run.bad.column, 2);
  CU_ASSERT_EQUAL(run.bad.byte, 15);
  CU_ASSERT_FALSE(run.bad.whole_row);
}

static void test_whole_rows(void) {
  struct run run = {0};
  score(&run, RULES, "id,n\n1,\"2\"x\n", PLAIN);
  CU_ASSERT(run.bad.whole_row && run.bad.column == 2 && run.bad.byte == 10 && run.bad.value.length == 0);
  CU_ASSERT(run.bad.name.length == 1);
  score(&run, RULES, "id,n\n1\n", PLAIN);
  CU_ASSERT(run.bad.whole_row && run.bad.column == 2 && run.bad.fields == 1 && run.bad.wanted == 2);
  score(&run, RULES, "id,n\n1,2,\"3\"x\n", PLAIN);
  CU_ASSERT(run.bad.whole_row && run.bad.column == 3 && run.bad.name.length == 0);
  score(&run, RULES, "id,n\nid,n\n", PLAIN);
  CU_ASSERT(run.bad.whole_row && run.bad.column == 0 && run.bad.name.length == 0);
}

static void test_lax_alone(void) {
  struct run run = {0};
  struct rung_score_options options = {.lax = true, .max_rejects = 1000000};
  const char *dump = "id,n\n1,2\n\"a\"b,3\n3,x\n3\n4,9\n";
  score(&run, RULES, dump, options);
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  CU_ASSERT_STRING_EQUAL(run.out, "id,n,s,tags\n1,2,client,\n\"a\"b,3,regular,\n4,9,regular,big|huge\n");
  CU_ASSERT_EQUAL(run.bad_cells, 2);
  CU_ASSERT(run.totals.rows_read == 5 && run.totals.rows_scored == 3 && run.totals.rows_rejected == 2);
  options.max_rejects = 399999;
  score(&run, RULES, dump, options);
  CU_ASSERT_EQUAL(run.status, RUNG_NOTICE);
  CU_ASSERT_FALSE(exists(out_path));
  CU_ASSERT_TRUE(says(&run, "2 of 5 rows were refused, more than the 39.9999% allowed; no output was written"));
}

static void test_only_twenty_are_told(void) {
  struct run run = {0};
  char dump[512] = "n\n";
  for (int i = 0; i < 50; i++) strcat(dump, "x\n");
  score(&run, RULES, dump, (struct rung_score_options){.block_bytes = 7, .batch_rows = 3});
  CU_ASSERT_EQUAL(run.status, RUNG_BAD_DATA);
  CU_ASSERT_EQUAL(run.bad_cells, 20);
}

static void test_rejects(void) {
  struct run run = {0};
  struct rung_score_options options = {.rejects = rejects_path, .max_rejects = 1000000};
  struct stat found;
  score(&run, RULES, "id,n\n1,2\n\"a\"\"b\",x\n3\nid,n\n4,9\n", options);
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  CU_ASSERT_STRING_EQUAL(run.out, "id,n,s,tags\n1,2,client,\n4,9,regular,big|huge\n");
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, "file,line,byte,column,name,reason,record\n"));
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, ",3,16,2,n,"));
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, ",\"\"\"a\"\"\"\"b\"\",x\"\n"));
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, ",4,"));
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, ",\"3\"\n"));
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, ",5,"));
  CU_ASSERT_PTR_NOT_NULL(strstr(run.rejects, ",\"id,n\"\n"));
  CU_ASSERT_EQUAL(run.totals.rows_read, 5);
  CU_ASSERT_EQUAL(run.totals.rows_scored, 2);
  CU_ASSERT_EQUAL(run.totals.rows_rejected, 3);
  CU_ASSERT_EQUAL(stat(rejects_path, &found), 0);
  CU_ASSERT_EQUAL(found.st_mode & 0777, 0600);
}

static void test_share_of_rejects(void) {
  struct run run = {0};
  const char *dump = "n\n1\n2\nx\n3\n";
  score(&run, RULES, dump, (struct rung_score_options){.rejects = rejects_path, .max_rejects = 249999});
  CU_ASSERT_EQUAL(run.status, RUNG_NOTICE);
  CU_ASSERT_FALSE(exists(out_path));
  CU_ASSERT_TRUE(exists(rejects_path));
  score(&run, RULES, dump, (struct rung_score_options){.rejects = rejects_path, .max_rejects = 250000});
  CU_ASSERT_EQUAL(run.status, RUNG_OK);
  CU_ASSERT_TRUE(exists(out_path));
}

/* Refused rows must not be counted anywhere: not in labels, not in faults. */
static void test_rejected_rows_leave_no_trace(void) {
  rung_program *program = compile("input t { n integer; m integer; } let r = n / (m - m);"
                                  "r > 1 -> a; n > 0 -> b; show r;");
  rung_summary *summary = NULL;
  struct rung_error error;
  const char *dump = "n,m\n1,1\n2,x\n3,1\nx,1\n";
  struct rung_score_options options = {.input = dump_path, .output = out_path, .rejects = rejects_path,
                                       .max_rejects = 1000000};
  remove_files();
  write_dump(dump, strlen(dump));
  CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, &summary, &error), RUNG_OK);
  CU_ASSERT_PTR_NOT_NULL_FATAL(summary);
  for (size_t i = 0; i < rung_program_labels(program); i++) {
    bool b = rung_program_label(program, i).name.bytes[0] == 'b';
    CU_ASSERT_EQUAL(rung_summary_label(summary, i), b ? 2 : 0);
  }
  CU_ASSERT_EQUAL_FATAL(rung_summary_faults(summary), 1);
  CU_ASSERT_EQUAL(rung_summary_fault(summary, 0).rows, 2);
  CU_ASSERT_EQUAL(rung_summary_fault(summary, 0).line, 1);
  rung_summary_free(summary);
  rung_program_free(program);
}

static void test_files_that_are_one(void) {
  struct run run = {0};
  score(&run, RULES, "n\n1\n", (struct rung_score_options){.rejects = dump_path});
  CU_ASSERT_EQUAL(run.status, RUNG_INVALID);
  score(&run, RULES, "n\n1\n", (struct rung_score_options){.rejects = out_path});
  CU_ASSERT_EQUAL(run.status, RUNG_INVALID);
  CU_ASSERT_FALSE(exists(out_path));
  static const char *const standard[] = {NULL, "-", "/dev/stdout"};
  rung_program *program = compile(RULES);
  for (size_t i = 0; i < 6; i++) {
    struct rung_score_options options = {.input = dump_path, .output = standard[i % 3], .rejects = standard[1 + i / 3]};
    CU_ASSERT_EQUAL(rung_score(program, &options, NULL, 0, NULL, &run.error), RUNG_INVALID);
    CU_ASSERT(says(&run, "can't both go to standard output"));
  }
  rung_program_free(program);
}

static void test_stop(void) {
  struct run run = {.stop_after = 1};
  score(&run, RULES, "n\n1\n2\n3\n", (struct rung_score_options){.block_bytes = 2});
  CU_ASSERT_EQUAL(run.status, RUNG_NOTICE);
  CU_ASSERT_FALSE(exists(out_path));
}

/* -- Sizes: any batch and any block give the same --------------------------------------------- */

static void test_sizes(void) {
  static const size_t rows[] = {1, 63, 64, 65, 130};
  static const uint32_t batches[] = {1, 3, 64, 1024};
  static const size_t blocks[] = {1, 7, 64, 1 << 20};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    char dump[4096] = "id,n\n", wanted[4096] = "id,n,s,tags\n";
    for (size_t i = 0; i < rows[r]; i++) {
      unsigned n = (unsigned)(i * 5 % 9);
      sprintf(dump + strlen(dump), "\"%zu\",%u\n", i, n);
      sprintf(wanted + strlen(wanted), "\"%zu\",%u,%s,%s\n", i, n, n >= 3 ? "regular" : n >= 1 ? "client" : "",
              n > 6 ? "big|huge" : n > 5 ? "big" : "");
    }
    for (size_t b = 0; b < sizeof batches / sizeof *batches; b++)
      for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) {
        struct run run = {0};
        score(&run, RULES, dump, (struct rung_score_options){.batch_rows = batches[b], .block_bytes = blocks[k]});
        CU_ASSERT_EQUAL(run.status, RUNG_OK);
        CU_ASSERT_STRING_EQUAL(run.out, wanted);
      }
  }
}

/* -- Memory: whichever allocation fails, the run says so and leaves nothing ------------------- */

struct scarce {
  size_t calls, fail_at;    /* 0 never */
  size_t held;              /* bytes */
};

static void *scarce_resize(void *context, void *block, size_t old, size_t size) {
  struct scarce *scarce = context;
  if (size > 0 && ++scarce->calls == scarce->fail_at) return NULL;
  scarce->held += size - old;
  if (size > 0) return realloc(block, size);
  free(block);
  return NULL;
}

static void test_memory_out(void) {
  struct scarce scarce = {0};
  struct rung_allocator allocator = {scarce_resize, &scarce};
  const char *dump = "id,n\n\"1\"\"\",2\nx,y\n3,7\n";
  rung_program *program = compile_with("param p = 5; n > p -> a; status s { n > 1 -> t; } let v = n / 2; show v;",
                                       &allocator);
  struct rung_score_options options = {.input = dump_path, .output = out_path, .rejects = rejects_path,
                                       .max_rejects = 1000000, .format = RUNG_TSV};
  enum rung_status status = RUNG_NO_RESOURCE;
  size_t before = scarce.held, tried = 0;
  for (size_t n = 1; status != RUNG_OK && n < 10000; n++, tried++) {
    rung_summary *summary = NULL;
    struct rung_error error = {0};
    remove_files();
    write_dump(dump, strlen(dump));
    scarce.calls = 0;
    scarce.fail_at = n;
    status = rung_score(program, &options, NULL, 0, &summary, &error);
    rung_summary_free(summary);
    CU_ASSERT_EQUAL(scarce.held, before);
    if (status == RUNG_OK) break;
    CU_ASSERT_EQUAL(status, RUNG_NO_RESOURCE);
    CU_ASSERT_EQUAL(error.status, status);
    CU_ASSERT_TRUE(error.text[0] != 0);
    CU_ASSERT_FALSE(exists(out_path));
  }
  CU_ASSERT_EQUAL(status, RUNG_OK);
  CU_ASSERT_TRUE(tried > 20);
  rung_program_free(program);
  CU_ASSERT_EQUAL(scarce.held, 0);
}

void suite_score(void);
void suite_score(void) {
  CU_pSuite suite = CU_add_suite("score", open_folder, close_folder);
  CU_add_test(suite, "rows stay as they are", test_rows_stay_as_they_are);
  CU_add_test(suite, "header only, and nothing", test_header_only_and_empty);
  CU_add_test(suite, "byte order mark", test_byte_order_mark_stays);
  CU_add_test(suite, "results quoted when needed", test_results_are_quoted_when_they_need_it);
  CU_add_test(suite, "values of every type", test_values);
  CU_add_test(suite, "slim", test_slim);
  CU_add_test(suite, "tsv", test_tsv);
  CU_add_test(suite, "jsonl", test_jsonl);
  CU_add_test(suite, "missing columns", test_missing_columns);
  CU_add_test(suite, "doubled columns", test_doubled_columns);
  CU_add_test(suite, "a result's name is taken", test_result_name_taken);
  CU_add_test(suite, "no header", test_no_header);
  CU_add_test(suite, "skipped and blank lines", test_skipped_lines);
  CU_add_test(suite, "bad cells stop the run", test_bad_cells_stop);
  CU_add_test(suite, "whole rows that are bad", test_whole_rows);
  CU_add_test(suite, "lax alone leaves bad rows out", test_lax_alone);
  CU_add_test(suite, "twenty are told", test_only_twenty_are_told);
  CU_add_test(suite, "rejects", test_rejects);
  CU_add_test(suite, "share of rejects", test_share_of_rejects);
  CU_add_test(suite, "rejected rows leave no trace", test_rejected_rows_leave_no_trace);
  CU_add_test(suite, "files that are one", test_files_that_are_one);
  CU_add_test(suite, "stop", test_stop);
  CU_add_test(suite, "memory out at each allocation", test_memory_out);
  CU_add_test(suite, "sizes of batch and block", test_sizes);
}
