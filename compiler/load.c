/* load.c - parse the main rules and all they use; read the files behind `in file`. */
#include "module.h"

#include "limits.h"

#include <utf8proc.h>

/* The files that are being read, the innermost first: for circles. */
struct chain {
  const struct source *source;
  const struct chain *outer;
  uint32_t length;
};

/* What has been asked for, so that a file named by many rules is read once. */
struct request {
  const struct source *from;
  struct rung_text name;
  const struct source *source; /* NULL: could not be read, which has been said */
};

struct loader {
  struct module *module;
  struct request *requests;
  uint32_t count, room;
};

static struct source *find_source(const struct module *module, struct rung_text path, bool is_rules) {
  for (uint32_t i = 0; i < module->sources.count; i++) {
    struct source *source = module->sources.at[i];
    if (source->is_rules == is_rules && text_equal(source->path, path)) return source;
  }
  return NULL;
}

static void release(const struct rung_allocator *allocator, struct rung_text text) {
  if (text.bytes) allocator->resize(allocator->context, (void *)(uintptr_t)text.bytes, text.length, 0);
}

/* Reads the file that the text `string` names in the source `from`; NULL after a message, or without memory. */
static struct source *read_source(struct module *module, const struct source *from, const struct ast *string,
                                  bool is_rules) {
  const struct rungc_options *options = module->options;
  bool custom = options && options->open;
  const struct rung_allocator *allocator = &module->arena.allocator;
  struct rung_text path = {0}, bytes = {0};
  struct rung_error error = {.status = RUNG_OK};
  enum rung_status status = (custom ? options->open : open_file)(custom ? options->open_context : NULL, from->path,
                                                                 string->text, allocator, &path, &bytes, &error);
  struct source *source = NULL;
  if (status != RUNG_OK) {
    diag_report(module, string->at, DIAG_NO_FILE, TEXT_ARG(diag_quote(module, string->text)), error.text);
    module->unreadable |= status == RUNG_NO_RESOURCE;
  } else if (bytes.length > LIMIT_SOURCE) {
    diag_report(module, string->at, DIAG_BIG_FILE, TEXT_ARG(diag_quote(module, path)), LIMIT_SOURCE >> 20);
  } else if (is_rules && options && options->is_dump && options->is_dump(path, bytes)) {
    diag_report(module, string->at, DIAG_USE_DUMP, TEXT_ARG(diag_quote(module, path)));
  } else {
    source = find_source(module, path, is_rules);
    if (!source) source = source_add(&module->arena, &module->sources, path, bytes);
    if (source) source->is_rules = is_rules;
  }
  release(allocator, path);
  release(allocator, bytes);
  return source;
}

/* -- The files behind `in file` -------------------------------------------------------- */

static void check_utf8(struct module *module, const struct source *source, struct place at) {
  struct rung_text text = source->text;
  for (size_t i = 0; i < text.length;) {
    utf8proc_int32_t code;
    utf8proc_ssize_t taken = 1;
    if ((unsigned char)text.bytes[i] >= 0x80) {
      taken = utf8proc_iterate((const utf8proc_uint8_t *)text.bytes + i, (utf8proc_ssize_t)(text.length - i), &code);
    }
    if (taken <= 0) {
      struct line_column where = source_locate(source, (uint32_t)i);
      diag_report(module, at, DIAG_BAD_FILE_TEXT, TEXT_ARG(diag_quote(module, source->path)),
                  (unsigned char)text.bytes[i], where.line, where.column);
      return;
    }
    i += (size_t)taken;
  }
}

static const struct source *read_list(struct loader *loader, const struct source *from, const struct ast *string) {
  struct module *module = loader->module;
  for (uint32_t i = 0; i < loader->count; i++) {
    const struct request *request = &loader->requests[i];
    if (request->from == from && text_equal(request->name, string->text)) return request->source;
  }
  uint32_t known = module->sources.count;
  struct source *source = read_source(module, from, string, false);
  if (source && source->index == known) check_utf8(module, source, string->at);
  struct request *grown =
      arena_grow(&module->arena, loader->requests, loader->count, &loader->room, sizeof *loader->requests);
  if (!grown) return source;
  loader->requests = grown;
  grown[loader->count++] = (struct request){from, string->text, source};
  return source;
}

