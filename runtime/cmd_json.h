/* cmd_json.h - JSON that commands write. */
#ifndef RUNG_CMD_JSON_H
#define RUNG_CMD_JSON_H

#include <jansson.h>

#include "buffer.h"
#include "cmd.h"

/* A string; bytes that are not UTF-8, as file names may have, become U+FFFD. */
json_t *cmd_json_text(struct rung_text text);
json_t *cmd_json_string(const char *string);
json_t *cmd_json_count(uint64_t count);
/* 16 hexadecimal digits: a JSON number can't hold 64 bits everywhere. */
json_t *cmd_json_hash(uint64_t hash);

/* Adds under a name that may be any bytes; takes `value`.  False when memory is out. */
bool cmd_json_set(json_t *object, struct rung_text name, json_t *value);

/* Adds it as lines for people and programs; false when memory is out. */
bool cmd_json_print(const json_t *value, struct buffer *out);

#endif
