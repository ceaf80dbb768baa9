/* split.c - a file for each campaign, channel and variant, of the rows that get it.

   There may be more files than descriptors, so rows wait in memory, and a file is open only while some of them are
   added to it. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "names.h"
#include "score.h"
#include "temp.h"
#include "text.h"

enum { WAITING_MOST = 64 << 20, PART_MOST = 256 << 10 };

struct part {
  struct buffer name;         /* of the file; empty for a control group, which has none */
  struct buffer rows;         /* that wait */
  uint64_t count;
};

struct split {
  const struct program_tables *tables;
  const struct rung_allocator *allocator;
  struct folder *folder;
  int file;                   /* of it */
  uint32_t first;             /* label of parts[0] */
  size_t part_count, part_most;
  struct part *parts;
};

/* -- Names of files ---------------------------------------------------------------------- */

/* What may mean something to a shell, a file system or a web server is written %2F; the parts of a label are joined by
   a dot. */
static void add_name(struct buffer *out, struct rung_text label) {
  for (size_t i = 0; i < label.length; i++) {
    unsigned char byte = (unsigned char)label.bytes[i];
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
    if (letter || (byte >= '0' && byte <= '9') || byte == '_' || byte == '-') buffer_byte(out, (char)byte);
    else if (byte == ':') buffer_byte(out, '.');
    else buffer_printf(out, "%%%02X", byte);
  }
}

static enum rung_status name_part(struct split *split, uint32_t label, enum rung_format format,
                                  struct rung_error *error) {
  static const char *const endings[] = {[RUNG_CSV] = ".csv", [RUNG_TSV] = ".tsv", [RUNG_JSONL] = ".jsonl"};
  struct buffer *name = &split->parts[label - split->first].name;
  add_name(name, split->tables->labels[label].name);
  buffer_string(name, endings[format]);
  buffer_add(name, "", 1);
  if (name->failed) return fail_memory(error);
  if (name->length <= FOLDER_NAME_MOST + 1) return RUNG_OK;
  return fail(error, RUNG_INVALID, "the name of the file for %.*s would have %zu bytes, and %d are the most; shorten "
              "the names of the campaign, its channels or variants", TEXT_FORMAT(split->tables->labels[label].name),
              name->length - 1, FOLDER_NAME_MOST);
}

/* Rows of two labels must not meet in one file: the verifier sees to the labels, and this to the names made of them. */
static enum rung_status check_names(const struct split *split, struct rung_error *error) {
  struct named *names = alloc_array(split->allocator, split->part_count, sizeof *names);
  if (!names) return fail_memory(error);
  size_t count = 0;
  for (size_t i = 0; i < split->part_count; i++) {
    const struct buffer *name = &split->parts[i].name;
    if (name->length) names[count++] = (struct named){{name->at, name->length - 1}, i};
  }
  size_t repeated = names_repeated(names, count);
  alloc_free(split->allocator, names, split->part_count, sizeof *names);
  return repeated == SIZE_MAX ? RUNG_OK : fail(error, RUNG_INVALID, "two labels of campaigns would share the file %s",
                                               split->parts[repeated].name.at);
}

/* -- Opening ------------------------------------------------------------------------------- */

static enum rung_status make_parts(struct split *split, enum rung_format format, struct rung_error *error) {
  const struct program_tables *tables = split->tables;
  split->first = tables->campaigns[0].first_label;
  for (size_t i = 0; i < tables->campaign_count; i++)
    split->part_count += tables->campaigns[i].label_count + (tables->campaigns[i].control != NONE32);
  split->part_most = WAITING_MOST / (split->part_count + 1);
  if (split->part_most > PART_MOST) split->part_most = PART_MOST;
  split->parts = alloc_array(split->allocator, split->part_count, sizeof *split->parts);
  if (!split->parts) return fail_memory(error);
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < split->part_count; i++)
    split->parts[i].name.allocator = split->parts[i].rows.allocator = split->allocator;
  for (size_t i = 0; i < tables->campaign_count; i++) {
    const struct prog_campaign *campaign = &tables->campaigns[i];
    for (uint32_t k = 0; k < campaign->label_count && !status; k++)
      status = name_part(split, campaign->first_label + k, format, error);
  }
  return status ? status : check_names(split, error);
}

enum rung_status split_open(const struct program_tables *tables, const struct rung_score_options *options,
                            const struct rung_allocator *allocator, struct split **result, struct rung_error *error) {
  if (tables->campaign_count == 0)
    return fail(error, RUNG_INVALID, "the rules have no campaign, so there is nothing to split");
  struct split *split = alloc_array(allocator, 1, sizeof *split);
  if (!split) return fail_memory(error);
  split->tables = tables;
  split->allocator = allocator;
  enum rung_status status = make_parts(split, options->format, error);
  if (!status) status = folder_open(options->split, &(struct temp_teller){options->temporary, options->context}, allocator,
                                     &split->folder, error);
  if (status) split_discard(split);
  else *result = split;
  return status;
}

enum rung_status split_start(struct split *split, const struct buffer *header, struct rung_error *error) {
  for (size_t i = 0; i < split->part_count; i++) {
    struct part *part = &split->parts[i];
    if (part->name.length && header->length) buffer_add(&part->rows, header->at, header->length);
    if (part->rows.failed) return fail_memory(error);
  }
  enum rung_status status = folder_make(split->folder, &split->file, error);
  for (size_t i = 0; i < split->part_count && !status; i++)
    if (split->parts[i].name.length) status = folder_tell(split->folder, split->parts[i].name.at, error);
  return status ? status : folder_tell(split->folder, FOLDER_LIST, error);
}

