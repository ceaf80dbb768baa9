/* judge.c - lets all evaluators answer a trial, compares, and makes a difference small. */
#include "oracle.h"

#include <stdio.h>
#include <string.h>

#define PRINT(...) arena_print(trial->arena, __VA_ARGS__)

/* The typed tree, made by the compiler's own passes: what the oracle does not doubt. */
static bool make_module(const struct trial *trial, struct rungc_options *options, struct module *module) {
  union { const struct trial *trial; void *context; } shared = {trial};
  *options = (struct rungc_options){.open = open_words, .open_context = shared.context, .only = trial->only};
  *module = (struct module){.options = options};
  arena_init(&module->arena, NULL);
  module->diags.max_errors = 100;
  load(module, TEXT("trial.rung"), trial_rules(trial));
  if (module->diags.errors == 0) resolve(module);
  if (module->diags.errors == 0) infer(module);
  if (module->diags.errors == 0) check(module);
  return module->diags.errors == 0;
}

static struct symbol *find(const struct symbols *symbols, struct rung_text name, struct rung_text status) {
  for (size_t i = 0; i < symbols->count; i++) {
    struct symbol *symbol = symbols->at[i];
    if (text_equal(symbol->name, name) && (!symbol->status || text_equal(symbol->status->name, status))) return symbol;
  }
  return NULL;
}

/* Pairs the program's questions with the tree's symbols; false when they are not the same. */
static bool make_frame(const struct trial *trial, struct module *module, const rung_program *program,
                       struct frame *frame) {
  *frame = (struct frame){.module = module,
                          .labels = (uint32_t)rung_program_labels(program),
                          .shows = (uint32_t)rung_program_shows(program),
                          .rules = (uint32_t)rung_program_rules(program)};
  if (frame->labels != module->tags.count + module->labels.count || frame->rules != module->rules.count) return false;
  frame->label = arena_alloc(trial->arena, (frame->labels + 1) * sizeof(struct symbol *));
  frame->show = arena_alloc(trial->arena, (frame->shows + 1) * sizeof(struct symbol *));
  for (uint32_t i = 0; i < frame->labels; i++) {
    struct rung_label_info label = rung_program_label(program, i);
    frame->label[i] = find(label.status.length ? &module->labels : &module->tags, label.name, label.status);
    if (!frame->label[i]) return false;
  }
  for (uint32_t i = 0; i < frame->shows; i++) {
    struct rung_text name = rung_program_show(program, i).name;
    for (uint32_t s = 0; s < module->shows.count && !frame->show[i]; s++)
      if (text_equal(module->shows.at[s]->text, name)) frame->show[i] = module->shows.at[s]->symbol;
    if (!frame->show[i]) return false;
  }
  return true;
}

struct answers answers_new(struct arena *arena, const struct trial *trial, const struct frame *frame) {
  struct answers answers = {
      .at = arena_alloc(arena, ((size_t)trial->rows * frame_width(frame) + 1) * sizeof *answers.at),
      .kept = arena_alloc(arena, trial->rows + 1),
      .unknown = arena_alloc(arena, (frame->rules + 1) * sizeof *answers.unknown),
      .open = arena_alloc(arena, (size_t)trial->rows * frame_width(frame) + 1)};
  return answers;
}

/* -- Comparing ------------------------------------------------------------------------- */

static struct rung_text shown(const struct trial *trial, struct value v) {
  return v.present ? slow_print(trial->arena, v) : TEXT("missing");
}

static struct rung_text question(const struct trial *trial, const struct frame *frame, uint32_t i) {
  if (i < frame->labels) return frame->label[i]->name;
  if (i < frame->labels + frame->shows) return frame->show[i - frame->labels]->name;
  return PRINT("rule %u", i - frame->labels - frame->shows);
}

static bool compare(const struct trial *trial, const struct frame *frame, const struct answers *oracle,
                    const struct answers *other, const char *who, struct rung_text *difference) {
  uint32_t width = frame_width(frame);
  for (uint32_t row = 0; row < trial->rows; row++)
    for (uint32_t i = 0; i < width; i++) {
      struct value a = oracle->at[(size_t)row * width + i], b = other->at[(size_t)row * width + i];
      if (b.type == TYPE_ERROR || same_value(a, b)) continue;
      if (oracle->open[(size_t)row * width + i]) continue;
      *difference = PRINT("row %u, %.*s: the evaluator says %.*s, %s: %.*s", row,
                          TEXT_ARG(question(trial, frame, i)), TEXT_ARG(shown(trial, a)), who,
                          TEXT_ARG(shown(trial, b)));
      return false;
    }
  return true;
}

static bool ask_sqlite(struct bench *bench, const struct trial *trial, const struct frame *frame,
                       const struct answers *oracle, struct rung_text *difference) {
  struct answers answers = answers_new(trial->arena, trial, frame);
  const char *trouble = sql_trial(bench->db, trial, frame, &answers);
  if (trouble && strstr(trouble, "parser stack overflow")) return true; /* too deep for SQLite alone */
  if (trouble) {
    *difference = PRINT("SQLite: %s", trouble);
    return false;
  }
  size_t asked = (size_t)trial->rows * (frame->labels + frame->shows);
  bench->answers += asked;
  for (size_t row = 0; row < trial->rows; row++)
    for (size_t i = 0; i < frame->labels + frame->shows; i++)
      bench->sql_answers += answers.at[row * frame_width(frame) + i].type != TYPE_ERROR;
  return compare(trial, frame, oracle, &answers, "SQLite", difference);
}

