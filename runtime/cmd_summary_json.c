/* cmd_summary_json.c - what a run did, as JSON. */
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "cmd_json.h"
#include "cmd_summary.h"
#include "score.h"

/* An object being built: a failure is remembered until the end. */
struct object {
  json_t *json;
  bool failed;
};

static void set(struct object *object, const char *name, json_t *value) {
  if (json_object_set_new(object->json, name, value) != 0) object->failed = true;
}

static void set_named(struct object *object, struct rung_text name, json_t *value) {
  if (!cmd_json_set(object->json, name, value)) object->failed = true;
}

/* Hands `inner` over to `object`. */
static void set_object(struct object *object, const char *name, struct object inner) {
  object->failed |= inner.failed;
  set(object, name, inner.json);
}

static struct object start(void) {
  json_t *json = json_object();
  return (struct object){json, !json};
}

/* An array whose elements are objects. */
static void append(struct object *array, struct object element) {
  array->failed |= element.failed;
  if (json_array_append_new(array->json, element.json) != 0) array->failed = true;
}

/* -- Parts ---------------------------------------------------------------------------- */

static void set_foreign(struct object *object, uint64_t texts, struct rung_place at) {
  struct object place = {0};
  set(object, "foreign_texts", cmd_json_count(texts));
  if (at.line == 0) {
    set(object, "foreign_first", json_null());
    return;
  }
  place = start();
  set(&place, "line", cmd_json_count(at.line));
  set(&place, "column", cmd_json_count(at.column));
  set(&place, "name", cmd_json_text(at.name));
  set(&place, "byte", cmd_json_count(at.byte));
  set_object(object, "foreign_first", place);
}

static struct object rows_json(const struct rung_totals *totals) {
  struct object rows = start();
  set(&rows, "read", cmd_json_count(totals->rows_read));
  set(&rows, "scored", cmd_json_count(totals->rows_scored));
  set(&rows, "rejected", cmd_json_count(totals->rows_rejected));
  set(&rows, "written", cmd_json_count(totals->rows_written));
  set(&rows, "blank_lines", cmd_json_count(totals->blank_lines));
  set(&rows, "misquoted", cmd_json_count(totals->lax_rows));
  set_foreign(&rows, totals->foreign_texts, totals->foreign_at);
  return rows;
}

/* { status: { label: rows } } */
static struct object statuses_json(const struct cmd_run *run) {
  struct object statuses = start(), status = {0};
  struct rung_text name = {"", 0};
  size_t count = rung_program_labels(run->program);
  for (size_t i = 0; i < count; i++) {
    struct rung_label_info label = rung_program_label(run->program, i);
    if (!label.status.length) continue;
    bool first = !status.json || label.status.length != name.length ||
                 memcmp(label.status.bytes, name.bytes, name.length) != 0;
    if (first && status.json) set_named(&statuses, name, status.json);
    if (first) statuses.failed |= status.failed, status = start();
    name = label.status;
    set_named(&status, label.name, cmd_json_count(rung_summary_label(run->summary, i)));
  }
  if (status.json) set_named(&statuses, name, status.json);
  statuses.failed |= status.failed;
  return statuses;
}

static struct object tags_json(const struct cmd_run *run) {
  struct object tags = start();
  for (size_t i = 0; i < rung_program_labels(run->program); i++) {
    struct rung_label_info label = rung_program_label(run->program, i);
    if (label.status.length || cmd_campaign_label(run->program, i)) continue;
    set_named(&tags, label.name, cmd_json_count(rung_summary_label(run->summary, i)));
  }
  return tags;
}

static struct object rules_json(const struct cmd_run *run) {
  struct object rules = {json_array(), false};
  for (size_t i = 0; i < rung_program_rules(run->program); i++) {
    struct rung_rule_info info = rung_program_rule(run->program, i);
    struct object rule = start();
    set(&rule, "name", info.name.length ? cmd_json_text(info.name) : json_null());
    set(&rule, "gives", cmd_json_text(info.gives));
    set(&rule, "file", cmd_json_text(info.file));
    set(&rule, "line", cmd_json_count(info.line));
    set(&rule, "fired", cmd_json_count(rung_summary_rule(run->summary, i)));
    set(&rule, "unknown", cmd_json_count(rung_summary_unknown(run->summary, i)));
    append(&rules, rule);
  }
  return rules;
}

