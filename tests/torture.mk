# torture.mk - the long part of the tests, for hours when nobody waits: rules for the Makefile.
#
# A section is a target torture-NAME named in TORTURE below; its rule stands where its tests are, and its last line says
# what it did, in figures.  All run under the sanitizers, one after another, and a failed one does not stop the others.
# make torture-NAME MODE=asan is one of them.

TORTURE := torture-loading torture-faults torture-signals torture-builds

torture: setup
	@failed=; for section in $(TORTURE); do \
	  echo "== $$section"; $(MAKE) --no-print-directory MODE=asan $$section || failed="$$failed $$section"; \
	done; [ -z "$$failed" ] || { echo "torture: failed:$$failed"; exit 1; }

.PHONY: torture $(TORTURE)