static void read_lists(struct loader *loader, const struct source *from, struct ast *node) {
  if (node->kind == AST_IN_FILE) node->file = read_list(loader, from, node->child[1]);
  for (uint32_t i = 0; i < node->count; i++) read_lists(loader, from, node->child[i]);
}

/* -- The files behind `use` ------------------------------------------------------------- */

static bool in_chain(const struct chain *chain, const struct source *source) {
  for (; chain; chain = chain->outer) {
    if (chain->source == source) return true;
  }
  return false;
}

/* "a.rung -> b.rung -> a.rung", from where the circle begins. */
static void report_circle(struct module *module, const struct chain *chain, const struct source *source,
                          struct place at) {
  struct rung_text text = source->path;
  for (bool closed = false; chain && !closed; chain = chain->outer) {
    text = arena_print(&module->arena, "%.*s -> %.*s", TEXT_ARG(chain->source->path), TEXT_ARG(text));
    closed = chain->source == source;
  }
  diag_report(module, at, DIAG_USE_CIRCLE, TEXT_ARG(text));
}

static bool is_loaded(const struct module *module, const struct source *source) {
  for (uint32_t i = 0; i < module->files.count; i++) {
    if (module->files.at[i]->at.source == source->index) return true;
  }
  return false;
}

static void load_file(struct loader *loader, struct source *source, const struct chain *outer);

static void load_used(struct loader *loader, const struct chain *chain, const struct ast *string) {
  struct module *module = loader->module;
  if (chain->length >= LIMIT_NESTING) {
    diag_report(module, string->at, DIAG_USE_DEEP, LIMIT_NESTING);
    return;
  }
  struct source *used = read_source(module, chain->source, string, true);
  if (!used) return;
  if (in_chain(chain, used)) report_circle(module, chain, used, string->at);
  else if (!is_loaded(module, used)) load_file(loader, used, chain);
}

static void load_file(struct loader *loader, struct source *source, const struct chain *outer) {
  struct module *module = loader->module;
  struct chain chain = {source, outer, outer ? outer->length + 1 : 1};
  struct ast *file = parse(module, source);
  if (!file) return;
  for (uint32_t i = 0; i < file->count && !module->arena.failed; i++) {
    const struct ast *statement = file->child[i];
    if (statement->kind == AST_USE) load_used(loader, &chain, statement->child[0]);
  }
  if (module->arena.failed) return;
  read_lists(loader, source, file);
  struct ast **grown =
      arena_grow(&module->arena, module->files.at, module->files.count, &module->files.room, sizeof *grown);
  if (!grown) return;
  module->files.at = grown;
  module->files.at[module->files.count++] = file;
}

/* What stands before the rules is a source of its own, so that messages can show it. */
static void load_prelude(struct loader *loader) {
  struct module *module = loader->module;
  if (!module->options || module->options->prelude.length == 0) return;
  struct source *source = source_add(&module->arena, &module->sources, TEXT("--preset"), module->options->prelude);
  if (source) load_file(loader, source, NULL);
}

/* The condition of --only is a source of its own, so that messages can show it. */
static void load_only(struct loader *loader) {
  struct module *module = loader->module;
  if (!module->options || module->options->only.length == 0) return;
  struct source *source = source_add(&module->arena, &module->sources, TEXT("--only"), module->options->only);
  struct ast *only = source ? parse_condition(module, source) : NULL;
  if (!only || only->count == 0) return;
  read_lists(loader, source, only);
  module->only = only->child[0];
}

void load(struct module *module, struct rung_text path, struct rung_text text) {
  struct loader loader = {.module = module};
  bool fits = text.length <= LIMIT_SOURCE;
  struct source *source = source_add(&module->arena, &module->sources, path, fits ? text : TEXT(""));
  if (!source) return;
  if (!fits) {
    diag_report(module, (struct place){source->index, 0, 0}, DIAG_BIG_FILE, TEXT_ARG(diag_quote(module, path)),
                LIMIT_SOURCE >> 20);
  }
  load_prelude(&loader);
  if (!module->arena.failed) load_file(&loader, source, NULL);
  if (!module->arena.failed) load_only(&loader);
}