static struct object faults_json(const struct cmd_run *run) {
  struct object faults = {json_array(), false};
  for (size_t i = 0; i < rung_summary_faults(run->summary); i++) {
    struct rung_fault_info info = rung_summary_fault(run->summary, i);
    struct object fault = start();
    set(&fault, "file", cmd_json_text(info.file));
    set(&fault, "line", cmd_json_count(info.line));
    set(&fault, "column", cmd_json_count(info.column));
    set(&fault, "in", cmd_json_text(info.rule));
    set(&fault, "source", cmd_json_text(info.source));
    set(&fault, "rows", cmd_json_count(info.rows));
    append(&faults, fault);
  }
  return faults;
}

static struct object params_json(const struct cmd_run *run) {
  struct object params = start();
  for (size_t i = 0; i < rung_program_params(run->program); i++)
    set_named(&params, rung_program_param(run->program, i).name, cmd_json_text(rung_summary_param(run->summary, i)));
  return params;
}

static struct object program_json(const struct cmd_run *run) {
  const struct program_tables *tables = program_tables(run->program);
  struct object program = start(), files = {json_array(), false};
  for (size_t i = 0; i < tables->file_count; i++) {
    struct object file = start();
    set(&file, "path", cmd_json_text(tables->files[i].path));
    set(&file, "hash", cmd_json_hash((uint64_t)tables->files[i].hash));
    append(&files, file);
  }
  set(&program, "hash", cmd_json_hash(rung_program_hash(run->program)));
  set_object(&program, "files", files);
  return program;
}

static struct object input_json(const struct cmd_run *run, const struct rung_totals *totals) {
  struct object input = start();
  set(&input, "path", cmd_json_string(run->input));
  set(&input, "bytes", cmd_json_count(totals->bytes_read));
  set(&input, "hash", cmd_json_hash(totals->input_hash));
  return input;
}

static struct object tables_json(const struct cmd_run *run) {
  struct object tables = start();
  for (size_t i = 0; i < rung_program_tables(run->program); i++) {
    struct rung_table_info info = rung_program_table(run->program, i);
    struct rung_table_totals totals = rung_summary_table(run->summary, i);
    if (info.customers) continue;
    struct object table = start();
    set(&table, "read", cmd_json_count(totals.rows_read));
    set(&table, "used", cmd_json_count(totals.rows_used));
    set(&table, "rejected", cmd_json_count(totals.rows_rejected));
    set(&table, "without_key", cmd_json_count(totals.rows_without_key));
    set(&table, "unmatched", cmd_json_count(totals.rows_unmatched));
    set(&table, "keys", cmd_json_count(totals.keys));
    set(&table, "customers_without_rows", cmd_json_count(totals.customers_without_rows));
    set_foreign(&table, totals.foreign_texts, totals.foreign_at);
    set(&table, "hash", cmd_json_hash(totals.input_hash));
    set_named(&tables, info.name, table.json), tables.failed |= table.failed;
  }
  return tables;
}

static struct object campaign_json(const struct cmd_run *run, size_t i) {
  struct rung_campaign_info info = rung_program_campaign(run->program, i);
  struct rung_campaign_totals totals = rung_summary_campaign(run->summary, i);
  struct object campaign = start(), outcomes = start(), labels = start();
  for (size_t o = 0; o < RUNG_OUTCOMES; o++)
    set(&outcomes, rung_outcome_name(o), cmd_json_count(totals.outcomes[o]));
  for (size_t k = info.first_label; k < info.first_label + info.label_count; k++)
    set_named(&labels, rung_program_label(run->program, k).name, cmd_json_count(rung_summary_label(run->summary, k)));
  set(&campaign, "title", info.title.length ? cmd_json_text(info.title) : json_null());
  set(&campaign, "file", cmd_json_text(info.file));
  set(&campaign, "line", cmd_json_count(info.line));
  set(&campaign, "eligible", cmd_json_count(totals.eligible));
  set_object(&campaign, "outcomes", outcomes);
  set_object(&campaign, "labels", labels);
  return campaign;
}

static struct object campaigns_json(const struct cmd_run *run) {
  struct object campaigns = start();
  for (size_t i = 0; i < rung_program_campaigns(run->program); i++) {
    struct object campaign = campaign_json(run, i);
    set_named(&campaigns, rung_program_campaign(run->program, i).name, campaign.json);
    campaigns.failed |= campaign.failed;
  }
  return campaigns;
}

