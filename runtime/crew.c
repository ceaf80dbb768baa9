/* crew.c - the threads that take the blocks of a file side by side, and who does what when. */
#include "crew.h"

#include <pthread.h>
#include <signal.h>

#include "io.h"

/* A lot that is being taken, and one that waits for its turn. */
enum { LOTS_EACH = 2 };
/* Blocks without rows yet: one is being indexed, and the next one read.  More of them would only wait, each with a
   thread. */
enum { UNINDEXED_MOST = 2 };

struct hand {
  struct crew *crew;
  struct worker *worker;
  pthread_t thread;
  bool at_work;               /* the thread runs */
};

struct crew {
  const struct rung_allocator *allocator;
  struct scan *scan;
  const struct duty *duty;
  struct hand *hands;         /* the first is the calling thread's, which has no `thread` here */
  size_t hand_count, hand_most, hand_room;
  bool anyone_reads;
  pthread_mutex_t lock;       /* of all below */
  pthread_cond_t work;        /* there may be a lot to read or to take */
  pthread_cond_t news;        /* for the calling thread: one is done, or to be read or taken */
  pthread_cond_t order;       /* `indexed` has grown; one at most waits for it */
  pthread_cond_t *turns;      /* for whoever takes block i, at i % lot_count: it may pass a gate */
  size_t turn_count;
  struct lot **idle, **ring;  /* lots without a block; block i, when indexed, is in ring[i % lot_count] */
  size_t lot_count, idle_count;
  uint64_t read, indexed, taken, settled; /* blocks: read >= indexed >= taken >= settled */
  uint64_t complete;          /* blocks that are done, as all before them are */
  uint64_t passed[CREW_GATES]; /* all blocks before this one did; complete ones count as if they had */
  bool reading;               /* somebody does */
  size_t waiting;             /* threads that wait for `work` */
  bool ended;                 /* the last block is indexed, or the one where something went wrong */
  bool failed;                /* one of the complete ones */
  bool stopping;
  bool whole;                 /* all is settled */
};

/* -- Life ---------------------------------------------------------------------------------------- */

static enum rung_status fail_locks(struct rung_error *error) {
  return fail(error, RUNG_NO_RESOURCE, "the system has no more locks");
}

static enum rung_status make_lots(struct crew *crew, size_t count, struct rung_error *error) {
  crew->idle = alloc_array(crew->allocator, count, sizeof(struct lot *));
  crew->ring = alloc_array(crew->allocator, count, sizeof(struct lot *));
  crew->turns = alloc_array(crew->allocator, count, sizeof *crew->turns);
  crew->lot_count = count;
  enum rung_status status = crew->idle && crew->ring && crew->turns ? RUNG_OK : fail_memory(error);
  for (; !status && crew->turn_count < count; crew->turn_count++)
    if (pthread_cond_init(&crew->turns[crew->turn_count], NULL)) return fail_locks(error);
  for (; !status && crew->idle_count < count; crew->idle_count++)
    status = lot_new(&crew->scan->job, &crew->idle[crew->idle_count], error);
  return status;
}

size_t crew_size(uint32_t threads) { return threads < 1 ? 1 : threads < CREW_MOST ? threads : CREW_MOST; }

enum rung_status crew_new(struct scan *scan, struct worker *first, uint32_t threads, struct crew **result,
                          struct rung_error *error) {
  struct crew *crew = alloc_array(scan->job.allocator, 1, sizeof *crew);
  if (!crew) return fail_memory(error);
  crew->allocator = scan->job.allocator;
  crew->scan = scan;
  crew->hand_most = crew->hand_room = crew_size(threads);
  crew->anyone_reads = input_size(scan->input) > 0;
  if (pthread_mutex_init(&crew->lock, NULL) || pthread_cond_init(&crew->work, NULL) ||
      pthread_cond_init(&crew->news, NULL) || pthread_cond_init(&crew->order, NULL)) {
    alloc_free(crew->allocator, crew, 1, sizeof *crew);
    return fail_locks(error);
  }
  crew->hands = alloc_array(crew->allocator, crew->hand_most, sizeof *crew->hands);
  enum rung_status status = crew->hands ? RUNG_OK : fail_memory(error);
  if (!status) status = make_lots(crew, crew->hand_most == 1 ? 1 : LOTS_EACH * crew->hand_most, error);
  if (status) {
    crew_free(crew);
    return status;
  }
  crew->hands[crew->hand_count++] = (struct hand){.crew = crew, .worker = first};
  *result = crew;
  return RUNG_OK;
}

