# fuzz.mk - fuzzers, and programs that were changed on their way: rules for the Makefile.

FUZZERS := rules program csv together

FUZZ_BASE := $(COMPILER_OBJ) $(RUNTIME_OBJ)
FUZZ_OBJ_rules    := $(FUZZ_BASE)
FUZZ_OBJ_program  := $(patsubst %,$(B)/tests/fuzz/%.o,anything mutate) $(FUZZ_BASE)
FUZZ_OBJ_csv      := $(B)/tests/fuzz/csv_bytewise.o $(FUZZ_BASE)
FUZZ_OBJ_together := $(filter-out %/main.o,$(ORACLE_OBJ)) $(FUZZ_BASE)
$(B)/tests/fuzz/fuzz_together.o: COMPILER_CPPFLAGS += -iquote tests/oracle
FUZZ_LIBS := -lsqlite3 $(RUNTIME_LIBS) $(COMPILER_LIBS)

REPLAYS := $(FUZZERS:%=$(B)/tests/fuzz/replay_%)
FUZZ_BIN := $(FUZZERS:%=$(B)/tests/fuzz/fuzz_%)

$(B)/tests/fuzz/loading: $(B)/tests/fuzz/loading.o $(FUZZ_OBJ_program)
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ $(FUZZ_LIBS)

.SECONDEXPANSION:
$(REPLAYS): $(B)/tests/fuzz/replay_%: $(B)/tests/fuzz/replay.o $(B)/tests/fuzz/fuzz_%.o $$(FUZZ_OBJ_$$*)
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ $(FUZZ_LIBS)

$(B)/tests/fuzz/fuzz_program: $(B)/tests/fuzz/mutator_program.o
$(FUZZ_BIN): $(B)/tests/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $$(FUZZ_OBJ_$$*)
	$(call run,LINK )$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(FUZZ_LIBS)

all-tests: $(B)/tests/fuzz/loading $(REPLAYS)
fuzz-tests: $(B)/rung $(B)/tests/fuzz/loading $(REPLAYS)
	tests/run.sh $(B) fuzz

# Every prefix, every bit and many changes of the programs, on all processors.  PROGRAMS can be fewer of them.
PROGRAMS ?= $(shell grep -v '^\#' tests/fuzz/programs)
torture-loading: $(B)/tests/fuzz/loading
	@printf '%s\n' $(PROGRAMS) | xargs -n 1 -P $$(nproc) $< -a | awk -v wanted=$(words $(PROGRAMS)) -f tests/fuzz/sum.awk

# Each fuzzer for T seconds, by clang's libFuzzer.  make fuzz T=60 FUZZERS=csv is one of them.
T ?= 60
fuzz:
	@command -v clang >/dev/null || .ci/install-packages clang
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang run-fuzz

run-fuzz: $(B)/rung $(FUZZ_BIN)
	@tests/fuzz/run.sh $(B) $(T) $(FUZZERS)

.SECONDARY: $(FUZZERS:%=$(B)/tests/fuzz/fuzz_%.o)
.PHONY: fuzz-tests fuzz run-fuzz
-include $(wildcard $(B)/tests/fuzz/*.d)