/* As text: JSON numbers are binary, and would not be exact. */
static json_t *value_json(struct rung_value value) {
  struct buffer text = {0};
  if (value.present) write_value(&text, value);
  json_t *json = value.present ? json_stringn(text.at, text.length) : json_null();
  buffer_free(&text);
  return json;
}

static struct object guards_json(const struct cmd_run *run) {
  struct object guards = {json_array(), false};
  for (size_t i = 0; i < rung_program_guards(run->program); i++) {
    struct rung_guard_info info = rung_program_guard(run->program, i);
    struct rung_guard_result result = rung_summary_guard(run->summary, i);
    struct object guard = start();
    json_t *keys = json_array();
    bool values = run->args->value[CMD_SCORE_SHOW_VALUES];
    if (!cmd_shows_guard(info.function, &result, values)) result.value.present = false;
    for (size_t k = 0; k < result.key_count && values; k++)
      if (json_array_append_new(keys, cmd_json_text(result.keys[k]))) guard.failed = true;
    set(&guard, "guard", cmd_json_text(info.source));
    set(&guard, "because", info.because.length ? cmd_json_text(info.because) : json_null());
    set(&guard, "file", cmd_json_text(info.file));
    set(&guard, "line", cmd_json_count(info.line));
    set(&guard, "judged", json_boolean(result.judged));
    set(&guard, "held", json_boolean(result.held));
    set(&guard, "value", value_json(result.value));
    set(&guard, "limit", value_json(result.limit));
    set(&guard, "keys", keys);
    append(&guards, guard);
  }
  return guards;
}

static struct object thresholds_json(const struct cmd_run *run) {
  struct object thresholds = {json_array(), false};
  for (size_t i = 0; i < rung_summary_thresholds(run->summary); i++) {
    struct rung_threshold found = rung_summary_threshold(run->summary, i);
    struct object threshold = start();
    set(&threshold, "of", cmd_json_text(found.measure));
    set(&threshold, "name", cmd_json_string(found.name));
    set(&threshold, "value", cmd_shows_threshold(run, &found) ? value_json(found.value) : json_null());
    set(&threshold, "customers", cmd_json_count(found.customers));
    append(&thresholds, threshold);
  }
  return thresholds;
}

static json_t *now_json(int64_t now) {
  return value_json((struct rung_value){.type = RUNG_DATETIME, .present = true, .as.integer = now});
}

/* -- All of it -------------------------------------------------------------------------- */

static struct object summary_json(const struct cmd_run *run) {
  struct rung_totals totals = rung_summary_totals(run->summary);
  struct object summary = start();
  char date[CALENDAR_PRINT_ROOM];
  calendar_print(date, totals.today);
  set(&summary, "rung", json_string(rung_version()));
  set(&summary, "today", json_stringn(date, sizeof date));
  set(&summary, "today_from_clock", json_boolean(run->clock));
  if (rung_program_uses_time(run->program)) set(&summary, "now", now_json(run->now));
  set_object(&summary, "params", params_json(run));
  set_object(&summary, "rows", rows_json(&totals));
  set_object(&summary, "statuses", statuses_json(run));
  set_object(&summary, "tags", tags_json(run));
  set_object(&summary, "campaigns", campaigns_json(run));
  set_object(&summary, "guards", guards_json(run));
  set_object(&summary, "rules", rules_json(run));
  set_object(&summary, "faults", faults_json(run));
  set_object(&summary, "tables", tables_json(run));
  set_object(&summary, "found", thresholds_json(run));
  set_object(&summary, "program", program_json(run));
  set_object(&summary, "input", input_json(run, &totals));
  set(&summary, "dry_run", json_boolean(run->dry_run));
  bool written = !run->refused && !run->dry_run;
  set(&summary, "output", written ? cmd_json_string(run->output ? run->output : "-") : json_null());
  set(&summary, "bytes_written", cmd_json_count(totals.bytes_written));
  set(&summary, "rejects", cmd_json_string(run->rejects));
  set(&summary, "split", cmd_json_string(run->split));
  return summary;
}

bool cmd_summary_json(const struct cmd_run *run, struct buffer *text) {
  struct object summary = summary_json(run);
  bool done = !summary.failed && cmd_json_print(summary.json, text);
  json_decref(summary.json);
  return done;
}