/* -- Rows -------------------------------------------------------------------------------------- */

static enum rung_status fail_file(const char *name, struct rung_error *error) {
  return fail(error, RUNG_NO_RESOURCE, "cannot write the file %s: %s", name, strerror(errno));
}

/* Adds bytes to the end of a file of the folder, which is made if need be. */
static enum rung_status append(const struct split *split, const char *name, const struct buffer *bytes, bool last,
                               struct rung_error *error) {
  int file;
  do file = openat(split->file, name, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, FOLDER_FILE_MODE);
  while (file < 0 && errno == EINTR);
  if (file < 0) return fail_file(name, error);
  bool fine = true;
  for (size_t done = 0; done < bytes->length && fine;) {
    ssize_t written = write(file, bytes->at + done, bytes->length - done);
    if (written > 0) done += (size_t)written;
    else fine = written < 0 && errno == EINTR;
  }
  enum rung_status status = fine && last ? folder_protect(split->folder, file, name, error) : RUNG_OK;
  if (fine && last && !status) fine = temp_sync(file) == 0;
  if (!fine) status = fail_file(name, error);
  close(file);
  return status;
}

static enum rung_status flush_part(const struct split *split, struct part *part, bool last, struct rung_error *error) {
  enum rung_status status = append(split, part->name.at, &part->rows, last, error);
  part->rows.length = 0;
  return status;
}

enum rung_status split_write(struct split *split, const struct buffer *out, const struct buffer *marks,
                             struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (size_t at = 0; at < marks->length && !status; at += sizeof(struct split_mark)) {
    struct split_mark mark;
    memcpy(&mark, marks->at + at, sizeof mark);
    struct part *part = &split->parts[mark.label - split->first];
    if (!part->name.length) continue;
    buffer_add(&part->rows, out->at + mark.begin, mark.end - mark.begin);
    part->count++;
    if (part->rows.failed) return fail_memory(error);
    if (part->rows.length >= split->part_most) status = flush_part(split, part, false, error);
  }
  return status;
}

/* -- Ending ---------------------------------------------------------------------------------------- */

static void add_field(struct buffer *list, const char *name, struct rung_text value) {
  buffer_printf(list, ", \"%s\": ", name);
  if (value.length) write_json(list, value);
  else buffer_string(list, "null");
}

/* The n-th part of a label, from 0: "winback:email:a". */
static struct rung_text part_of(struct rung_text label, uint32_t n) {
  size_t begin = 0, end = 0;
  for (;; n--, begin = end + 1) {
    for (end = begin; end < label.length && label.bytes[end] != ':';) end++;
    if (n == 0) return (struct rung_text){label.bytes + begin, end - begin};
    if (end == label.length) return (struct rung_text){0};
  }
}

static void list_part(const struct split *split, const struct prog_campaign *campaign, uint32_t label, bool first,
                      struct buffer *list) {
  const struct part *part = &split->parts[label - split->first];
  struct rung_text name = split->tables->labels[label].name, none = {0};
  buffer_string(list, first ? "\n  " : ",\n  ");
  buffer_printf(list, "%s%s\"", FOLDER_FILE_BEGIN, part->name.at);
  add_field(list, "label", name);
  add_field(list, "campaign", campaign->name);
  add_field(list, "channel", campaign->channels ? part_of(name, 1) : none);
  add_field(list, "variant", campaign->variants ? part_of(name, campaign->channels ? 2 : 1) : none);
  buffer_printf(list, ", \"rows\": %" PRIu64 "}", part->count);
}

static enum rung_status write_list(const struct split *split, struct rung_error *error) {
  struct buffer list = {.allocator = split->allocator};
  bool first = true;
  buffer_string(&list, FOLDER_LIST_BEGIN RUNG_VERSION "\", \"files\": [");
  for (size_t i = 0; i < split->tables->campaign_count; i++) {
    const struct prog_campaign *campaign = &split->tables->campaigns[i];
    for (uint32_t k = 0; k < campaign->label_count; k++, first = false)
      list_part(split, campaign, campaign->first_label + k, first, &list);
  }
  buffer_string(&list, "\n]}\n");
  enum rung_status status = list.failed ? fail_memory(error) : append(split, FOLDER_LIST, &list, true, error);
  buffer_free(&list);
  return status;
}

enum rung_status split_settle(struct split *split, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  for (size_t i = 0; i < split->part_count && !status; i++)
    if (split->parts[i].name.length) status = flush_part(split, &split->parts[i], true, error);
  if (!status) status = write_list(split, error);
  return status ? status : folder_settle(split->folder, error);
}

enum rung_status split_appear(struct split *split, struct rung_error *error) {
  return folder_appear(split->folder, error);
}

enum rung_status split_finish(struct split *split, struct rung_error *error) {
  struct folder *folder = split->folder;
  split->folder = NULL;
  split_discard(split);
  return folder_finish(folder, error);
}

void split_discard(struct split *split) {
  if (!split) return;
  folder_discard(split->folder);
  for (size_t i = 0; split->parts && i < split->part_count; i++) {
    buffer_free(&split->parts[i].name);
    buffer_free(&split->parts[i].rows);
  }
  alloc_free(split->allocator, split->parts, split->part_count, sizeof *split->parts);
  alloc_free(split->allocator, split, 1, sizeof *split);
}
