/* explain.c - say why a dump's header does not fit the rules, and what was probably meant. */
#include "score.h"
#include "similar.h"
#include "text.h"

enum {
  LISTED = 8,               /* missing columns named in one message */
  TOLD_WHOLE = 10,          /* columns of a dump */
  SHOWN = 60,               /* bytes of a name in a message */
  COMPARED = 4096           /* columns of the dump looked at for a likeness */
};

/* Takes `text`. */
static enum rung_status fail_buffer(struct buffer *text, struct rung_error *error) {
  enum rung_status status = text->failed ? fail_memory(error)
                                         : fail(error, RUNG_BAD_DATA, "%.*s", (int)text->length, text->at);
  buffer_free(text);
  return status;
}

/* Outside quotes. */
static size_t occurrences(struct rung_text text, char byte) {
  size_t count = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.length; i++) {
    if (text.bytes[i] == '"') quoted = !quoted;
    else count += !quoted && text.bytes[i] == byte;
  }
  return count;
}

static void say_option(struct buffer *text, const struct job *job, const char *option, const char *value) {
  bool related = job->table->kind != TABLE_MAIN, digit = value[0] >= '0' && value[0] <= '9';
  bool quoted = related || (!value[1] && !digit);
  buffer_printf(text, "%s%s", option, quoted ? "\"" : "");
  if (related) buffer_printf(text, "%.*s:", TEXT_FORMAT(job->table->name));
  buffer_printf(text, "%s%s", value, quoted ? "\"" : "");
}

/* The first line that Excel wants: "sep=;".  Its delimiter as an option's value; NULL when it is none. */
static const char *declared_delimiter(struct rung_text header) {
  static const struct { const char *line, *option; } known[] = {{"sep=,", ","}, {"sep=;", ";"}, {"sep=\t", "tab"},
                                                                {"sep=|", "|"}};
  for (size_t k = 0; k < sizeof known / sizeof *known; k++)
    if (text_same(header, (struct rung_text){known[k].line, strlen(known[k].line)})) return known[k].option;
  return NULL;
}

static bool is_named(struct rung_text name, const struct rung_text *missing, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (text_same(missing[i], name)) return true;
  return false;
}

/* Cut there, the line has a column that is missing: for delimiters that stand in many a name. */
static bool would_have(struct rung_text line, char delimiter, const struct rung_text *missing, size_t count) {
  for (size_t from = 0, at = 0; at <= line.length; at++) {
    if (at < line.length && line.bytes[at] != delimiter) continue;
    if (is_named((struct rung_text){line.bytes + from, at - from}, missing, count)) return true;
    from = at + 1;
  }
  return false;
}

/* Of the usual delimiters the one that stands in the header most often is probably meant. */
static bool say_delimiter(struct buffer *text, const struct job *job, struct rung_text line,
                          const struct rung_text *missing, size_t count) {
  static const struct { char byte; const char *option; } known[] = {{',', ","}, {';', ";"}, {'\t', "tab"}, {'|', "|"}};
  size_t most = occurrences(line, job->delimiter);
  const char *option = declared_delimiter(line);
  if (option) {
    say_option(text, job, "\n  help: the first line only names the delimiter; say --skip-lines ", "1");
    say_option(text, job, " --delimiter ", option);
    return true;
  }
  for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
    size_t found = occurrences(line, known[k].byte);
    if (found > most) most = found, option = known[k].option;
  }
  bool single = job->header.count == 1 && most == 0;
  struct rung_text name = single ? job->header.names[0] : (struct rung_text){0};
  if (!option && would_have(name, ':', missing, count)) option = ":";
  if (!option && would_have(name, ' ', missing, count)) option = "blanks";
  for (size_t k = 0; single && !option && k < sizeof known / sizeof *known; k++) {
    if (!would_have(name, known[k].byte, missing, count)) continue;
    buffer_string(text, "\n  help: the whole line stands in quotes, as one cell; export the dump without quotes around "
                        "its lines");
    if (known[k].byte != job->delimiter) say_option(text, job, ", and say --delimiter ", known[k].option);
    return true;
  }
  if (option) say_option(text, job, "\n  help: the delimiter seems to be another one; try --delimiter ", option);
  return option;
}

