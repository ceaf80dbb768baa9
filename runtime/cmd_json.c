/* cmd_json.c - texts and numbers as JSON. */
#include "cmd_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "similar.h"

/* Valid UTF-8 of `text`, zero-terminated; freed by the caller. */
static char *valid(struct rung_text text, size_t *length) {
  char *out = malloc(text.length * 3 + 1);
  *length = 0;
  if (!out) return NULL;
  for (size_t at = 0; at < text.length;) {
    size_t begin = at;
    bool bad = similar_bad_byte(similar_next(text, &at));
    const char *bytes = bad ? "\xEF\xBF\xBD" : text.bytes + begin;
    size_t count = bad ? 3 : at - begin;
    memcpy(out + *length, bytes, count);
    *length += count;
  }
  out[*length] = 0;
  return out;
}

json_t *cmd_json_text(struct rung_text text) {
  size_t length;
  char *bytes = valid(text, &length);
  json_t *string = bytes ? json_stringn(bytes, length) : NULL;
  free(bytes);
  return string;
}

json_t *cmd_json_string(const char *string) {
  return string ? cmd_json_text((struct rung_text){string, strlen(string)}) : json_null();
}

json_t *cmd_json_count(uint64_t count) { return json_integer((json_int_t)count); }

json_t *cmd_json_hash(uint64_t hash) {
  char digits[17];
  snprintf(digits, sizeof digits, "%016" PRIx64, hash);
  return json_string(digits);
}

bool cmd_json_set(json_t *object, struct rung_text name, json_t *value) {
  size_t length;
  char *bytes = valid(name, &length);
  bool done = bytes && value && json_object_set(object, bytes, value) == 0;
  json_decref(value);
  free(bytes);
  return done;
}

static int add(const char *bytes, size_t length, void *context) {
  buffer_add(context, bytes, length);
  return 0;
}

/* jansson does not look whether it could add a name, so the buffer remembers. */
bool cmd_json_print(const json_t *value, struct buffer *out) {
  bool done = json_dump_callback(value, add, out, JSON_INDENT(2)) == 0;
  buffer_byte(out, '\n');
  return done && !out->failed;
}
