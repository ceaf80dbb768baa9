/* edges.h - the first or the last eight bytes of many texts, and their lengths: what tells most of them from a text
   that all are compared with, 64 at once before any other byte is looked at. */
#ifndef RUNG_EDGES_H
#define RUNG_EDGES_H

#include <stdbool.h>

#include "rung.h"

enum edge { EDGE_HEAD, EDGE_TAIL };
enum { EDGE_BYTES = 8 };

struct edges {
  uint64_t *bytes[2];       /* by edge: zeros where a text is shorter, at the inner side */
  uint8_t *lengths;         /* those of 255 bytes and more are alike */
  uint64_t batch[2];        /* which the bytes are of; counted from 1 */
};

/* A text is the part, or has it at an edge. */
struct edge_test {
  struct rung_text part;
  enum edge edge;
  bool whole;
  uint64_t key, mask;       /* of the edge's bytes */
  uint8_t least, most;      /* of the lengths */
};

struct edge_test edge_test(struct rung_text part, enum edge edge, bool whole);

/* The edges of `words` * 64 texts, of those that are valid. */
void edges_gather(const struct edges *edges, enum edge edge, const struct rung_text *texts, const uint64_t *valid,
                  size_t words);

/* Adds to `found` those of the valid texts that pass. */
void edges_test(const struct edges *edges, const struct edge_test *test, const struct rung_text *texts,
                const uint64_t *valid, uint64_t *found, size_t words);

#endif