/* A name in quotes, control characters made visible, cut when long. */
static void say_name(struct buffer *text, struct rung_text name) {
  size_t length = name.length < SHOWN ? name.length : SHOWN;
  while (length < name.length && length > 0 && ((unsigned char)name.bytes[length] & 0xc0) == 0x80) length--;
  buffer_byte(text, '"');
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)name.bytes[i];
    if (byte < ' ' || byte == 0x7f) buffer_printf(text, "\\x%02x", byte);
    else buffer_byte(text, name.bytes[i]);
  }
  buffer_string(text, length < name.length ? "...\"" : "\"");
}

/* Whether people would not see the difference: a letter of another script, or a blank that is no plain one between
   words.  -1 stands for the end. */
static bool looks_alike(int32_t a, int32_t b) {
  if ((a > 0x7f) != (b > 0x7f)) return true;
  bool hidden = (a >= 0 && a != ' ' && similar_invisible(a)) || (b >= 0 && b != ' ' && similar_invisible(b));
  return hidden || (a == ' ' && b < 0) || (a < 0 && b == ' ');
}

/* What looks alike is told by its code point. */
static void say_odd_character(struct buffer *text, struct rung_text found, struct rung_text wanted) {
  size_t i = 0, j = 0, place = 1;
  int32_t ours = -1, theirs = -1;
  while (i < found.length || j < wanted.length) {
    ours = j < wanted.length ? similar_next(wanted, &j) : -1;
    theirs = i < found.length ? similar_next(found, &i) : -1;
    if (ours != theirs) break;
    place++;
  }
  bool leading = place == 1 && (ours == ' ' || theirs == ' ');
  if (ours == theirs || (!leading && !looks_alike(ours, theirs))) return;
  buffer_printf(text, " (character %zu ", place);
  if (theirs < 0) buffer_printf(text, "is missing");
  else buffer_printf(text, "is U+%04X", (unsigned)theirs);
  if (ours < 0) buffer_printf(text, ", where the rules have nothing)");
  else buffer_printf(text, ", in the rules U+%04X)", (unsigned)ours);
}

/* A cell of which no name of a column is made, but what is known of a person often is. */
static bool is_like_data(struct rung_text cell) {
  enum { DIGITS_OF_DATA = 5 };
  size_t digits = 0, letters = 0;
  for (size_t i = 0; i < cell.length; i++) {
    unsigned char byte = (unsigned char)cell.bytes[i];
    if (byte == '@') return true;
    digits += byte >= '0' && byte <= '9';
    letters += byte >= 0x80 || (byte | 0x20) >= 'a';
  }
  return digits >= DIGITS_OF_DATA || (digits > 0 && letters == 0);
}

static bool may_show(const struct job *job, struct rung_text name) {
  return job->options->show_values || job->header.line == 0 || !is_like_data(name);
}

/* Whether the first line is a header: some column of the rules is there; or one is nearly, and nothing speaks against
   it.  Otherwise it may be a customer's row. */
static bool is_header(const struct job *job, const struct rung_text *missing, size_t count) {
  const struct header *header = &job->header;
  bool alike = false;
  if (job->options->show_values || header->line == 0) return true;
  for (uint32_t i = 0; i < job->column_count; i++)
    if (job->casters[i] && job->fields[i] != NONE32) return true;
  for (uint32_t i = 0; i < header->count && i < COMPARED; i++) {
    if (is_like_data(header->names[i])) return false;
    for (size_t k = 0; k < count && k < LISTED && !alike; k++)
      alike = similar_distance(missing[k], header->names[i]) != SIMILAR_NOT;
  }
  return alike;
}

/* Names the column that was probably meant; false when none is like it. */
static bool say_likeness(struct buffer *text, const struct job *job, struct rung_text wanted) {
  const struct header *header = &job->header;
  uint32_t best = SIMILAR_NOT, found = 0;
  for (uint32_t i = 0; i < header->count && i < COMPARED && best > 0; i++) {
    if (!may_show(job, header->names[i])) continue;
    uint32_t distance = similar_distance(wanted, header->names[i]);
    if (distance < best) best = distance, found = i;
  }
  if (best == SIMILAR_NOT) return false;
  buffer_string(text, "; the dump has ");
  say_name(text, header->names[found]);
  say_odd_character(text, header->names[found], wanted);
  return true;
}

/* A short header is told whole. */
static void say_names(struct buffer *text, const struct job *job) {
  const struct header *header = &job->header;
  if (header->count > TOLD_WHOLE) return;
  buffer_string(text, "\n  the dump has ");
  for (uint32_t i = 0; i < header->count; i++) {
    if (i) buffer_string(text, ", ");
    if (may_show(job, header->names[i])) say_name(text, header->names[i]);
    else buffer_string(text, "one not shown");
  }
}

