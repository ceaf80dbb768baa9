/* compile.c - the compiler as one function that calls its passes by name.  Read it first. */
#include "ir.h"
#include "rungc.h"
#include "tests.h"

#include "limits.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct rungc_compilation {
  struct rungc_options options;
  struct module module;     /* its arena holds all but this and the program */
  struct rung_text program;
  struct tests tests;
  struct rung_text *texts;  /* of each message, as people read it */
};

static enum rung_status say_error(struct rung_error *error, enum rung_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static enum rung_status say_error(struct rung_error *error, enum rung_status status, const char *format, ...) {
  if (!error) return status;
  error->status = status;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->text, sizeof error->text, format, arguments);
  va_end(arguments);
  return status;
}

static enum rung_status say_memory(struct rung_error *error) {
  return say_error(error, RUNG_NO_RESOURCE, "out of memory while compiling the rules");
}

/* What the compiler made, the loader must take. */
static enum rung_status self_check(const struct rungc_compilation *compilation, struct rung_error *error) {
  struct rung_error refusal = {0};
  rung_program *program = NULL;
  enum rung_status status = rung_program_load(compilation->program.bytes, compilation->program.length,
                                              &compilation->module.arena.allocator, &program, &refusal);
  rung_program_free(program);
  if (status == RUNG_NO_RESOURCE) return say_memory(error);
  if (status == RUNG_OK) return RUNG_OK;
  return say_error(error, RUNG_INVALID, "a defect of Rung, not of the rules: the compiled program is refused (%.900s)",
                   refusal.text);
}

/* -- The front: text to a typed and checked tree --------------------------------------------- */

static void understand(struct module *module, struct rung_text file, struct rung_text text) {
  load(module, file, text);
  if (!module->arena.failed) resolve(module);
  if (!module->arena.failed) infer(module);
  if (!module->arena.failed) check(module);
}

static enum rung_status tell(rungc_compilation *compilation, struct rung_error *error) {
  struct module *module = &compilation->module;
  if (module->arena.failed) return say_memory(error);
  diag_sort(&module->diags);
  compilation->texts = arena_alloc(&module->arena, (module->diags.count + 1) * sizeof *compilation->texts);
  for (uint32_t i = 0; compilation->texts && i < module->diags.count; i++)
    compilation->texts[i] = diag_render(module, &module->diags.at[i]);
  uint32_t errors = module->diags.errors;
  if (module->arena.failed) return say_memory(error);
  if (errors == 0) return RUNG_OK;
  return say_error(error, module->unreadable ? RUNG_NO_RESOURCE : RUNG_INVALID, "the rules have %u error%s", errors,
                   errors == 1 ? "" : "s");
}

/* -- The back: tree to program ----------------------------------------------------------------- */

/* The passes up to the one that is asked for; encoding follows in translate. */
enum pass { PASS_PLAN, PASS_SIMPLIFY, PASS_REGISTERS };

struct back {
  struct plan plan;
  struct code *codes;       /* of each stage */
};

static enum rung_status lower_module(struct back *back, const struct module *module, struct arena *arena,
                                     enum pass last, struct rung_error *error) {
  plan_rules(&back->plan, module, arena);
  if (!arena->failed && back->plan.defect)
    return say_error(error, RUNG_INVALID, "a defect of Rung, not of the rules: %s", back->plan.defect);
  if (!arena->failed && last >= PASS_SIMPLIFY) simplify(&back->plan);
  if (!arena->failed && back->plan.stage_count > LIMIT_STAGES)
    return say_error(error, RUNG_INVALID, "the rules need %u passes over the data; at most %d are allowed",
                     back->plan.stage_count, LIMIT_STAGES);
  if (!arena->failed && last >= PASS_REGISTERS) loosen(&back->plan);
  if (!arena->failed && last >= PASS_REGISTERS) back->codes = assign_registers(&back->plan);
  return arena->failed ? say_memory(error) : RUNG_OK;
}

static enum rung_status translate(const struct module *module, struct arena *arena, struct rung_text *program,
                                  struct rung_error *error) {
  struct back back;
  struct program_tables tables;
  enum rung_status status = lower_module(&back, module, arena, PASS_REGISTERS, error);
  if (status != RUNG_OK) return status;
  if (!emit(&back.plan, back.codes, &tables)) return say_memory(error);
  for (size_t i = 0; i < tables.stage_count; i++)
    if (tables.stages[i].column_count > LIMIT_COLUMNS)
      return say_error(error, RUNG_INVALID, "the rules need %u columns and aggregates at once; at most %d are allowed",
                       tables.stages[i].column_count, LIMIT_COLUMNS);
  if (tables.reg_count > LIMIT_REGISTERS)
    return say_error(error, RUNG_INVALID, "the rules need %zu registers; at most %d are allowed", tables.reg_count,
                     LIMIT_REGISTERS);
  switch (encode(&tables, arena, program)) {
    case ENCODE_DONE: return RUNG_OK;
    case ENCODE_TOO_LARGE: break;
    case ENCODE_NO_MEMORY: return say_memory(error);
  }
  return say_error(error, RUNG_INVALID, "the compiled rules would have more than %d bytes", LIMIT_PROGRAM);
}

