/* input_encoding.c - other encodings to UTF-8, by iconv. */
#include "input_encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "text.h"

enum { HELD_ROOM = 64 << 10, MADE_ROOM = 3 * HELD_ROOM, NAME_ROOM = 48, HEAD = 4096 };

struct encoding {
  struct rung_allocator allocator;
  iconv_t converter;
  bool open;                  /* it is */
  char name[NAME_ROOM];       /* for messages */
  unsigned width;             /* bytes of a unit of UTF-16 and UTF-32, else 1 */
  bool started, ended, flushed;
  char *held;                 /* bytes still to be converted */
  size_t held_begin, held_end;
  char *made;                 /* UTF-8 still to be read */
  size_t made_begin, made_end;
  uint64_t offset;            /* of held_begin in the file */
  uint64_t lines;             /* ended by what was made */
  bool after_cr;
};

/* -- Names ---------------------------------------------------------------------------- */

/* Capitals and digits alone: names differ in hyphens. */
static void plain_name(const char *name, char *to) {
  for (; *name; name++) {
    char byte = *name;
    if (byte >= 'a' && byte <= 'z') byte = (char)(byte - 'a' + 'A');
    if ((byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9')) *to++ = byte;
  }
  *to = '\0';
}

/* iconv takes options after a slash, such as to drop what does not fit, and the locale for an empty name. */
static bool is_name(const char *name) {
  size_t length = strlen(name);
  static const char letters[] = "-_.:+()0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return length > 0 && length < NAME_ROOM && strspn(name, letters) == length;
}

static bool open_converter(struct encoding *encoding, const char *name) {
  encoding->converter = iconv_open("UTF-8", name);
  /* (iconv_t)-1 says no; compared as a number, since the type is a pointer here and there. */
  encoding->open = (intptr_t)encoding->converter != -1;
  return encoding->open;
}

static unsigned width_of(const char *plain) {
  if (strncmp(plain, "UTF16", 5) == 0 || strncmp(plain, "UCS2", 4) == 0) return 2;
  return strncmp(plain, "UTF32", 5) == 0 || strncmp(plain, "UCS4", 4) == 0 ? 4 : 1;
}

static enum rung_status find_encoding(struct encoding *encoding, const char *name, struct rung_error *error) {
  char plain[NAME_ROOM], code_page[NAME_ROOM + 2];
  if (is_name(name)) {
    (void)snprintf(encoding->name, sizeof encoding->name, "%s", name);
    plain_name(name, plain);
    encoding->width = width_of(plain);
    const char *digits = plain + strcspn(plain, "0123456789");
    bool windows = strncmp(plain, "WIN", 3) == 0 || digits == plain;
    (void)snprintf(code_page, sizeof code_page, "CP%s", digits);
    if (open_converter(encoding, name) || (errno == EINVAL && open_converter(encoding, plain)) ||
        (errno == EINVAL && windows && open_converter(encoding, code_page))) return RUNG_OK;
    if (errno != EINVAL)
      return fail(error, RUNG_NO_RESOURCE, "cannot open the encoding %s: %s", name, strerror(errno));
  }
  return fail(error, RUNG_INVALID, "there is no encoding \"%s\"; common ones are windows-1251, windows-1252, latin1, "
              "koi8-r, UTF-16, and iconv --list shows all", name);
}

enum rung_status encoding_open(const char *name, const struct rung_allocator *allocator, struct encoding **result,
                               struct rung_error *error) {
  struct encoding *encoding = alloc_array(allocator, 1, sizeof *encoding);
  if (!encoding) return fail_memory(error);
  encoding->allocator = alloc_resolve(allocator);
  encoding->held = alloc_resize(allocator, NULL, 0, HELD_ROOM, 1);
  encoding->made = alloc_resize(allocator, NULL, 0, MADE_ROOM, 1);
  enum rung_status status = encoding->held && encoding->made ? find_encoding(encoding, name, error)
                                                             : fail_memory(error);
  if (status) encoding_close(encoding);
  else *result = encoding;
  return status;
}

void encoding_close(struct encoding *encoding) {
  if (!encoding) return;
  struct rung_allocator allocator = encoding->allocator;
  if (encoding->open) iconv_close(encoding->converter);
  alloc_free(&allocator, encoding->held, HELD_ROOM, 1);
  alloc_free(&allocator, encoding->made, MADE_ROOM, 1);
  alloc_free(&allocator, encoding, 1, sizeof *encoding);
}

/* -- The first bytes ----------------------------------------------------------------------- */

enum order { ORDER_UNKNOWN, LITTLE, BIG };

/* U+FEFF at the start, of `width` bytes. */
static enum order order_by_mark(const unsigned char *bytes, size_t length, unsigned width) {
  static const unsigned char little[] = {0xff, 0xfe, 0, 0}, big[] = {0, 0, 0xfe, 0xff};
  if (length < width) return ORDER_UNKNOWN;
  if (memcmp(bytes, little, width) == 0) return LITTLE;
  return memcmp(bytes, big + 4 - width, width) == 0 ? BIG : ORDER_UNKNOWN;
}

/* In text most characters are below U+0100, or separators are, so that their first or last bytes are zeros. */
static enum order order_by_zeros(const unsigned char *bytes, size_t length, unsigned width) {
  size_t first = 0, last = 0;
  for (size_t i = 0; i + width <= length; i += width) {
    first += bytes[i] == 0;
    last += bytes[i + width - 1] == 0;
  }
  return last > first ? LITTLE : first > last ? BIG : ORDER_UNKNOWN;
}

static enum rung_status choose_order(struct encoding *encoding, const char *file, struct rung_error *error) {
  const unsigned char *bytes = (const unsigned char *)encoding->held;
  size_t length = encoding->held_end < HEAD ? encoding->held_end : HEAD;
  unsigned width = encoding->width, bits = width * 8;
  char plain[NAME_ROOM], name[NAME_ROOM];
  plain_name(encoding->name, plain);
  size_t end = strlen(plain);
  enum order said = strcmp(plain + end - 2, "LE") == 0 ? LITTLE : strcmp(plain + end - 2, "BE") == 0 ? BIG
                                                                                                     : ORDER_UNKNOWN;
  enum order mark = order_by_mark(bytes, encoding->held_end, width);
  if (said && mark && said != mark)
    return fail(error, RUNG_BAD_DATA, "%s begins with the mark of UTF-%u%s, not %s", file, bits,
                mark == LITTLE ? "LE" : "BE", encoding->name);
  enum order order = said ? said : mark ? mark : order_by_zeros(bytes, length, width);
  if (!order && length)
    return fail(error, RUNG_BAD_DATA, "%s does not look like %s; if it is, say UTF-%uLE or UTF-%uBE", file,
                encoding->name, bits, bits);
  if (mark) encoding->held_begin = encoding->offset = width;
  iconv_close(encoding->converter);
  (void)snprintf(name, sizeof name, "UTF-%u%s", bits, order == BIG ? "BE" : "LE");
  return open_converter(encoding, name) ? RUNG_OK : fail_memory(error);
}

/* Text in an encoding of single bytes is hardly ever UTF-8 by chance, but UTF-8 read by one gives nonsense in
   silence. */
static bool looks_utf8(struct rung_text text) {
  enum { ENOUGH = 8 };
  size_t found = 0;
  int32_t character;
  if (text.length >= 3 && memcmp(text.bytes, "\xef\xbb\xbf", 3) == 0) return true;
  for (size_t at = 0; at + 4 <= text.length;) {
    size_t length = text_character(text, at, &character);
    if (character < 0) return false;
    found += length > 1;
    at += length;
  }
  return found >= ENOUGH;
}

static enum rung_status start(struct encoding *encoding, const char *file, struct rung_error *error) {
  char plain[NAME_ROOM];
  encoding->started = true;
  if (encoding->width > 1) return choose_order(encoding, file, error);
  plain_name(encoding->name, plain);
  size_t length = encoding->held_end < HEAD ? encoding->held_end : HEAD;
  if (strcmp(plain, "UTF8") == 0 || !looks_utf8((struct rung_text){encoding->held, length})) return RUNG_OK;
  return fail(error, RUNG_BAD_DATA, "%s is UTF-8, not %s; leave --encoding out", file, encoding->name);
}

/* -- Conversion -------------------------------------------------------------------------------- */

static enum rung_status fill_held(struct encoding *encoding, encoding_source_fn *source, struct input *input,
                                  struct rung_error *error) {
  size_t left = encoding->held_end - encoding->held_begin, got = 0;
  memmove(encoding->held, encoding->held + encoding->held_begin, left);
  encoding->held_begin = 0;
  encoding->held_end = left;
  enum rung_status status = source(input, encoding->held + left, HELD_ROOM - left, &got, error);
  encoding->held_end += got;
  encoding->ended = got == 0;
  return status;
}

static void count_lines(struct encoding *encoding) {
  for (size_t i = 0; i < encoding->made_end; i++) {
    char byte = encoding->made[i];
    encoding->lines += byte == '\r' || (byte == '\n' && !encoding->after_cr);
    encoding->after_cr = byte == '\r';
  }
}

static enum rung_status fail_text(const struct encoding *encoding, const char *file, struct rung_error *error) {
  const char *help = "is that the encoding, and is the file whole?";
  return fail(error, RUNG_BAD_DATA, "%s, line %llu, byte %llu: 0x%02x begins no character of %s: %s", file,
              (unsigned long long)encoding->lines + 1, (unsigned long long)encoding->offset,
              (unsigned char)encoding->held[encoding->held_begin], encoding->name, help);
}

/* Makes some UTF-8, unless the input has ended. */
static enum rung_status convert(struct encoding *encoding, const char *file, struct rung_error *error) {
  char *in = encoding->held + encoding->held_begin, *out = encoding->made;
  size_t left = encoding->held_end - encoding->held_begin, room = MADE_ROOM;
  bool flush = encoding->ended && left == 0;
  size_t result = iconv(encoding->converter, flush ? NULL : &in, flush ? NULL : &left, &out, &room);
  int trouble = result == (size_t)-1 ? errno : 0;
  size_t taken = (size_t)(in - encoding->held) - encoding->held_begin;
  encoding->flushed = flush && !trouble;
  encoding->held_begin += taken;
  encoding->offset += taken;
  encoding->made_begin = 0;
  encoding->made_end = MADE_ROOM - room;
  count_lines(encoding);
  bool cut = trouble == EINVAL && encoding->ended;
  return cut || (trouble && trouble != EINVAL && trouble != E2BIG) ? fail_text(encoding, file, error) : RUNG_OK;
}

enum rung_status encoding_read(struct encoding *encoding, encoding_source_fn *source, struct input *input,
                               char *bytes, size_t room, size_t *got, struct rung_error *error) {
  for (*got = 0; *got < room;) {
    size_t ready = encoding->made_end - encoding->made_begin;
    if (ready == 0) {
      if (encoding->flushed) break;
      enum rung_status status = encoding->ended ? RUNG_OK : fill_held(encoding, source, input, error);
      if (!status && !encoding->started) status = start(encoding, input_name(input), error);
      if (!status) status = convert(encoding, input_name(input), error);
      if (status) return status;
      continue;
    }
    size_t count = ready < room - *got ? ready : room - *got;
    memcpy(bytes + *got, encoding->made + encoding->made_begin, count);
    encoding->made_begin += count;
    *got += count;
  }
  return RUNG_OK;
}
