/* vm.h - a session's insides, and how its kernels are called. */
#ifndef RUNG_VM_H
#define RUNG_VM_H

#include "heap.h"
#include "loaded.h"
#include "session.h"

struct call;
struct caster;
struct edges;

/* A param as it stands: the program's default until it is set. */
struct param {
  int64_t value;
  struct rung_text text;    /* of a text param */
  struct rung_text source;  /* as rule text */
  char *owned;              /* what `text` and `source` view once it was set; owned_size bytes */
  size_t owned_size;
};

struct rung_session {
  const rung_program *program;
  uint32_t stage;
  struct stage_code code;   /* of the stage */
  struct call *calls;       /* of each instruction */
  size_t rows;              /* of the calls of each batch */
  struct rung_session_options options;
  struct vec *regs;
  struct vec *columns;      /* column registers with the session's own memory, while regs point at a caller's */
  char *memory;             /* of all registers, memory_size bytes */
  size_t memory_size;
  struct edges *edges;      /* by column; with room where it is a text that instructions compare */
  uint64_t batch;           /* number of the one that runs, or ran last */
  uint64_t *all_present;    /* bitmap of ones */
  uint64_t *faults;         /* rows by instruction */
  struct tally *tallies;    /* by tally of the program */
  struct param *params;
  struct matcher *matcher;
  struct caster **casters;  /* made when the row API reads a column's first cell */
  struct heap run_texts, batch_texts; /* what the prologue made, what the body made */
  struct population *const *populations; /* by measure of the program */
  struct quota *const *quotas; /* likewise */
  const struct rung_text *keys; /* of the rows of a batch */
  bool wants_keys;
  bool stale;               /* the prologue must run before the next batch */
  enum rung_status failure; /* of a kernel that failed for another reason than memory */
  struct rung_error error;  /* likewise */
};

/* False when it failed, mostly for want of memory.  A kernel writes whole words of bitmaps and the elements of `rows`
   rows, and reads no value of a missing row but numbers, for which every operation is defined. */
typedef bool kernel_fn(const struct call *call);

/* One instruction on the rows of a batch: what its kernel needs, made once a session. */
struct call {
  kernel_fn *kernel;
  struct rung_session *session;
  struct vec *dst;          /* NULL where the opcode has none; never one of the operands */
  const struct vec *a, *b, *c;
  struct edges *edges;      /* of a, when they have room, else NULL */
  uint32_t inst, imm;
  size_t rows;
  struct heap *texts;       /* where new texts go */
  enum rung_status *failure; /* set by a kernel that failed for another reason than memory, after it filled `error` */
  struct rung_error *error;
};

#define OP(id, dst, a, b, c, imm, missing, effect) kernel_fn kernel_##id;
#include "opcodes.def"
#undef OP

/* Labels, shows and rules are of the last stage. */
static inline bool session_is_last(const rung_session *session) {
  return session->stage == last_stage(&session->program->tables);
}

/* vm.c: makes the calls, once there are registers. */
void vm_prepare(struct rung_session *session);

/* vm.c: runs the prologue when it is stale, then the body. */
enum rung_status vm_run(struct rung_session *session, size_t rows, struct rung_error *error);

/* vm.c: runs the prologue alone, and says whether the params as they stand make amounts that can be. */
enum rung_status vm_check(struct rung_session *session, struct rung_error *error);

/* amounts.c: the same, of a session of the last stage whose prologue has run. */
enum rung_status amounts_check(const struct rung_session *session, struct rung_error *error);

/* session.c: column registers point at the session's own memory again. */
void session_own_columns(struct rung_session *session);

#endif