static void drop_program(rungc_compilation *compilation) {
  const struct rung_allocator *allocator = &compilation->module.arena.allocator;
  struct rung_text *program = &compilation->program;
  if (program->length > 0) allocator->resize(allocator->context, (void *)(uintptr_t)program->bytes, program->length, 0);
  *program = (struct rung_text){0};
}

/* The few rows of a test say nothing of counts and shares of a whole base: only `never` and `always` are judged. */
static void keep_row_guards(struct ast_list *guards) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < guards->count; i++)
    if (guards->at[i]->kind != AST_GUARD) guards->at[kept++] = guards->at[i];
  guards->count = kept;
}

enum rung_status rungc_compile(struct rung_text file, struct rung_text text, const struct rungc_options *options,
                               rungc_compilation **compilation, struct rung_error *error) {
  *compilation = NULL;
  struct arena arena, scratch;
  arena_init(&arena, options ? options->allocator : NULL);
  arena_init(&scratch, &arena.allocator);
  rungc_compilation *made = arena.allocator.resize(arena.allocator.context, NULL, 0, sizeof *made);
  if (!made) return say_memory(error);
  *made = (rungc_compilation){.module.arena = arena};
  if (options) made->options = *options;
  made->module.options = &made->options;
  made->module.diags.max_errors = made->options.max_errors ? made->options.max_errors : 100;
  *compilation = made;

  understand(&made->module, file, text);
  enum rung_status status = tell(made, error);
  if (status == RUNG_OK && made->options.tests) {
    make_tests(&made->module, &made->tests);
    keep_row_guards(&made->module.guards);
  }
  if (made->module.arena.failed) status = say_memory(error);
  if (status == RUNG_OK) status = translate(&made->module, &scratch, &made->program, error);
  arena_free(&scratch);
  if (status == RUNG_OK) status = self_check(made, error);
  if (status != RUNG_OK) drop_program(made);
  return status;
}

void rungc_free(rungc_compilation *compilation) {
  if (!compilation) return;
  struct rung_allocator allocator = compilation->module.arena.allocator;
  drop_program(compilation);
  arena_free(&compilation->module.arena);
  allocator.resize(allocator.context, compilation, sizeof *compilation, 0);
}

/* -- What came of it ----------------------------------------------------------------------------- */

struct rung_text rungc_program(const rungc_compilation *compilation) { return compilation->program; }

/* Without memory for all of it a message has no text, or but a part. */
size_t rungc_messages(const rungc_compilation *compilation) {
  return compilation->module.arena.failed ? 0 : compilation->module.diags.count;
}

struct rungc_message rungc_message(const rungc_compilation *compilation, size_t i) {
  const struct diag *diag = &compilation->module.diags.at[i];
  const struct source *source = compilation->module.sources.at[diag->at.source];
  struct line_column begin = source_locate(source, diag->at.begin), end = source_locate(source, diag->at.end);
  return (struct rungc_message){
      .severity = diag_severity(diag->id),
      .code = diag_code(diag->id),
      .file = source->path,
      .line = begin.line,
      .column = begin.column,
      .end_line = end.line,
      .end_column = end.column,
      .offset = (size_t)source->skipped + diag->at.begin,
      .length = diag->at.end - diag->at.begin,
      .text = diag->text,
      .help = diag->help,
      .fix = diag->fix,
  };
}

struct rung_text rungc_message_text(const rungc_compilation *compilation, size_t i) { return compilation->texts[i]; }

size_t rungc_tests(const rungc_compilation *compilation) { return compilation->tests.count; }

struct rungc_test rungc_test(const rungc_compilation *compilation, size_t i) { return compilation->tests.at[i]; }

static enum rung_status print_back(const struct module *module, enum pass pass, rung_write_fn *write, void *context) {
  struct arena arena;
  struct back back;
  arena_init(&arena, &module->arena.allocator);
  enum rung_status status = lower_module(&back, module, &arena, pass, NULL);
  if (status == RUNG_OK)
    status = pass == PASS_REGISTERS ? print_code(&back.plan, back.codes, write, context)
                                    : print_plan(&back.plan, write, context);
  arena_free(&arena);
  return status;
}

enum rung_status rungc_print(const rungc_compilation *compilation, const char *pass, rung_write_fn *write,
                             void *context) {
  static const char *const names[] = {[PASS_PLAN] = "plan", [PASS_SIMPLIFY] = "simplified",
                                      [PASS_REGISTERS] = "registers"};
  const struct module *module = &compilation->module;
  if (module->arena.failed) return RUNG_NO_RESOURCE;
  if (strcmp(pass, "tree") == 0) return print_tree(module, false, write, context);
  if (strcmp(pass, "typed") == 0) return print_tree(module, true, write, context);
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(pass, names[i]) == 0 && module->diags.errors == 0) return print_back(module, i, write, context);
  return RUNG_INVALID;
}
