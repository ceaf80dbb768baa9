/* limits.c - what no tool can beat: how fast the bytes of a dump are read, indexed and copied.

     limits read FILE [THREADS]         read() through a buffer of 1 MiB
     limits scan FILE [THREADS]         the same, and the place of each comma and newline outside of quotes
     limits copy FILE OUT [THREADS]     the same as read, and write()

   With threads, each takes the next block of the file; of scan the blocks tell one another whether a quote is open.
   Prints what it found, so that nothing can be left out.  */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { BLOCK = 1 << 20, LINE = 64, MOST_THREADS = 64 };

/* Bits of the bytes of one line of 64 that are quotes, and that are commas or newlines. */
struct masks {
  uint64_t quotes, separators;
};

enum { NOT_YET, CLOSED, OPEN };

struct job {
  enum { READ, SCAN, COPY } kind;
  int in, out;
  uint64_t size, blocks;
  atomic_ullong next, found, failed;
  _Atomic unsigned char *before; /* of each block: is a quote open where it begins? */
  bool (*scan)(const uint8_t *block, size_t length, bool open, uint32_t *index, uint64_t *found);
  bool (*odd)(const uint8_t *block, size_t length);
};

/* -- A block ------------------------------------------------------------------------------- */

/* Each bit: the number of bits up to and with it is odd. */
static inline uint64_t prefix_xor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

/* Eight at once, as if there were that many; what is too much is written over by the next. */
static inline uint32_t *put_index(uint32_t *index, uint32_t at, uint64_t bits) {
  uint32_t *end = index + __builtin_popcountll(bits);
  for (; index < end; index += 8)
    for (int i = 0; i < 8; i++, bits &= bits - 1) index[i] = at + (uint32_t)__builtin_ctzll(bits | 1ull << 63);
  return end;
}

/* The block is padded with zeros to whole lines.  One function for each instruction set: only their masks differ. */
#define DEFINE_SCAN(name, line_masks, attributes)                                                                      \
  attributes static bool scan_##name(const uint8_t *block, size_t length, bool open, uint32_t *index,                  \
                                     uint64_t *found) {                                                                \
    uint64_t carry = open ? ~0ull : 0;                                                                                 \
    uint32_t *end = index;                                                                                             \
    for (size_t at = 0; at < length; at += LINE) {                                                                     \
      struct masks masks = line_masks(block + at);                                                                     \
      uint64_t inside = prefix_xor(masks.quotes) ^ carry;                                                              \
      carry = (uint64_t)((int64_t)inside >> 63);                                                                       \
      end = put_index(end, (uint32_t)at, masks.separators & ~inside);                                                  \
    }                                                                                                                  \
    *found += (uint64_t)(end - index);                                                                                 \
    return carry != 0;                                                                                                 \
  }                                                                                                                    \
  attributes static bool odd_##name(const uint8_t *block, size_t length) {                                             \
    uint64_t odd = 0;                                                                                                  \
    for (size_t at = 0; at < length; at += LINE) odd ^= line_masks(block + at).quotes;                                 \
    return __builtin_parityll(odd);                                                                                    \
  }

static inline struct masks masks_portable(const uint8_t *line) {
  struct masks masks = {0, 0};
  for (int i = 0; i < LINE; i++) {
    masks.quotes |= (uint64_t)(line[i] == '"') << i;
    masks.separators |= (uint64_t)(line[i] == ',' || line[i] == '\n') << i;
  }
  return masks;
}
DEFINE_SCAN(portable, masks_portable, )

#if defined(__x86_64__)
#define TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx2,bmi,bmi2,popcnt")))

TARGET_AVX2 static inline uint64_t equal_avx2(const uint8_t *line, char byte) {
  __m256i wanted = _mm256_set1_epi8(byte);
  __m256i low = _mm256_loadu_si256((const __m256i *)line), high = _mm256_loadu_si256((const __m256i *)(line + 32));
  return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)) << 32;
}

TARGET_AVX2 static inline struct masks masks_avx2(const uint8_t *line) {
  return (struct masks){equal_avx2(line, '"'), equal_avx2(line, ',') | equal_avx2(line, '\n')};
}
DEFINE_SCAN(avx2, masks_avx2, TARGET_AVX2)

TARGET_AVX512 static inline struct masks masks_avx512(const uint8_t *line) {
  __m512i bytes = _mm512_loadu_si512(line);
  return (struct masks){_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"')),
                        _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(',')) |
                            _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'))};
}
DEFINE_SCAN(avx512, masks_avx512, TARGET_AVX512)
#endif

