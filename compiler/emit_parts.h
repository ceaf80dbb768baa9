/* emit_parts.h - what emit.c and emit_results.c share. */
#ifndef RUNGC_EMIT_PARTS_H
#define RUNGC_EMIT_PARTS_H

#include "planner.h"

struct emitter {
  const struct plan *plan;
  const struct module *module;
  const struct code *codes; /* of each stage */
  struct arena *arena;
  struct program_tables *tables;
  struct place *places;     /* sorted, each once */
  uint32_t place_count;
  uint32_t *constants, *sets, *regexes; /* from numbers in the pool to records; NONE32: not used yet */
  uint32_t *asks;           /* from nodes to records of aggregates and measures */
  uint32_t word_room, number_room;
};

/* Zeroed room for one more than `count` records. */
static inline void *emit_records(struct emitter *emitter, size_t count, size_t size) {
  return arena_alloc(emitter->arena, (count + 1) * size);
}

/* The record of a place that emit.c has listed. */
uint32_t emit_place(const struct emitter *emitter, struct place place);
/* The text of a place on one line: comments left out, blanks drawn together. */
struct rung_text emit_written(const struct emitter *emitter, struct place place);

/* emit_results.c: what the last stage's roots are. */
void emit_results(struct emitter *emitter);

#endif