void crew_free(struct crew *crew) {
  if (!crew) return;
  for (size_t i = 1; i < crew->hand_count; i++) worker_free(crew->hands[i].worker);
  while (crew->idle_count > 0) lot_free(crew->idle[--crew->idle_count]);
  while (crew->turn_count > 0) pthread_cond_destroy(&crew->turns[--crew->turn_count]);
  pthread_cond_destroy(&crew->order);
  pthread_cond_destroy(&crew->news);
  pthread_cond_destroy(&crew->work);
  pthread_mutex_destroy(&crew->lock);
  alloc_free(crew->allocator, crew->turns, crew->lot_count, sizeof *crew->turns);
  alloc_free(crew->allocator, crew->idle, crew->lot_count, sizeof(struct lot *));
  alloc_free(crew->allocator, crew->ring, crew->lot_count, sizeof(struct lot *));
  alloc_free(crew->allocator, crew->hands, crew->hand_room, sizeof *crew->hands);
  alloc_free(crew->allocator, crew, 1, sizeof *crew);
}

struct worker *crew_worker(const struct crew *crew, size_t i) {
  return i < crew->hand_count ? crew->hands[i].worker : NULL;
}

/* -- Lots; the lock is held, but not while one is read or taken ---------------------------------- */

static bool can_read(const struct crew *crew) {
  return !crew->reading && !crew->ended && crew->idle_count > 0 && crew->read - crew->indexed < UNINDEXED_MOST;
}

static void spread_word(struct crew *crew) {
  pthread_cond_signal(&crew->work);
  pthread_cond_signal(&crew->news);
}

/* Rows are found in the order of blocks.  What was read behind the end is laid down. */
static void index_next(struct crew *crew, struct lot *lot, uint64_t number) {
  while (crew->indexed < number && !crew->ended) pthread_cond_wait(&crew->order, &crew->lock);
  if (crew->ended) {
    crew->idle[crew->idle_count++] = lot;
    return;
  }
  pthread_mutex_unlock(&crew->lock);
  lot_index(lot, crew->scan);
  pthread_mutex_lock(&crew->lock);
  crew->ended = lot->status || lot->block.last;
  crew->ring[crew->indexed++ % crew->lot_count] = lot;
  pthread_cond_signal(&crew->order);
  spread_word(crew);
}

/* Reading is for one at a time, too, but while one finds rows another reads on. */
static void read_next(struct crew *crew) {
  struct lot *lot = crew->idle[--crew->idle_count];
  uint64_t number = crew->read++;
  crew->reading = true;
  pthread_mutex_unlock(&crew->lock);
  lot_read(lot, crew->scan);
  pthread_mutex_lock(&crew->lock);
  crew->reading = false;
  if (crew->anyone_reads && can_read(crew)) spread_word(crew);
  index_next(crew, lot, number);
}

static pthread_cond_t *turn_of(const struct crew *crew, uint64_t number) {
  return &crew->turns[number % crew->lot_count];
}

static void take_next(struct crew *crew, struct worker *worker) {
  struct lot *lot = crew->ring[crew->taken % crew->lot_count];
  lot->number = crew->taken++;
  lot->done = false;
  pthread_mutex_unlock(&crew->lock);
  worker_take(worker, lot);
  pthread_mutex_lock(&crew->lock);
  lot->done = true;
  for (const struct lot *next; crew->complete < crew->taken; crew->complete++) {
    next = crew->ring[crew->complete % crew->lot_count];
    if (!next->done) break;
    crew->failed |= next->status != RUNG_OK;
  }
  pthread_cond_signal(&crew->news);
  pthread_cond_signal(turn_of(crew, crew->complete));
}

/* Those before it are at work, and wait for nobody after them. */
bool crew_await(struct crew *crew, const struct lot *lot, size_t gate) {
  pthread_mutex_lock(&crew->lock);
  while (crew->complete < lot->number && crew->passed[gate] < lot->number)
    pthread_cond_wait(turn_of(crew, lot->number), &crew->lock);
  bool fine = !crew->failed;
  pthread_mutex_unlock(&crew->lock);
  return fine;
}

void crew_pass(struct crew *crew, const struct lot *lot, size_t gate) {
  pthread_mutex_lock(&crew->lock);
  crew->passed[gate] = lot->number + 1;
  pthread_cond_signal(turn_of(crew, lot->number + 1));
  pthread_mutex_unlock(&crew->lock);
}

/* The last lot to be used is the first to be used again: the processor's caches still know it. */
static void lay_down(struct crew *crew) {
  struct lot *lot = crew->ring[crew->settled++ % crew->lot_count];
  crew->idle[crew->idle_count++] = lot;
  pthread_cond_signal(&crew->work);
}

