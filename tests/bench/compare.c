/* compare.c - do two outputs say the same?

     compare LEFT RIGHT

   Both are CSV with a header and rows of the customers 1, 2, 3 ... in any order.  What is not compared: how a cell is
   quoted, the end of a line ("\r\n" or "\n"), the order of rows, and zeros at the end of a fraction (LEFT writes
   1239.50, RIGHT perhaps 1239.5).  All other bytes of each cell must be the same.  It says how many cells RIGHT
   writes with other digits and whether its rows are in order; at the first difference it says where and ends with 1. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CELL_ROOM = 65535 };

struct file {
  const char *path;
  const char *bytes, *end;
  const char **rows;        /* of customer i + 1; NULL where there is none */
  size_t row_count;
  bool ordered;
};

struct cell {
  char bytes[CELL_ROOM + 1]; /* zero-terminated */
  size_t length;
};

static void fail(const struct file *file, const char *what) {
  fprintf(stderr, "compare: %s: %s\n", file->path, what);
  exit(4);
}

/* Reads the cell that begins at `at`, without its quotes; returns what stands behind it: a comma or the row's end. */
static const char *read_cell(const struct file *file, const char *at, struct cell *cell) {
  bool quoted = at < file->end && *at == '"', open = quoted;
  for (cell->length = 0, at += quoted; at < file->end; at++) {
    if (open ? *at == '"' : *at == ',' || *at == '\n') {
      if (!open) break;
      if (at + 1 < file->end && at[1] == '"') at++;
      else {
        open = false;
        continue;
      }
    }
    if (cell->length == CELL_ROOM) fail(file, "a cell is too long");
    cell->bytes[cell->length++] = *at;
  }
  if ((at == file->end || *at == '\n') && cell->length && cell->bytes[cell->length - 1] == '\r') cell->length--;
  cell->bytes[cell->length] = '\0';
  return at;
}

/* The start of the next row; only quotes matter on the way. */
static const char *skip_row(const struct file *file, const char *at) {
  for (bool open = false; at < file->end; at++) {
    if (*at == '"') open = !open;
    else if (*at == '\n' && !open) return at + 1;
  }
  return at;
}

static void map_file(struct file *file) {
  struct stat state;
  int opened = open(file->path, O_RDONLY);
  if (opened < 0 || fstat(opened, &state) || state.st_size == 0) fail(file, "cannot read it, or it is empty");
  void *bytes = mmap(NULL, (size_t)state.st_size, PROT_READ, MAP_PRIVATE, opened, 0);
  if (bytes == MAP_FAILED) fail(file, "cannot map it");
  close(opened);
  file->bytes = bytes;
  file->end = file->bytes + state.st_size;
}

static void find_rows(struct file *file) {
  size_t room = 0, last = 0;
  file->ordered = true;
  for (const char *at = skip_row(file, file->bytes), *next; at < file->end; at = next) {
    size_t customer = strtoul(at + (*at == '"'), NULL, 10);
    next = skip_row(file, at);
    if (customer == 0 || customer > UINT32_MAX) fail(file, "a row does not begin with a customer's number");
    if (customer > room) {
      size_t more = customer < room * 2 ? room * 2 : customer + 1024;
      file->rows = realloc(file->rows, more * sizeof *file->rows);
      if (!file->rows) fail(file, "no memory");
      memset(file->rows + room, 0, (more - room) * sizeof *file->rows);
      room = more;
    }
    if (file->rows[customer - 1]) fail(file, "a customer has two rows");
    file->rows[customer - 1] = at;
    file->ordered &= customer > last;
    last = customer;
    if (customer > file->row_count) file->row_count = customer;
  }
  for (size_t i = 0; i < file->row_count; i++)
    if (!file->rows[i]) fail(file, "rows are missing");
}

/* Length of a number without the zeros at the end of its fraction; of other texts their length. */
static size_t trimmed(const struct cell *cell) {
  size_t length = cell->length;
  if (!length || strspn(cell->bytes, "-0123456789.") < length || !memchr(cell->bytes, '.', length)) return length;
  while (cell->bytes[length - 1] == '0') length--;
  return length - (cell->bytes[length - 1] == '.');
}

static bool same_bytes(const struct cell *left, size_t left_length, const struct cell *right, size_t right_length) {
  return left_length == right_length && memcmp(left->bytes, right->bytes, left_length) == 0;
}

static void tell(const struct file *file, const struct cell *cell, size_t row, size_t column) {
  printf("%s: row %zu, column %zu: '%.*s'\n", file->path, row, column, (int)cell->length, cell->bytes);
}

/* Compares one row, 0 being the header; false where they differ. */
static bool same_row(const struct file *left, const struct file *right, size_t row, uint64_t *rewritten) {
  static struct cell cells[2];
  const char *at[] = {row ? left->rows[row - 1] : left->bytes, row ? right->rows[row - 1] : right->bytes};
  for (size_t column = 1;; column++) {
    at[0] = read_cell(left, at[0], &cells[0]);
    at[1] = read_cell(right, at[1], &cells[1]);
    bool more[] = {at[0] < left->end && *at[0] == ',', at[1] < right->end && *at[1] == ','};
    bool same = same_bytes(&cells[0], cells[0].length, &cells[1], cells[1].length);
    if (!same && same_bytes(&cells[0], trimmed(&cells[0]), &cells[1], trimmed(&cells[1]))) {
      same = true;
      ++*rewritten;
    }
    if (!same || more[0] != more[1]) {
      tell(left, &cells[0], row, column);
      tell(right, &cells[1], row, column);
      return false;
    }
    if (!more[0]) return true;
    at[0]++;
    at[1]++;
  }
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fputs("usage: compare LEFT RIGHT\n", stderr);
    return 2;
  }
  struct file left = {.path = argv[1]}, right = {.path = argv[2]};
  uint64_t rewritten = 0;
  map_file(&left);
  map_file(&right);
  find_rows(&left);
  find_rows(&right);
  if (left.row_count != right.row_count) {
    printf("%zu rows and %zu rows\n", left.row_count, right.row_count);
    return 1;
  }
  for (size_t row = 0; row <= left.row_count; row++)
    if (!same_row(&left, &right, row, &rewritten)) return 1;
  printf("same, %zu rows%s, %llu cells with other digits\n", right.row_count,
         right.ordered ? ", in order" : ", in another order", (unsigned long long)rewritten);
  free(left.rows);
  free(right.rows);
  return 0;
}
