/* capitals.c - of missing columns that the dump has with other capitals, say what the rules would say. */
#include "score.h"
#include "text.h"

enum { COMPARED = 4096, SAID = 8 };

static bool same_but_for_capitals(struct rung_text a, struct rung_text b) {
  int32_t ours = 0, theirs = 0;
  size_t i = 0, j = 0;
  while (i < a.length && j < b.length && ours >= 0 && utf8proc_tolower(ours) == utf8proc_tolower(theirs)) {
    i += text_character(a, i, &ours);
    j += text_character(b, j, &theirs);
  }
  return i == a.length && j == b.length && ours >= 0 && utf8proc_tolower(ours) == utf8proc_tolower(theirs);
}

/* The header that is the column's but for capitals, and can be quoted in rules as it is. */
static const struct rung_text *find_other_capitals(const struct header *header, struct rung_text wanted) {
  for (uint32_t i = 0; i < header->count && i < COMPARED; i++) {
    struct rung_text name = header->names[i];
    bool plain = name.length > 0 && text_is_plain(name);
    for (size_t k = 0; k < name.length; k++)
      plain &= (unsigned char)name.bytes[k] >= ' ' && name.bytes[k] != '"' && name.bytes[k] != '\\';
    if (plain && same_but_for_capitals(name, wanted)) return &header->names[i];
  }
  return NULL;
}

/* A name as rules write it. */
static void say_rule_name(struct buffer *text, struct rung_text name) {
  bool bare = name.length > 0 && !(name.bytes[0] >= '0' && name.bytes[0] <= '9');
  for (size_t i = 0; i < name.length && bare; i++) {
    unsigned char byte = (unsigned char)name.bytes[i];
    bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    bare = letter || byte >= 0x80 || byte == '_' || (byte >= '0' && byte <= '9');
  }
  if (!bare) buffer_byte(text, '`');
  buffer_text(text, name);
  if (!bare) buffer_byte(text, '`');
}

void capitals_say(struct buffer *text, const struct job *job, const struct rung_text *missing, size_t count) {
  static const char begin[] = "\n  help: capitals count; write the name so in the rules, or in their input block: ";
  size_t said = 0;
  for (uint32_t i = 0; i < job->column_count && said < SAID && job->table->kind != TABLE_PREVIOUS; i++) {
    const struct prog_column *column = &job->columns[i];
    bool wanted = false;
    for (size_t k = 0; k < count; k++) wanted |= text_same(column->header, missing[k]);
    const struct rung_text *name = wanted ? find_other_capitals(&job->header, column->header) : NULL;
    if (!name) continue;
    buffer_string(text, said++ ? "; " : begin);
    say_rule_name(text, column->name);
    buffer_printf(text, " %s%s from \"%.*s\"", rung_type_name((enum rung_type)column->type),
                  column->flags & COLUMN_KEY ? " key" : "", TEXT_FORMAT(*name));
  }
}
