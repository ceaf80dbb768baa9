/* csv.h - read a CSV dump as blocks of whole rows: views and separator positions, nothing decoded.

   RFC 4180 with LF, CRLF or CR outside quotes, newlines and doubled quotes inside, any single-byte delimiter.
   A quote may stand only at the start of a field, and after the closing one comes a separator.  A row where that does
   not hold is a problem and ends where a reader would end it that takes a quote in a bare field for a letter, and all
   that follows text after a closing quote for bare text; the rows after it are read as if it were not there.

   A blank line (nothing, or spaces and tabs) is skipped and counted, unless the table has one column, where it is a
   row, or the number of columns is not known yet.  A byte order mark of UTF-8 at the start is skipped.
   The rows are the same for any block_bytes.  */
#ifndef RUNG_CSV_H
#define RUNG_CSV_H

#include "io.h"

enum csv_problem {
  CSV_FINE,
#define CSV_PROBLEM(id, reason, advice) CSV_##id,
#include "csv_problems.def"
#undef CSV_PROBLEM
  CSV_PROBLEM_COUNT
};
const char *csv_reason(enum csv_problem problem); /* static, for people */
const char *csv_advice(enum csv_problem problem); /* static; "" when none */

struct csv_options {
  char delimiter;             /* not a quote, LF, CR or NUL */
  size_t max_row;             /* bytes, without the line end; 1 to CSV_MOST */
  size_t block_bytes;         /* read at a time; 1 to CSV_MOST */
  const char *scan;           /* the instruction set: avx512, avx2, sse2, neon or portable; NULL chooses */
};

enum { CSV_MOST = 1 << 30 };  /* so that positions in a block fit 32 bits */

/* One row of a block.  Positions are offsets in the block's bytes. */
struct csv_row {
  uint32_t begin;             /* first byte */
  uint32_t end;               /* past the last byte, the line end not included */
  uint32_t next;              /* past the line end (end = next for a last row without one) */
  uint32_t fields;
  uint32_t first;             /* index in `ends` of the end of field 0 */
  uint32_t problem;           /* enum csv_problem; of a broken row the fields are not to be used */
  uint32_t problem_at;        /* position of the offending byte: of too many fields the separator before the first
                                 of them, of too few the row's end; of a row kept for all its quotes the first that
                                 stands where none may; else 0 */
};

/* A run of whole rows.  Everything lives until the next block takes its space. */
struct csv_block {
  const char *bytes;
  size_t length;
  uint64_t offset;            /* of bytes[0] in the (decompressed) file */
  uint64_t line;              /* of the file, where bytes[0] stands, from 1 */
  const uint32_t *ends;       /* position past the last byte of each field of each row */
  const struct csv_row *rows; /* blank lines are not among them, unless the table has one column */
  size_t row_count;           /* may be 0 */
  bool last;                  /* nothing comes after it */
};

struct csv_reader;

/* The memory of one block at a time: its bytes and tables, kept for the next one. */
struct csv_space;
struct csv_space *csv_space_new(const struct rung_allocator *allocator); /* NULL when memory is out */
void csv_space_free(struct csv_space *space);

/* Takes over nothing: `input` stays the caller's and must outlive the reader.  RUNG_INVALID for bad options, and for an
   instruction set that this processor has not. */
enum rung_status csv_open(struct input *input, const struct csv_options *options,
                          const struct rung_allocator *allocator, struct csv_reader **reader,
                          struct rung_error *error);
void csv_close(struct csv_reader *reader);

/* Skips `lines` physical lines; before anything else is read. */
enum rung_status csv_skip_lines(struct csv_reader *reader, uint32_t lines, struct rung_error *error);

/* The next block of at least one row; block->row_count 0 is the end of the file.  RUNG_BAD_DATA when
   the file can't be read on: a quote never closed (the text names the line where it opened), one that seems to take in
   several rows, a row over max_row, UTF-16, a workbook.  The rows before that place have then been given, and there is
   no next block.
   It uses a space of the reader's own. */
enum rung_status csv_next(struct csv_reader *reader, struct csv_block *block, struct rung_error *error);

/* The same in two steps and with spaces of one's own, so that several blocks can be at hand: first the bytes of a block
   are read, then its rows are found.  Each is done in the order of blocks, but not by two threads at once; while one
   block is indexed the next ones may be read into other spaces.  A block may be without rows; its `last` says whether
   the file ends with it.  All that goes wrong is said by csv_index_into, in its turn; what was read ahead is then of no
   use. */
void csv_read_into(struct csv_reader *reader, struct csv_space *space);
enum rung_status csv_index_into(struct csv_reader *reader, struct csv_space *space, struct csv_block *block,
                                struct rung_error *error);

/* Hands back the rows of the last block from `row` on: the next csv_next gives them again first.  For the header.
   The block lives on, but only once may rows of it be handed back. */
void csv_unread(struct csv_reader *reader, size_t row);

/* Says how many fields the table has, for the blocks to come: rows with another number get CSV_FEW_FIELDS or
   CSV_MANY_FIELDS, and with one field a blank line is a row.  0 (the start) checks nothing. */
void csv_expect_fields(struct csv_reader *reader, uint32_t fields);

/* After that: their names, one for each, for what is said of a file that can't be read on.  They are the caller's, and
   must outlive the reader. */
void csv_name_fields(struct csv_reader *reader, const struct rung_text *names);

/* Likewise: rows with a quote where none may stand are kept from now on, when all of the row is on one line, has
   the fields that are expected, and none of those with such a quote has a delimiter in it.  Such a field is what stands
   there, quotes and all. */
void csv_keep_quotes(struct csv_reader *reader);
uint64_t csv_kept_rows(const struct csv_reader *reader);

uint64_t csv_rows(const struct csv_reader *reader);   /* given so far and not handed back */

bool csv_had_bom(const struct csv_reader *reader);
uint64_t csv_blank_lines(const struct csv_reader *reader);
uint64_t csv_bytes(const struct csv_reader *reader);  /* read so far */
uint64_t csv_hash(const struct csv_reader *reader);   /* XXH3-64 of them */

/* The line of the file on which byte `at` of the block stands; reads the block up to there. */
uint64_t csv_line(const struct csv_block *block, size_t at);

/* How many lines end among the bytes, by LF, CRLF or CR; a CR that is the last of them counts.  Of rows on lines L
   and M, M is L + csv_count_lines from the begin of the one to the begin of the other. */
uint64_t csv_count_lines(const char *bytes, size_t length);

/* Field `field` of a row as it stands in the file, quotes included. */
static inline struct rung_text csv_raw(const struct csv_block *block, const struct csv_row *row, uint32_t field) {
  uint32_t begin = field ? block->ends[row->first + field - 1] + 1 : row->begin;
  return (struct rung_text){block->bytes + begin, block->ends[row->first + field] - begin};
}

/* A raw field's value: a view inside it when it has no doubled quote, else written to `scratch`, which has room for
   raw.length bytes.  Of a field that is no regular quoted one all that stands there. */
struct rung_text csv_unquote(struct rung_text raw, char *scratch);

#endif
