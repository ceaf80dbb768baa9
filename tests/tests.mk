# tests.mk - the tests that need more than one program: rules for the Makefile.

ORACLE_SRC := $(wildcard tests/oracle/*.c)
ORACLE_OBJ := $(ORACLE_SRC:%.c=$(B)/%.o)

$(B)/tests/helper: $(B)/tests/helper.o
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ -ljansson -lzstd

$(B)/tests/oracle/oracle: $(ORACLE_OBJ) $(COMPILER_OBJ) $(RUNTIME_OBJ)
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ -lsqlite3 $(RUNTIME_LIBS) $(COMPILER_LIBS)

unit: $(B)/unit
	tests/run.sh $(B) unit

data-tests: $(B)/rung $(B)/tests/helper
	tests/run.sh $(B) data threads passes testing runs outputs words csv_suites bad_inputs broken_rows

oracle: $(B)/tests/oracle/oracle
	tests/run.sh $(B) oracle

# Ten campaigns over a million customers, by every road; some minutes.
million: $(B)/tests/oracle/oracle
	ORACLE_PAIRS=0 ORACLE_TABLES=0 ORACLE_CAMPAIGNS=1 ORACLE_CUSTOMERS=1000000 tests/run.sh $(B) oracle

facts: $(B)/rung $(B)/tests/helper
	tests/run.sh $(B) facts

PARTS := $(CHECKS) unit data threads passes testing runs outputs words faults signals files alike conserved csv_suites bad_inputs \
         broken_rows facts oracle fuzz bad_table

# All of them, counted together; the last line is "N passed, N failed, N skipped".
all-tests: $(B)/unit $(B)/rung $(B)/tests/helper $(B)/tests/oracle/oracle
	@MAKE='$(MAKE)' tests/run.sh $(B) $(PARTS)

.PHONY: unit data-tests oracle million facts all-tests
-include $(ORACLE_OBJ:.o=.d) $(B)/tests/helper.d