static void say_no_names(struct buffer *text, const struct job *job) {
  uint32_t cells = job->header.count;
  buffer_printf(text, "\n  the first line has %u cell%s, no column of the rules among them; it may be a customer's, so "
                "it is only shown with --show-values", cells, cells == 1 ? "" : "s");
}

static void say_no_header(struct buffer *text, const struct job *job) {
  if (job->table->kind == TABLE_MAIN)
    buffer_string(text, "\n  help: if the dump has no header say --no-header --columns \"id,...\"; if it is cut "
                        "wrongly, --delimiter");
  else
    buffer_string(text, "\n  help: if the file has no header put a line with the names of its columns first");
}

enum rung_status explain_missing(const struct job *job, const struct rung_text *missing, size_t count,
                                 struct rung_error *error) {
  struct buffer text = {.allocator = job->allocator};
  struct rung_text line = {job->header.raw.at, job->header.raw.length};
  bool all_alike = true, known = is_header(job, missing, count);
  buffer_string(&text, job->file);
  if (job->header.line) buffer_printf(&text, ":%llu", (unsigned long long)job->header.line);
  if (count == 1) buffer_string(&text, ": the header has no column ");
  else buffer_printf(&text, ": the header lacks these %zu columns:", count);
  for (size_t i = 0; i < count && i < LISTED; i++) {
    if (count > 1) buffer_string(&text, "\n  ");
    say_name(&text, missing[i]);
    all_alike &= known && say_likeness(&text, job, missing[i]);
  }
  if (count > LISTED) buffer_printf(&text, "\n  and %zu more", count - LISTED);
  if (!all_alike && known) say_names(&text, job);
  if (!known) say_no_names(&text, job);
  bool told = say_delimiter(&text, job, line, missing, count);
  if (!known && !told && job->header.count > 1) say_no_header(&text, job);
  if (!told && job->header.count == 1 && job->header.line > 0 && !job->dialect->skip_lines)
    buffer_string(&text, "\n  help: if the names of the columns stand further down, say after how many lines: "
                         "--skip-lines N");
  capitals_say(&text, job, missing, count);
  if (!told && job->table->kind == TABLE_PREVIOUS)
    buffer_string(&text, "\n  help: the last run did not write that: its rules did not show it, or it was --slim; "
                         "a run with --first-run makes a new start, and forgets what customers were");
  return fail_buffer(&text, error);
}

enum rung_status explain_doubled(const struct job *job, struct rung_text name, struct rung_error *error) {
  struct buffer text = {.allocator = job->allocator};
  buffer_printf(&text, "%s:%llu: the header has column ", job->file, (unsigned long long)job->header.line);
  say_name(&text, name);
  buffer_string(&text, " more than once, so nobody knows which one is meant");
  return fail_buffer(&text, error);
}

enum rung_status explain_broken(const struct job *job, const struct csv_block *block, const struct csv_row *row,
                                struct rung_error *error) {
  struct buffer text = {.allocator = job->allocator};
  struct refusal refusal = {.row = (uint32_t)(row - block->rows), .at = row->problem_at};
  buffer_printf(&text, "%s:%llu: the header has %s (column %u, byte %llu); %s", job->file,
                (unsigned long long)job->header.line, csv_reason(row->problem), rejects_near(job, block, &refusal),
                (unsigned long long)(block->offset + row->problem_at), csv_advice(row->problem));
  say_delimiter(&text, job, (struct rung_text){block->bytes + row->begin, row->end - row->begin}, NULL, 0);
  return fail_buffer(&text, error);
}

enum rung_status explain_changed(const struct job *job, struct rung_error *error) {
  return fail(error, RUNG_BAD_DATA, "%s changed while it was read", job->file);
}

/* -- Rows ------------------------------------------------------------------------------ */

enum rung_status explain_repeated(const struct job *job, const struct csv_block *block, uint32_t row,
                                  struct rung_error *error) {
  struct rung_text name = job->header.names[job->key];
  return fail(error, RUNG_BAD_DATA, "%s:%llu: the key in column %u (%.*s) stands in an earlier row too\n"
              "  help: one row for each customer is wanted; to score the first row of each key say --duplicate-keys "
              "first and give the others a place by --rejects FILE%s", job->file,
              (unsigned long long)csv_line(block, block->rows[row].begin), job->key + 1, (int)name.length, name.bytes,
              job->key_wanted ? "" : ", to score all say --duplicate-keys all");
}