static void choose_scan(struct job *job) {
  job->scan = scan_portable;
  job->odd = odd_portable;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) {
    job->scan = scan_avx512;
    job->odd = odd_avx512;
  } else if (__builtin_cpu_supports("avx2")) {
    job->scan = scan_avx2;
    job->odd = odd_avx2;
  }
#endif
}

/* -- The file ----------------------------------------------------------------------------------- */

static bool read_block(const struct job *job, uint64_t block, uint8_t *bytes, size_t *length) {
  uint64_t from = block * BLOCK;
  size_t wanted = job->size - from < BLOCK ? (size_t)(job->size - from) : BLOCK;
  for (*length = 0; *length < wanted;) {
    ssize_t n = pread(job->in, bytes + *length, wanted - *length, (off_t)(from + *length));
    if (n <= 0) return false;
    *length += (size_t)n;
  }
  return true;
}

static bool write_block(const struct job *job, uint64_t block, const uint8_t *bytes, size_t length) {
  for (size_t done = 0; done < length;) {
    ssize_t n = pwrite(job->out, bytes + done, length - done, (off_t)(block * BLOCK + done));
    if (n <= 0) return false;
    done += (size_t)n;
  }
  return true;
}

/* A block is indexed once it is known whether a quote is open before it; its own quotes are counted first, so that the
   thread with the next block need not wait for the index. */
static uint64_t scan_block(struct job *job, uint64_t block, const uint8_t *bytes, size_t length, uint32_t *index) {
  bool odd = job->odd(bytes, length);
  unsigned char before;
  while ((before = atomic_load_explicit(&job->before[block], memory_order_acquire)) == NOT_YET && !job->failed)
    sched_yield();
  atomic_store_explicit(&job->before[block + 1], (before == OPEN) != odd ? OPEN : CLOSED, memory_order_release);
  uint64_t found = 0;
  job->scan(bytes, length, before == OPEN, index, &found);
  return found;
}

static void *work(void *argument) {
  struct job *job = argument;
  uint8_t *bytes = aligned_alloc(LINE, BLOCK + LINE);
  uint32_t *index = job->kind == SCAN ? malloc((BLOCK + LINE) * sizeof *index) : NULL;
  uint64_t found = 0;
  bool fine = bytes && (index || job->kind != SCAN);
  for (uint64_t block; fine && !job->failed && (block = atomic_fetch_add(&job->next, 1)) < job->blocks;) {
    size_t length = 0;
    fine = read_block(job, block, bytes, &length);
    if (!fine) break;
    memset(bytes + length, 0, LINE);
    if (job->kind == SCAN) found += scan_block(job, block, bytes, length, index);
    else found += length;
    if (job->kind == COPY) fine = write_block(job, block, bytes, length);
  }
  if (!fine) job->failed = 1;
  job->found += found;
  free(index);
  free(bytes);
  return NULL;
}

static bool run(struct job *job, int threads) {
  pthread_t others[MOST_THREADS];
  int started = 0;
  job->before = calloc(job->blocks + 1, sizeof *job->before);
  if (!job->before) return false;
  job->before[0] = CLOSED;
  choose_scan(job);
  while (started < threads - 1 && pthread_create(&others[started], NULL, work, job) == 0) started++;
  work(job);
  for (int i = 0; i < started; i++) pthread_join(others[i], NULL);
  free(job->before);
  return !job->failed;
}

int main(int argc, char **argv) {
  struct job job = {.kind = READ};
  if (argc > 1 && strcmp(argv[1], "scan") == 0) job.kind = SCAN;
  if (argc > 1 && strcmp(argv[1], "copy") == 0) job.kind = COPY;
  int files = job.kind == COPY ? 2 : 1, threads = argc == files + 3 ? atoi(argv[files + 2]) : 1;
  if (argc < files + 2 || argc > files + 3 || threads < 1 || threads > MOST_THREADS) {
    fputs("usage: limits read|scan FILE [THREADS]\n       limits copy FILE OUT [THREADS]\n", stderr);
    return 2;
  }
  struct stat state;
  job.in = open(argv[2], O_RDONLY);
  job.out = job.kind == COPY ? open(argv[3], O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
  bool fine = job.in >= 0 && (job.out >= 0 || job.kind != COPY) && fstat(job.in, &state) == 0;
  if (fine) {
    job.size = (uint64_t)state.st_size;
    job.blocks = (job.size + BLOCK - 1) / BLOCK;
    fine = run(&job, threads);
  }
  if (!fine || (job.kind == COPY && close(job.out))) {
    perror("limits");
    return 4;
  }
  printf("%llu %s\n", (unsigned long long)job.found, job.kind == SCAN ? "separators" : "bytes");
  return 0;
}
