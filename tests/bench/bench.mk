# bench.mk - the benchmark: rules for the Makefile.  What bench.sh can be told goes through: make bench ROWS=50000.

BENCH_OUT ?= build/bench
BENCH_SRC := $(wildcard tests/bench/*.c)
BENCH_BIN := $(BENCH_SRC:%.c=$(B)/%)
BENCH_TOLD := $(foreach name,ROWS THREADS RUNS PEERS SLOW_ROWS PARTS FORMS KEEP,$(if $($(name)),$(name)='$($(name))'))

bench: setup
	@$(MAKE) --no-print-directory run-bench

run-bench: $(B)/rung $(B)/samples/generate $(B)/tests/helper $(BENCH_BIN)
	@$(BENCH_TOLD) tests/bench/bench.sh $(B) $(BENCH_OUT)

$(B)/tests/bench/limits: LDLIBS_BENCH := -pthread
$(B)/tests/bench/row: LDLIBS_BENCH := -lm
$(B)/tests/bench/row: $(B)/librung.a
$(B)/tests/bench/%: $(B)/tests/bench/%.o
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ $(RUNTIME_LIBS) $(LDLIBS_BENCH)

# Kept, so that a second run has nothing to make.
.SECONDARY: $(BENCH_BIN:%=%.o)
.PHONY: bench run-bench
-include $(BENCH_SRC:%.c=$(B)/%.d)