/* -- Other threads ------------------------------------------------------------------------------------ */

static void wait_for_work(struct crew *crew) {
  crew->waiting++;
  pthread_cond_wait(&crew->work, &crew->lock);
  crew->waiting--;
}

static void *lend_a_hand(void *context) {
  struct hand *hand = context;
  struct crew *crew = hand->crew;
  pthread_mutex_lock(&crew->lock);
  while (!crew->stopping) {
    if (crew->taken < crew->indexed) take_next(crew, hand->worker);
    else if (crew->anyone_reads && can_read(crew)) read_next(crew);
    else wait_for_work(crew);
  }
  bool whole = crew->whole;
  pthread_mutex_unlock(&crew->lock);
  if (whole && crew->duty->rest) crew->duty->rest(crew->duty->context, hand->worker);
  return NULL;
}

/* Signals are for the threads of the host program, but faults of our own can't wait. */
static bool start_thread(struct hand *hand) {
  sigset_t blocked, before;
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&blocked, faults[i]);
  if (pthread_sigmask(SIG_SETMASK, &blocked, &before)) return false;
  hand->at_work = pthread_create(&hand->thread, NULL, lend_a_hand, hand) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return hand->at_work;
}

/* One more thread where there may be one.  Without it the work is done as well. */
static void send_for_help(struct crew *crew) {
  size_t i = 1;
  while (i < crew->hand_count && crew->hands[i].at_work) i++;
  if (i == crew->hand_most) return;
  struct hand *hand = &crew->hands[i];
  if (i == crew->hand_count) {
    struct worker *worker = crew->duty->hire(crew->duty->context);
    if (worker) {
      worker->number = crew->hand_count;
      crew->hands[crew->hand_count++] = (struct hand){.crew = crew, .worker = worker};
    }
  }
  bool helps = i < crew->hand_count && !crew->duty->prepare(crew->duty->context, hand->worker, NULL) &&
               start_thread(hand);
  if (!helps) crew->hand_most = i;
}

/* -- The calling thread --------------------------------------------------------------------------------- */

static bool is_turn(const struct crew *crew) {
  return crew->settled < crew->taken && crew->ring[crew->settled % crew->lot_count]->done;
}

/* A dump of one block needs nobody else, and nobody more is needed while somebody waits. */
static void read_own(struct crew *crew) {
  read_next(crew);
  if (crew->read < 2 || crew->ended || crew->waiting) return;
  pthread_mutex_unlock(&crew->lock);
  send_for_help(crew);
  pthread_mutex_lock(&crew->lock);
}

static enum rung_status lead(struct crew *crew, struct rung_error *error) {
  enum rung_status status = RUNG_OK;
  bool stop = false;
  pthread_mutex_lock(&crew->lock);
  while (!status && !stop) {
    if (is_turn(crew)) {
      struct lot *lot = crew->ring[crew->settled % crew->lot_count];
      pthread_mutex_unlock(&crew->lock);
      status = crew->duty->settle(crew->duty->context, lot, &stop, error);
      pthread_mutex_lock(&crew->lock);
      lay_down(crew);
    } else if (can_read(crew) && (!crew->anyone_reads || crew->taken == crew->indexed)) {
      read_own(crew);
    } else if (crew->taken < crew->indexed) {
      take_next(crew, crew->hands[0].worker);
    } else {
      pthread_cond_wait(&crew->news, &crew->lock);
    }
  }
  crew->stopping = true;
  crew->whole = !status && crew->ended && crew->settled == crew->indexed;
  pthread_cond_broadcast(&crew->work);
  pthread_mutex_unlock(&crew->lock);
  if (crew->whole && crew->duty->rest) crew->duty->rest(crew->duty->context, crew->hands[0].worker);
  return status;
}

enum rung_status crew_run(struct crew *crew, const struct duty *duty, struct rung_error *error) {
  crew->duty = duty;
  crew->read = crew->indexed = crew->taken = crew->settled = crew->complete = 0;
  crew->ended = crew->failed = crew->stopping = false;
  for (size_t i = 0; i < CREW_GATES; i++) crew->passed[i] = 0;
  enum rung_status status = duty->prepare(duty->context, crew->hands[0].worker, error);
  if (!status) status = lead(crew, error);
  for (size_t i = 1; i < crew->hand_count; i++) {
    if (crew->hands[i].at_work) pthread_join(crew->hands[i].thread, NULL);
    crew->hands[i].at_work = false;
  }
  for (; crew->settled < crew->indexed; crew->settled++) /* after an early end */
    crew->idle[crew->idle_count++] = crew->ring[crew->settled % crew->lot_count];
  return status;
}
