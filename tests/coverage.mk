# coverage.mk - how much of compiler/ and runtime/ the tests reach: rules for the Makefile.
#
# gcov counts, without optimisation; gcovr adds up and prints a table of lines, one of branches, and the totals.  A branch
# is a way out of a condition, of each one inside && and || too, or of a switch; those that the compiler adds where there
# is no code to read (unreachable, throw) are left out.  What flex and bison add to our actions is not counted.

# Not the parts that look at the build or at the tests alone, nor the one that kills at random: it would kill the writing
# of counters.
UNCOUNTED := check-setup check-includes check-symbols bad_table signals

GCOVR := gcovr --root . --filter compiler/ --filter runtime/ --exclude-unreachable-branches --exclude-throw-branches

# In a folder of its own, some minutes.  What is not reached: gcovr -a build/coverage/coverage.json --txt
coverage: setup
	@command -v gcovr >/dev/null || .ci/install-packages gcovr
	@$(MAKE) --no-print-directory MODE=coverage run-coverage

run-coverage:
	@mkdir -p $(B) && find $(B) -name '*.gcda' -delete
	@$(MAKE) --no-print-directory all-tests PARTS='$(filter-out $(UNCOUNTED),$(PARTS))'; code=$$?; \
	  $(MAKE) --no-print-directory coverage-report && exit $$code

coverage-report:
	@$(GCOVR) --object-directory $(B) --json $(B)/coverage.json $(B)
	@$(GCOVR) -a $(B)/coverage.json --sort-uncovered --txt
	@$(GCOVR) -a $(B)/coverage.json --sort-uncovered --branches --txt
	@$(GCOVR) -a $(B)/coverage.json --print-summary -o $(B)/coverage.txt

.PHONY: coverage run-coverage coverage-report
