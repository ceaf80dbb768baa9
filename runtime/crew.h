/* crew.h - the threads that take the blocks of a file side by side.

   A block travels in a lot: whoever is free reads the next one, takes its rows, and leaves in the lot what came of
   them.  The calling thread settles the lots in the order of the blocks, so that all that is seen of a run, its bytes,
   counts and messages, is the same for any number of threads.  A finished lot waits for its turn while its thread goes
   on with another; there are so few lots that memory stays small. */
#ifndef RUNG_CREW_H
#define RUNG_CREW_H

#include "worker.h"

enum { CREW_MOST = 64 };  /* threads */
enum { CREW_GATES = 8 };

/* What is done with the blocks. */
struct duty {
  void *context;
  /* Makes a worker of another thread, or NULL where there can be none. */
  struct worker *(*hire)(void *context);
  /* Makes any worker ready, before its first lot. */
  enum rung_status (*prepare)(void *context, struct worker *worker, struct rung_error *error);
  /* Ends a worker's part on its own thread, when all rows were taken and none failed; may be NULL. */
  void (*rest)(void *context, struct worker *worker);
  /* Takes the lot whose turn it is; *stop ends it all. */
  enum rung_status (*settle)(void *context, struct lot *lot, bool *stop, struct rung_error *error);
};

struct crew;

/* How many threads there will be at most. */
size_t crew_size(uint32_t threads);

/* At most `threads` threads are used, the calling one with the worker `first`, which stays the caller's. */
enum rung_status crew_new(struct scan *scan, struct worker *first, uint32_t threads, struct crew **crew,
                          struct rung_error *error);
void crew_free(struct crew *crew);
/* Takes all rows of the scan.  Nobody is at work when it returns. */
enum rung_status crew_run(struct crew *crew, const struct duty *duty, struct rung_error *error);
/* Gates keep the blocks in order where threads would meet: the lot, which is being taken, waits until all blocks before
   its own have passed the gate or are done.  False when one of them failed: then nobody will ask what came of this one.
   crew_pass is for when nothing more of the lot comes to the gate and nothing went wrong there.  Whoever does not pass
   a gate, passes it when the lot is done. */
bool crew_await(struct crew *crew, const struct lot *lot, size_t gate);
void crew_pass(struct crew *crew, const struct lot *lot, size_t gate);
/* The workers there are, the caller's being the first; NULL past the last. */
struct worker *crew_worker(const struct crew *crew, size_t i);

#endif
