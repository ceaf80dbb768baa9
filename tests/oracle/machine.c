/* machine.c - the subject itself: compiles a trial's rules and asks the VM by every road of the public API. */
#include "oracle.h"

#include <stdio.h>
#include <string.h>

#define PRINT(...) arena_print(trial->arena, __VA_ARGS__).bytes

static const uint32_t batch_sizes[MODE_COUNT] = {1, 3, 64, 1024, 1};

const char *mode_name(enum mode mode) {
  static const char *const names[MODE_COUNT] = {"batches of 1", "batches of 3", "batches of 64", "batches of 1024",
                                                "rows"};
  return names[mode];
}

enum rung_status open_words(void *context, struct rung_text from, struct rung_text name,
                            const struct rung_allocator *allocator, struct rung_text *path, struct rung_text *bytes,
                            struct rung_error *error) {
  const struct trial *trial = context;
  (void)from, (void)error;
  char *path_copy = allocator->resize(allocator->context, NULL, 0, name.length + 1);
  char *copy = allocator->resize(allocator->context, NULL, 0, trial->words.length + 1);
  if (!path_copy || !copy) return RUNG_NO_RESOURCE;
  memcpy(path_copy, name.bytes, name.length);
  if (trial->words.length) memcpy(copy, trial->words.bytes, trial->words.length);
  *path = (struct rung_text){path_copy, name.length};
  *bytes = (struct rung_text){copy, trial->words.length};
  return RUNG_OK;
}

rung_program *machine_compile(const struct trial *trial, struct rung_text *message) {
  union { const struct trial *trial; void *context; } shared = {trial};
  struct rungc_options options = {.open = open_words, .open_context = shared.context, .only = trial->only};
  struct rung_error error = {.text = ""};
  rungc_compilation *compilation = NULL;
  rung_program *program = NULL;
  enum rung_status status = rungc_compile(TEXT("trial.rung"), trial_rules(trial), &options, &compilation, &error);
  *message = arena_print(trial->arena, "%s", error.text);
  for (size_t i = 0; status && compilation && i < rungc_messages(compilation); i++)
    if (rungc_message(compilation, i).severity == RUNGC_ERROR)
      *message = arena_print(trial->arena, "%.*s\n%.*s", TEXT_ARG(*message),
                             TEXT_ARG(rungc_message_text(compilation, i)));
  if (!status) {
    struct rung_text bytes = rungc_program(compilation);
    if (rung_program_load(bytes.bytes, bytes.length, NULL, &program, &error))
      *message = arena_print(trial->arena, "the compiler's own program does not load: %s", error.text);
  }
  rungc_free(compilation);
  return program;
}

static uint32_t find_column(const struct trial *trial, struct rung_text name) {
  for (uint32_t i = 0; i < trial->columns; i++)
    if (text_equal(trial->column[i].name, name)) return i;
  return 0;
}

/* -- Batches --------------------------------------------------------------------------- */

static void set_bit(uint64_t *bits, uint32_t i) { bits[i / 64] |= (uint64_t)1 << i % 64; }
static bool get_bit(const uint64_t *bits, uint32_t i) { return bits[i / 64] >> i % 64 & 1; }

static struct value flag(bool i) { return (struct value){.type = TYPE_FLAG, .present = true, .i = i}; }

/* What lies under a missing value must not matter: it is filled with noise. */
static struct rung_vector fill_vector(const struct trial *trial, uint32_t column, uint32_t first, uint32_t rows) {
  uint64_t *valid = arena_alloc(trial->arena, rows / 8 + 8);
  size_t bytes = rows * sizeof(struct rung_text) + 64;
  void *data = arena_alloc(trial->arena, bytes);
  type_t type = trial->column[column].type;
  if (type == TYPE_FLAG || (type != TYPE_TEXT && trial->seed % 2)) memset(data, type == TYPE_FLAG ? 0 : 0xA5, bytes);
  for (uint32_t i = 0; i < rows; i++) {
    struct value v = trial->cells[(size_t)(first + i) * trial->columns + column].value;
    if (!v.present) {
      if (type == TYPE_FLAG && trial->seed % 2) set_bit(data, i);
      continue;
    }
    set_bit(valid, i);
    if (type == TYPE_FLAG && v.i) set_bit(data, i);
    else if (type == TYPE_DATE) ((int32_t *)data)[i] = (int32_t)v.i;
    else if (type == TYPE_TEXT) ((struct rung_text *)data)[i] = v.text;
    else if (type != TYPE_FLAG) ((int64_t *)data)[i] = v.i;
  }
  return (struct rung_vector){valid, data};
}

static struct value vector_value(const struct trial *trial, struct rung_vector vector, type_t type, uint32_t i) {
  struct value v = {.type = type, .present = get_bit(vector.valid, i)};
  struct rung_text text;
  if (!v.present) return v;
  switch (type) {
  case TYPE_FLAG: v.i = get_bit(vector.data, i); break;
  case TYPE_DATE: v.i = ((const int32_t *)vector.data)[i]; break;
  case TYPE_TEXT:
    text = ((const struct rung_text *)vector.data)[i];
    v.text = arena_copy(trial->arena, text.bytes, text.length);
    break;
  default: v.i = ((const int64_t *)vector.data)[i];
  }
  return v;
}

