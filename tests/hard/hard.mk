# hard.mk - whole commands under faults, signals and odd conditions: rules for the Makefile.

HARD := $(B)/tests/hard/fault.so $(B)/tests/hard/faults $(B)/tests/hard/signals $(B)/tests/hard/lossy
HARD_COMMON := $(B)/tests/hard/stage.o $(B)/tests/hard/snapshot.o
HARD_OBJ := $(HARD_COMMON) $(patsubst %,$(B)/tests/hard/%.o,faults scenes signals lossy)

# It is loaded into other programs, before any sanitizer, and its functions stand in for those of the system.
NOT_THERE := -fsanitize=% -fno-sanitize% -fvisibility=% --coverage
$(B)/tests/hard/fault.so: tests/hard/fault.c tests/hard/fault.h $(B)/flags
	@mkdir -p $(@D)
	$(call run,LINK )$(CC) -D_GNU_SOURCE $(filter-out $(NOT_THERE),$(CFLAGS)) -shared -o $@ $< -ldl

$(B)/tests/hard/faults: $(B)/tests/hard/faults.o $(B)/tests/hard/scenes.o $(HARD_COMMON)
$(B)/tests/hard/signals: $(B)/tests/hard/signals.o $(HARD_COMMON)
$(B)/tests/hard/faults $(B)/tests/hard/signals:
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^

# The whole command, with functions that lose rows in front of its own.
LOSSY := csv_index_into batch_decode worker_take rejects_row join_add counts_batch narrow_add
$(B)/tests/hard/lossy: $(B)/tests/hard/lossy.o $(CMD_OBJ) $(COMPILER_OBJ) $(RUNTIME_OBJ)
	$(call run,LINK )$(CC) $(LDFLAGS) $(LOSSY:%=-Wl,--wrap=%) -o $@ $^ $(RUNTIME_LIBS) $(COMPILER_LIBS) $(CMD_LIBS)

all-tests: $(HARD)

# A slice of each, as make test has it.
hard: $(B)/rung $(HARD)
	tests/run.sh $(B) faults signals files alike conserved

# All of it.  Memory that is not given back shows with MODE=asan; what compilers make of the code is told without.
torture-faults: $(B)/rung $(HARD)
	$(B)/tests/hard/faults $(B) tests/hard/files all

torture-signals: $(B)/rung $(HARD)
	$(B)/tests/hard/signals $(B) tests/hard/files all

# Odd conditions, which make test has all of, under the sanitizers.
torture-odd: $(B)/rung $(HARD)
	tests/run.sh $(B) files alike

# What threads do side by side, under the thread sanitizer.
torture-threads:
	$(MAKE) --no-print-directory MODE=tsan run-threads
run-threads: $(B)/rung $(B)/unit $(B)/tests/helper
	$(B)/unit threads
	tests/run.sh $(B) threads

# Half a minute of it, for .ci/run.
few-threads: $(B)/rung $(B)/unit
	$(B)/unit threads
	tests/threads.sh $(B) few

torture-builds:
	MAKE='$(MAKE)' tests/hard/builds.sh build/builds

.PHONY: hard torture-faults torture-signals torture-odd torture-threads run-threads few-threads torture-builds
-include $(HARD_OBJ:.o=.d)
