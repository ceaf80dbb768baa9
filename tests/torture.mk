# torture.mk - the long part of the tests, for hours when nobody waits: rules for the Makefile.
#
# A section is a target torture-NAME named in TORTURE below; its rule stands where its tests are, and its last lines say
# what it did, in figures.  They run under the sanitizers, one after another, and a failed one does not stop the others.
# make torture-NAME MODE=asan is one of them.

TORTURE := torture-loading torture-faults torture-signals torture-odd torture-threads torture-builds

torture: setup
	@command -v clang >/dev/null || .ci/install-packages clang
	@command -v localedef >/dev/null && [ -e /usr/share/i18n/locales/ru_RU ] || .ci/install-packages locales
	@tests/torture.sh '$(MAKE)' $(TORTURE)

.PHONY: torture $(TORTURE)