static void read_batch(const struct trial *trial, const rung_program *program, const rung_session *session,
                       const struct frame *frame, struct value *out, uint32_t rows) {
  uint32_t width = frame_width(frame);
  for (uint32_t i = 0; i < frame->labels; i++) {
    const uint64_t *bits = rung_batch_label(session, i);
    for (uint32_t row = 0; row < rows; row++) out[row * width + i] = flag(get_bit(bits, row));
  }
  out += frame->labels;
  for (uint32_t i = 0; i < frame->shows; i++) {
    struct rung_vector vector = rung_batch_show(session, i);
    for (uint32_t row = 0; row < rows; row++)
      out[row * width + i] = vector_value(trial, vector, (type_t)rung_program_show(program, i).type, row);
  }
  out += frame->shows;
  for (uint32_t i = 0; i < frame->rules; i++) {
    const uint64_t *bits = rung_batch_rule(session, i);
    for (uint32_t row = 0; row < rows; row++) out[row * width + i] = flag(get_bit(bits, row));
  }
}

static const char *run_batches(const struct trial *trial, const rung_program *program, rung_session *session,
                               const struct frame *frame, uint32_t size, struct answers *answers) {
  struct rung_error error;
  size_t columns = rung_program_columns(program);
  struct rung_vector vectors[MOST_COLUMNS];
  for (uint32_t first = 0; first < trial->rows; first += size) {
    uint32_t rows = trial->rows - first < size ? trial->rows - first : size;
    for (size_t i = 0; i < columns; i++)
      vectors[i] = fill_vector(trial, find_column(trial, rung_program_column(program, i).name), first, rows);
    if (rung_batch_run(session, vectors, rows, &error)) return PRINT("rung_batch_run: %s", error.text);
    read_batch(trial, program, session, frame, answers->at + (size_t)first * frame_width(frame), rows);
  }
  return NULL;
}

/* -- Rows ---------------------------------------------------------------------------------- */

static struct rung_value public_value(struct value v) {
  struct rung_value value = {.type = (enum rung_type)v.type, .present = v.present};
  if (v.type == TYPE_TEXT) value.as.text = v.text;
  else if (v.type == TYPE_DATE) value.as.date = (int32_t)v.i;
  else if (v.type == TYPE_FLAG) value.as.flag = v.i;
  else value.as.integer = v.i;
  return value;
}

static struct value own_value(const struct trial *trial, struct rung_value v) {
  struct value value = {.type = (type_t)v.type, .present = v.present};
  if (!v.present) return value;
  if (v.type == RUNG_TEXT) value.text = arena_copy(trial->arena, v.as.text.bytes, v.as.text.length);
  else value.i = v.type == RUNG_DATE ? v.as.date : v.type == RUNG_FLAG ? v.as.flag : v.as.integer;
  return value;
}

/* Every other row is given as cells of a dump. */
static const char *give_row(const struct trial *trial, const rung_program *program, rung_session *session,
                            uint32_t row) {
  struct rung_error error;
  rung_row_clear(session);
  for (size_t i = 0; i < rung_program_columns(program); i++) {
    uint32_t column = find_column(trial, rung_program_column(program, i).name);
    const struct cell *cell = &trial->cells[(size_t)row * trial->columns + column];
    bool empty = cell->value.present && cell->value.type == TYPE_TEXT && cell->value.text.length == 0;
    if (row % 2 && !empty ? rung_row_cell(session, i, cell->text, &error)
                          : rung_row_value(session, i, public_value(cell->value), &error))
      return PRINT("row %u, column %.*s: %s", row, TEXT_ARG(trial->column[column].name), error.text);
  }
  return NULL;
}

static const char *run_rows(const struct trial *trial, const rung_program *program, rung_session *session,
                            const struct frame *frame, struct answers *answers) {
  struct value *out = answers->at;
  for (uint32_t row = 0; row < trial->rows; row++) {
    const char *trouble = give_row(trial, program, session, row);
    if (trouble) return trouble;
    struct rung_error error;
    if (rung_row_run(session, &error)) return PRINT("rung_row_run: %s", error.text);
    for (uint32_t i = 0; i < frame->labels; i++) *out++ = flag(rung_row_label(session, i));
    for (uint32_t i = 0; i < frame->shows; i++) *out++ = own_value(trial, rung_row_show(session, i));
    for (uint32_t i = 0; i < frame->rules; i++) *out++ = flag(rung_row_rule(session, i));
  }
  return NULL;
}

const char *machine_run(const struct trial *trial, const rung_program *program, const struct frame *frame,
                        enum mode mode, struct answers *answers) {
  struct rung_session_options options = {.today = trial->today, .batch_rows = batch_sizes[mode]};
  struct rung_error error;
  rung_session *session = NULL;
  if (rung_session_new(program, &options, &session, &error)) return PRINT("rung_session_new: %s", error.text);
  const char *trouble = NULL;
  for (uint32_t i = 0; !trouble && i < trial->settings; i++)
    if (rung_session_set(session, trial->setting[i].name, trial->setting[i].text, &error))
      trouble = PRINT("rung_session_set: %s", error.text);
  if (!trouble && mode == MODE_ROW) trouble = run_rows(trial, program, session, frame, answers);
  else if (!trouble) trouble = run_batches(trial, program, session, frame, batch_sizes[mode], answers);
  rung_session_free(session);
  return trouble;
}
