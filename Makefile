# Rung.  `make` builds build/rung; `make demo` and `make test` install what is missing first.
# MODE is release, debug, asan, tsan, coverage or fuzz; each has its own folder under build/.

MODE ?= release
ifeq ($(origin CC),default)
CC := gcc
endif
BISON ?= bison
FLEX ?= flex
OBJCOPY ?= objcopy
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib

# What the build and the tests need from Debian, beside gcc and make.
PACKAGES := flex bison pkg-config libc6-dev uthash-dev libcunit1-dev libpcre2-dev libutf8proc-dev libxxhash-dev \
            zlib1g-dev libzstd-dev nettle-dev libjansson-dev libsqlite3-dev

VERSION := $(shell sed -n 's/^.define RUNG_VERSION "\(.*\)"/\1/p' runtime/rung.h)
SOVERSION := $(firstword $(subst ., ,$(VERSION)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wvla -Wundef -Wcast-qual \
            -Wformat=2
ifdef WERROR
WARNINGS += -Werror
endif

FLAGS_release := -O2 -DNDEBUG
FLAGS_debug   := -O0
FLAGS_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -fsanitize=thread
FLAGS_coverage := -O0 --coverage -fprofile-update=atomic
FLAGS_fuzz    := -O1 -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer
ifndef FLAGS_$(MODE)
$(error MODE=$(MODE) is none of release, debug, asan, tsan, coverage, fuzz)
endif

B := build/$(MODE)
CFLAGS := -std=gnu11 -g -fPIC -fvisibility=hidden $(FLAGS_$(MODE)) $(WARNINGS) $(EXTRA_CFLAGS)
LDFLAGS += $(filter -fsanitize=% --coverage,$(FLAGS_$(MODE)))

# The runtime never knows the compiler: it is compiled without a path to its headers.  Only "..." looks in our
# folders, so that our limits.h and regex.h do not stand in for the system's.
RUNTIME_CPPFLAGS  := -D_GNU_SOURCE -iquote runtime
COMPILER_CPPFLAGS := $(RUNTIME_CPPFLAGS) -iquote compiler -iquote $(B)/gen

# Sources by part.  A file named cmd_*.c is a subcommand; everything else in a folder is its library.
CMD_SRC      := compiler/main.c $(wildcard runtime/cmd_*.c compiler/cmd_*.c)
RUNTIME_SRC  := $(filter-out $(CMD_SRC),$(wildcard runtime/*.c))
COMPILER_SRC := $(filter-out $(CMD_SRC),$(wildcard compiler/*.c))
UNIT_SRC     := $(wildcard tests/unit/*.c)
GEN_OBJ      := $(B)/gen/parser.o $(B)/gen/lexer.o

RUNTIME_OBJ  := $(RUNTIME_SRC:%.c=$(B)/%.o)
COMPILER_OBJ := $(COMPILER_SRC:%.c=$(B)/%.o) $(GEN_OBJ)
CMD_OBJ      := $(CMD_SRC:%.c=$(B)/%.o)
UNIT_OBJ     := $(UNIT_SRC:%.c=$(B)/%.o)

RUNTIME_LIBS  := -lpcre2-8 -lutf8proc -lxxhash -lz -lzstd -lnettle -pthread
COMPILER_LIBS := -lpcre2-8 -lutf8proc -lxxhash
CMD_LIBS      := -ljansson

LIBS := $(B)/librung.a $(B)/librungc.a $(B)/librung.so $(B)/librungc.so

# Says what is made in a word; V=1 shows whole commands.
run = $(if $(V),,@echo '  $1  $@';)

all: $(B)/rung
ifeq ($(B),build/release)
all: build/rung
build/rung: $(B)/rung
	@ln -sf release/rung $@
endif

libs: $(LIBS)

$(B)/rung: $(CMD_OBJ) $(COMPILER_OBJ) $(RUNTIME_OBJ)
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ $(RUNTIME_LIBS) $(COMPILER_LIBS) $(CMD_LIBS)

$(B)/unit: $(UNIT_OBJ) $(COMPILER_OBJ) $(RUNTIME_OBJ)
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^ -lcunit -ljansson $(RUNTIME_LIBS) $(COMPILER_LIBS)

# -- Objects ---------------------------------------------------------------------

# Objects depend on the flags they were made with.
FLAGS_NOW := $(CC) $(CFLAGS) $(CPPFLAGS)
$(B)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' | cmp -s - $@ || echo '$(FLAGS_NOW)' >$@

$(B)/runtime/%.o: runtime/%.c $(B)/flags
	@mkdir -p $(@D)
	$(call run,CC   )$(CC) $(RUNTIME_CPPFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call run,CC   )$(CC) $(COMPILER_CPPFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Bison reads one file; its messages and the debugger still speak of the parts.
$(B)/gen/parser.y: compiler/parser.y compiler/expressions.y
	@mkdir -p $(@D)
	@awk 'FNR == 1 { print "#line 1 \"" FILENAME "\"" } { print }' $^ >$@

$(B)/gen/parser.c $(B)/gen/parser.h &: $(B)/gen/parser.y
	$(call run,BISON)$(BISON) -Wall -Werror -Wno-error=deprecated --header=$(B)/gen/parser.h -o $(B)/gen/parser.c $<

$(B)/gen/lexer.c $(B)/gen/lexer.h &: compiler/lexer.l
	@mkdir -p $(@D)
	$(call run,FLEX )$(FLEX) --header-file=$(B)/gen/lexer.h -o $(B)/gen/lexer.c $<

# Generated code answers to its generators, not to our warning set.
$(B)/gen/%.o: $(B)/gen/%.c $(B)/gen/parser.h $(B)/gen/lexer.h $(B)/flags
	$(call run,CC   )$(CC) $(COMPILER_CPPFLAGS) $(CPPFLAGS) $(filter-out $(WARNINGS),$(CFLAGS)) -MMD -MP -c -o $@ $<

$(COMPILER_SRC:%.c=$(B)/%.o) $(UNIT_OBJ): | $(B)/gen/parser.h $(B)/gen/lexer.h

# -- Libraries -------------------------------------------------------------------

# A static library is one object whose hidden names are made local, so that they never meet those of a host program.
$(B)/librung.a: $(RUNTIME_OBJ)
$(B)/librungc.a: $(COMPILER_OBJ)
$(B)/lib%.a:
	$(call run,AR   )$(LD) -r -o $(@:.a=.all.o) $^ && $(OBJCOPY) --localize-hidden $(@:.a=.all.o) && \
	  rm -f $@ && $(AR) rcs $@ $(@:.a=.all.o)

# Sanitizers leave symbols for the host program to bring.
ifeq ($(filter -fsanitize=%,$(CFLAGS)),)
NO_UNDEFINED := -Wl,-z,defs
endif

$(B)/librung.so: $(RUNTIME_OBJ)
	$(call run,LINK )$(CC) $(LDFLAGS) -shared $(NO_UNDEFINED) -Wl,-soname,librung.so.$(SOVERSION) -o $@.$(VERSION) $^ \
	  $(RUNTIME_LIBS)
	@ln -sf $(@F).$(VERSION) $@.$(SOVERSION)
	@ln -sf $(@F).$(SOVERSION) $@

$(B)/librungc.so: $(COMPILER_OBJ) | $(B)/librung.so
	$(call run,LINK )$(CC) $(LDFLAGS) -shared $(NO_UNDEFINED) -Wl,-soname,librungc.so.$(SOVERSION) -o $@.$(VERSION) $^ \
	  -L$(B) -lrung $(COMPILER_LIBS)
	@ln -sf $(@F).$(VERSION) $@.$(SOVERSION)
	@ln -sf $(@F).$(SOVERSION) $@

# -- Install -----------------------------------------------------------------------

$(B)/rung.pc: NAME = rung
$(B)/rung.pc: DESCRIPTION = apply compiled customer rules to rows
$(B)/rung.pc: PRIVATE = $(RUNTIME_LIBS)
$(B)/rungc.pc: NAME = rungc
$(B)/rungc.pc: DESCRIPTION = compile customer rules for librung
$(B)/rungc.pc: REQUIRES = rung = $(VERSION)
$(B)/rungc.pc: PRIVATE = $(COMPILER_LIBS)
$(B)/rung.pc $(B)/rungc.pc: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' 'includedir=$${prefix}/include' '' 'Name: $(NAME)' \
	  'Description: $(DESCRIPTION)' 'Version: $(VERSION)' 'Requires: $(REQUIRES)' 'Cflags: -I$${includedir}' \
	  'Libs: -L$${libdir} -l$(NAME)' 'Libs.private: $(PRIVATE)' >$@

D_BIN  := $(DESTDIR)$(PREFIX)/bin
D_LIB  := $(DESTDIR)$(LIBDIR)
D_INC  := $(DESTDIR)$(PREFIX)/include
D_MAN  := $(DESTDIR)$(PREFIX)/share/man/man1
D_COMP := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
D_RULE := $(DESTDIR)$(PREFIX)/share/rung/rules

install: $(B)/rung $(LIBS) $(B)/rung.pc $(B)/rungc.pc
	install -d $(D_BIN) $(D_LIB)/pkgconfig $(D_INC) $(D_MAN) $(D_COMP) $(D_RULE)/presets
	install -m 755 $(B)/rung $(D_BIN)
	install -m 644 $(B)/librung.a $(B)/librungc.a $(D_LIB)
	for lib in librung librungc; do \
	  install -m 755 $(B)/$$lib.so.$(VERSION) $(D_LIB) && \
	  ln -sf $$lib.so.$(VERSION) $(D_LIB)/$$lib.so.$(SOVERSION) && \
	  ln -sf $$lib.so.$(SOVERSION) $(D_LIB)/$$lib.so || exit 1; done
	install -m 644 $(B)/rung.pc $(B)/rungc.pc $(D_LIB)/pkgconfig
	install -m 644 runtime/rung.h compiler/rungc.h $(D_INC)
	install -m 644 runtime/man/rung.1 $(D_MAN)
	install -m 644 runtime/completion/rung $(D_COMP)
	install -m 644 $(wildcard rules/*.*) $(D_RULE)
	install -m 644 $(wildcard rules/presets/*.*) $(D_RULE)/presets
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || ldconfig

uninstall:
	rm -f $(D_BIN)/rung $(D_INC)/rung.h $(D_INC)/rungc.h $(D_MAN)/rung.1 $(D_COMP)/rung
	rm -f $(D_LIB)/librung.a $(D_LIB)/librungc.a $(D_LIB)/pkgconfig/rung.pc $(D_LIB)/pkgconfig/rungc.pc
	rm -f $(D_LIB)/librung.so $(D_LIB)/librung.so.* $(D_LIB)/librungc.so $(D_LIB)/librungc.so.*
	rm -rf $(DESTDIR)$(PREFIX)/share/rung

# -- For people ----------------------------------------------------------------------

# Installs the Debian packages that are missing.  DRY_RUN=1 only says what it would do.
setup:
	@DRY_RUN=$(DRY_RUN) .ci/install-packages $(PACKAGES)

demo: setup
	@$(MAKE) --no-print-directory run-demo

DEMO := rules/lifecycle.rung samples/shop/customers.csv --today 2026-11-21 --slim

run-demo: all
	@echo
	@echo "$$ rung score $(DEMO) -o $(B)/demo.csv"
	@$(B)/rung score $(DEMO) -o $(B)/demo.csv
	@echo
	@echo "The first rows of $(B)/demo.csv:"
	@head -n 7 $(B)/demo.csv

# Made dumps of any size: $(B)/samples/generate 1000000 >big.csv
generate: $(B)/samples/generate
$(B)/samples/generate: $(B)/samples/generate.o
	$(call run,LINK )$(CC) $(LDFLAGS) -o $@ $^

VALGRIND := valgrind --quiet --leak-check=full --show-leak-kinds=all --error-exitcode=9
MISSION := orders >= 3 → regular; days_since_last > 90 → churning; lost_count >= 2 → no_winback

valgrind: $(B)/rung $(B)/samples/generate
	@if ! command -v valgrind >/dev/null; then echo "valgrind is not installed: sudo apt-get install valgrind"; else \
	  echo '$(MISSION)' >$(B)/mission.rung && $(B)/samples/generate 3000 >$(B)/generated.csv && \
	  $(VALGRIND) $(B)/rung score $(DEMO) -q -o $(B)/valgrind.csv && \
	  $(VALGRIND) $(B)/rung score $(B)/mission.rung $(B)/generated.csv -q -o $(B)/valgrind.csv && \
	  $(VALGRIND) $(B)/rung score $(B)/mission.rung $(B)/generated.csv -q --format jsonl >/dev/null && \
	  echo "valgrind: silent"; fi

# -- Tests -----------------------------------------------------------------------------

test: setup
	@$(MAKE) --no-print-directory check
	@echo "All tests passed ($(MODE))."

# Every test, when all packages are there: those of tests/tests.mk and these, counted together.
CHECKS := check-setup check-includes check-symbols check-language check-manual check-samples check-ideas check-embed
check: all-tests

check-setup:
	@tests/build/setup.sh

check-includes: $(RUNTIME_OBJ)
	@tests/build/includes.sh

check-symbols: $(LIBS)
	@tests/build/symbols.sh $(B)

check-language: $(B)/rung
	@tests/build/language.sh $(B)/rung rules/LANGUAGE.md rules/TUTORIAL.md README.md

check-manual: $(B)/rung
	@tests/build/manual.sh $(B)/rung

check-samples: $(B)/rung
	@tests/build/samples.sh $(B)/rung

check-ideas: $(B)/rung
	@tests/build/ideas.sh $(B)/rung

check-embed: $(B)/rung $(LIBS)
	@MAKE='$(MAKE)' CC='$(CC)' SANITIZE='$(filter -fsanitize=% --coverage,$(CFLAGS))' tests/build/embed.sh

# The opcode manual.
opcodes:
	@awk -f runtime/man/opcodes.awk runtime/opcodes.def

clean:
	rm -rf build

FORCE:
.PHONY: all libs install uninstall setup demo run-demo generate valgrind opcodes clean FORCE test check $(CHECKS)

-include tests/tests.mk
-include tests/hard/hard.mk
-include tests/torture.mk
-include tests/coverage.mk
-include tests/fuzz/fuzz.mk
-include tests/bench/bench.mk
-include $(RUNTIME_OBJ:.o=.d) $(COMPILER_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT_OBJ:.o=.d) \
         $(B)/samples/generate.d
