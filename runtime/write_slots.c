/* write_slots.c - print the values of 64 rows ahead of the rows.

   Of integers and of money with whole hundredths the digits are made of all 64 at once; other values one by one. */
#include "clones.h"
#include "decimal.h"
#include "treat.h"
#include "write_form.h"

static int64_t number_of(const struct vec *vec, uint32_t type, size_t row) {
  if (type == RUNG_FLAG) return bitmap_get(vec->data.bits, row);
  return type == RUNG_DATE ? vec->data.i32[row * vec->stride] : vec->data.i64[row * vec->stride];
}

char *put_number(const struct form *form, const struct form_output *output, const struct vec *vec, size_t row,
                 char *to) {
  char *start = to;
  if (output->quotes) *to++ = '"';
  to += value_print(to, (enum rung_type)output->type, number_of(vec, output->type, row));
  if (output->quotes) *to++ = '"';
  return output->careful ? put_quotes(form, start, to) : to;
}

static char *put_none(const struct form *form, const struct form_output *output, char *to) {
  memcpy(to, form->texts.at + output->none.at, output->none.length);
  return to + output->none.length;
}

static void fill_each(const struct form *form, const struct form_output *output, const struct vec *vec,
                      const struct written_rows *rows, struct slots *slots) {
  EACH_PICKED(rows, i) {
    size_t row = rows->first + i;
    char *slot = slots->texts + i * output->slot_room, *to = slot + output->before.length;
    to = bitmap_get(vec->valid, row) ? put_number(form, output, vec, row, to) : put_none(form, output, to);
    slots->lengths[i] = (uint8_t)(to - slot);
  }
}

/* -- Digits of 64 numbers ---------------------------------------------------------------------- */

/* A number is a sign, up to eight digits, and what is behind: nothing, or a point and two digits. */
struct digits {
  uint64_t fits;              /* bit i: number i has no more */
  uint64_t signs;
  uint32_t sizes[64];         /* before the point */
  uint32_t cents[64];
  uint64_t texts[64];
  uint32_t lengths[64];
  uint64_t behind[64];
};

static inline uint64_t size_of(int64_t value) { return value < 0 ? -(uint64_t)value : (uint64_t)value; }

static CLONES void split_integers(struct digits *digits, const int64_t *values) {
  uint8_t fits[64], signs[64];
  for (size_t i = 0; i < 64; i++) {
    digits->sizes[i] = (uint32_t)size_of(values[i]);
    digits->cents[i] = 0;
    fits[i] = size_of(values[i]) < EIGHT_DIGITS;
    signs[i] = values[i] < 0;
  }
  digits->fits = swar_bits(fits);
  digits->signs = swar_bits(signs);
}

static CLONES void split_money(struct digits *digits, const int64_t *values) {
  enum { CENT = DECIMAL_ONE / 100 };
  uint8_t fits[64], signs[64];
  for (size_t i = 0; i < 64; i++) {
    uint64_t size = size_of(values[i]), cents = size / CENT;
    digits->sizes[i] = (uint32_t)(cents / 100);
    digits->cents[i] = (uint32_t)(cents % 100);
    fits[i] = size == cents * CENT && cents < EIGHT_DIGITS * UINT64_C(100);
    signs[i] = values[i] < 0;
  }
  digits->fits = swar_bits(fits);
  digits->signs = swar_bits(signs);
}

static CLONES void print_digits(struct digits *digits) {
  for (size_t i = 0; i < 64; i++) {
    uint32_t size = digits->sizes[i], cents = digits->cents[i], length = 1;
    for (uint32_t power = 10; power < EIGHT_DIGITS; power *= 10) length += size >= power;
    digits->lengths[i] = length;
    digits->behind[i] = '.' | ('0' + cents / 10) << 8 | ('0' + cents % 10) << 16;
  }
  for (size_t i = 0; i < 64; i++)
    digits->texts[i] = (swar_digits(digits->sizes[i]) | SWAR_EACH('0')) >> (64 - 8 * (uint64_t)digits->lengths[i]);
}

static inline void fill_digits(const struct form *form, const struct form_output *output, const struct vec *vec,
                               const struct written_rows *rows, size_t behind, const struct digits *digits,
                               struct slots *slots) {
  uint64_t present = vec->valid[rows->first / 64];
  EACH_PICKED(rows, i) {
    char *slot = slots->texts + i * output->slot_room, *to = slot + output->before.length;
    if (!(present >> i & 1)) to = put_none(form, output, to);
    else if (!(digits->fits >> i & 1)) to = put_number(form, output, vec, rows->first + i, to);
    else {
      *to = '-';
      to += digits->signs >> i & 1;
      swar_store(to, digits->texts[i]);
      to += digits->lengths[i];
      swar_store(to, digits->behind[i]);
      to += behind;
    }
    slots->lengths[i] = (uint8_t)(to - slot);
  }
}

void slots_fill(const struct form *form, const struct form_output *output, const struct vec *vec,
                const struct written_rows *rows, struct slots *slots) {
  struct digits digits;
  bool money = output->type == RUNG_MONEY;
  if (!vec->stride || output->careful || output->quotes || (!money && output->type != RUNG_INTEGER)) {
    fill_each(form, output, vec, rows, slots);
    return;
  }
  if (money) split_money(&digits, vec->data.i64 + rows->first);
  else split_integers(&digits, vec->data.i64 + rows->first);
  print_digits(&digits);
  if (money) fill_digits(form, output, vec, rows, 3, &digits, slots);
  else fill_digits(form, output, vec, rows, 0, &digits, slots);
}
