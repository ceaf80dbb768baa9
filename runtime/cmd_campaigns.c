/* cmd_campaigns.c - tell people what became of campaigns, and which guards held. */
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "cmd_summary.h"
#include "decimal.h"
#include "score.h"

enum { KEY_SHOWN = 80, FILE_SHOWN = 200, BECAUSE_SHOWN = 500 };

static struct rung_text text_of(const char *string) { return (struct rung_text){string, strlen(string)}; }

/* -- Campaigns --------------------------------------------------------------------------- */

bool cmd_campaign_label(const rung_program *program, size_t label) {
  size_t count = rung_program_campaigns(program);
  if (count == 0) return false;
  struct rung_campaign_info last = rung_program_campaign(program, count - 1);
  size_t end = last.first_label + last.label_count + (last.control != SIZE_MAX);
  return label >= rung_program_campaign(program, 0).first_label && label < end; /* theirs stand side by side */
}

static void say_indented(const struct cmd_layout *layout, struct rung_text name, uint64_t rows) {
  struct cmd_layout inner = *layout;
  inner.label = layout->label > 2 ? layout->label - 2 : 0;
  cmd_say_title(layout, text_of(""));
  cmd_say("  ");
  cmd_say_count(&inner, name, rows);
}

/* Shares are of those eligible.  What nobody came to is left out, but not that nobody gets it. */
static void say_campaign(const struct cmd_run *run, size_t i, const struct cmd_layout *layout) {
  struct rung_campaign_info info = rung_program_campaign(run->program, i);
  struct rung_campaign_totals totals = rung_summary_campaign(run->summary, i);
  struct cmd_layout inner = *layout;
  inner.rows = totals.eligible;
  cmd_say("\n");
  cmd_say_title(layout, info.name);
  cmd_say_count(&inner, text_of("eligible"), totals.eligible);
  bool labels = info.label_count > 1; /* a single one would say no more than "gets" */
  for (size_t o = 0; o < RUNG_OUTCOMES; o++) {
    bool told = o == OUTCOME_GETS && (labels || totals.eligible > 0);
    if (totals.outcomes[o] == 0 && !told) continue;
    cmd_say_title(layout, text_of(""));
    cmd_say_count(&inner, text_of(rung_outcome_name(o)), totals.outcomes[o]);
  }
  if (!labels) return;
  for (size_t k = info.first_label; k < info.first_label + info.label_count; k++)
    say_indented(&inner, rung_program_label(run->program, k).name, rung_summary_label(run->summary, k));
}

void cmd_say_campaigns(const struct cmd_run *run, const struct cmd_layout *layout) {
  for (size_t i = 0; i < rung_program_campaigns(run->program); i++) say_campaign(run, i, layout);
}

/* -- Guards -------------------------------------------------------------------------------- */

static bool is_share(const char *function) { return strcmp(function, "share") == 0 || strcmp(function, "change") == 0; }

/* Shares are percentages. */
static bool add_value(struct buffer *out, const char *function, struct rung_value value) {
  int64_t percent;
  if (!value.present) return false;
  if (is_share(function) && !__builtin_mul_overflow(value.as.integer, (int64_t)100, &percent)) {
    write_value(out, (struct rung_value){.type = RUNG_NUMBER, .present = true, .as.integer = percent});
    buffer_byte(out, '%');
  } else {
    write_value(out, value);
  }
  return true;
}

/* Never and always have no limit: their value is the rows that break them.  `shown`: also what is of few customers. */
static void say_value(const char *function, const struct rung_guard_result *result, bool shown) {
  struct buffer text = {0};
  if (strcmp(function, "never") == 0 || strcmp(function, "always") == 0) {
    if (result->value.as.integer == 0) buffer_string(&text, "no");
    else write_value(&text, result->value);
    buffer_string(&text, result->value.as.integer < 2 ? " row breaks it" : " rows break it");
  } else if (!result->value.present && is_share(function)) {
    buffer_string(&text, "the last run knew nobody of this one; are the keys written alike in both?");
  } else {
    if (!cmd_shows_guard(function, result, shown))
      buffer_printf(&text, "(not shown: of fewer than %d customers; --show-values shows it)", CMD_CUSTOMERS_LEAST);
    else if (!add_value(&text, function, result->value)) buffer_string(&text, "out of range");
    buffer_string(&text, ", the limit is ");
    add_value(&text, function, result->limit);
  }
  cmd_say("%.*s", (int)text.length, text.length ? text.at : "");
  buffer_free(&text);
}

void cmd_say_guards(const struct cmd_run *run, const struct cmd_layout *layout) {
  for (size_t i = 0; i < rung_program_guards(run->program); i++) {
    struct rung_guard_info info = rung_program_guard(run->program, i);
    struct rung_guard_result result = rung_summary_guard(run->summary, i);
    if (i == 0) cmd_say("\n");
    cmd_say_title(layout, text_of(i ? "" : "guards"));
    cmd_say("%-10s  ", !result.judged ? "not judged" : result.held ? "held" : "BROKEN");
    cmd_say_source(info.source);
    if (result.judged) {
      cmd_say(": ");
      say_value(info.function, &result, run->args->value[CMD_SCORE_SHOW_VALUES]);
    }
    cmd_say("\n");
  }
}

static void tell_broken(const struct rung_guard_info *info, const struct rung_guard_result *result, bool shown) {
  cmd_say("%.*s:%" PRIu32 ": guard broken: ", cmd_cut(info->file, FILE_SHOWN), info->file.bytes, info->line);
  cmd_say_source(info->source);
  if (info->because.length)
    cmd_say("\n  because %.*s", cmd_cut(info->because, BECAUSE_SHOWN), info->because.bytes);
  cmd_say("\n  ");
  say_value(info->function, result, shown);
  for (size_t k = 0; k < result->key_count && shown; k++)
    cmd_say("%s%.*s", k ? ", " : "\n  customers such as ", cmd_cut(result->keys[k], KEY_SHOWN), result->keys[k].bytes);
  cmd_say("\n");
}

size_t cmd_tell_guards(const rung_program *program, const rung_summary *summary, bool shown) {
  size_t broken = 0, keys = 0;
  for (size_t i = 0; i < rung_program_guards(program); i++) {
    struct rung_guard_info info = rung_program_guard(program, i);
    struct rung_guard_result result = rung_summary_guard(summary, i);
    if (!result.judged || result.held) continue;
    tell_broken(&info, &result, shown);
    broken++;
    keys += result.key_count;
  }
  if (keys && !shown) cmd_say("  help: --show-values names some of the customers behind it\n");
  return broken;
}