/* Where the oracle leaves a choice, the VM's first answer is what its others must be. */
static void settle_open(const struct trial *trial, const struct frame *frame, struct answers *oracle,
                        const struct answers *answers) {
  for (size_t i = 0; i < (size_t)trial->rows * frame_width(frame); i++)
    if (oracle->open[i]) oracle->at[i] = answers->at[i];
}

static bool ask_machine(struct bench *bench, const struct trial *trial, const rung_program *program,
                        const struct frame *frame, struct answers *oracle, struct rung_text *difference) {
  bool *open = oracle->open;
  for (enum mode mode = 0; mode < MODE_COUNT; mode++) {
    struct answers answers = answers_new(trial->arena, trial, frame);
    const char *trouble = machine_run(trial, program, frame, mode, &answers);
    if (trouble) {
      *difference = PRINT("%s: %s", mode_name(mode), trouble);
      return false;
    }
    if (!compare(trial, frame, oracle, &answers, mode_name(mode), difference)) return false;
    if (mode > 0) continue;
    settle_open(trial, frame, oracle, &answers);
    oracle->open = arena_alloc(trial->arena, (size_t)trial->rows * frame_width(frame) + 1);
  }
  oracle->open = open;
  if (oracle->kept_open || trial->empty_texts) return true;
  const char *trouble = machine_score(trial, program, frame, oracle, bench->folder);
  if (trouble) *difference = PRINT("whole file: %s", trouble);
  return !trouble;
}

/* Without an input block a name whose definition was left out would become a column. */
static bool has_columns(const struct trial *trial, const struct module *module) {
  for (size_t i = 0; i < module->columns.count; i++) {
    bool found = false;
    for (uint32_t c = 0; c < trial->columns; c++)
      found = found || text_equal(trial->column[c].name, module->columns.at[i]->name);
    if (!found) return false;
  }
  return true;
}

enum verdict judge(struct bench *bench, const struct trial *trial, struct rung_text *difference) {
  struct module module;
  struct rungc_options options;
  struct frame frame;
  enum verdict verdict = DIFFERED;
  rung_program *program = machine_compile(trial, difference);
  if (!make_module(trial, &options, &module)) {
    verdict = program ? DIFFERED : REFUSED;
    if (program) *difference = TEXT("the passes refuse what rungc_compile accepts");
  } else if (!has_columns(trial, &module)) {
    verdict = REFUSED;
  } else if (program && !make_frame(trial, &module, program, &frame)) {
    *difference = TEXT("the program has other labels, shows or rules than the tree");
  } else if (program) {
    struct answers oracle = answers_new(trial->arena, trial, &frame);
    evaluate_trial(trial, &frame, &oracle);
    if (ask_machine(bench, trial, program, &frame, &oracle, difference) &&
        ask_sqlite(bench, trial, &frame, &oracle, difference))
      verdict = AGREED;
  }
  rung_program_free(program);
  arena_free(&module.arena);
  return verdict;
}

/* -- Making it small ------------------------------------------------------------------------ */

static bool still_differs(struct bench *bench, const struct trial *trial) {
  struct rung_text difference;
  return judge(bench, trial, &difference) == DIFFERED;
}

static void keep_rows(struct trial *trial, uint32_t first, uint32_t count) {
  trial->cells += (size_t)first * trial->columns;
  trial->rows = count;
}

void shrink(struct bench *bench, struct trial *trial) {
  for (uint32_t count = trial->rows / 2; count > 0; count /= 2)
    for (uint32_t first = 0; first + count <= trial->rows; first += count) {
      struct trial fewer = *trial;
      keep_rows(&fewer, first, count);
      if (fewer.rows == trial->rows || !still_differs(bench, &fewer)) continue;
      *trial = fewer;
      break;
    }
  for (uint32_t i = trial->declared; i < trial->statements; i++) {
    struct rung_text kept = trial->statement[i];
    if (kept.length > 6 && memcmp(kept.bytes, "param ", 6) == 0) continue; /* the run may set it */
    trial->statement[i] = TEXT("");
    if (!still_differs(bench, trial)) trial->statement[i] = kept;
  }
}

void trial_print(const struct trial *trial) {
  struct rung_text rules = trial_rules(trial);
  struct value today = {.type = TYPE_DATE, .present = true, .i = trial->today};
  printf("--- rules, --today %.*s", TEXT_ARG(slow_print(trial->arena, today)));
  for (uint32_t i = 0; i < trial->settings; i++)
    printf(" --set \"%.*s=%.*s\"", TEXT_ARG(trial->setting[i].name), TEXT_ARG(trial->setting[i].text));
  if (trial->only.length) printf(" --only '%.*s'", TEXT_ARG(trial->only));
  printf("\n%.*s--- rows\n", TEXT_ARG(rules));
  for (uint32_t i = 0; i < trial->columns; i++) printf("%s%.*s", i ? ", " : "", TEXT_ARG(trial->column[i].name));
  for (uint32_t row = 0; row < trial->rows && row < 4; row++) {
    printf("\n");
    for (uint32_t i = 0; i < trial->columns; i++)
      printf("%s%.*s", i ? ", " : "", TEXT_ARG(shown(trial, trial->cells[(size_t)row * trial->columns + i].value)));
  }
  printf("\n---\n");
}
