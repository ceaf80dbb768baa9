# Rung.  `make` builds build/rung; `make demo` and `make test` install what is missing first.
# MODE is release, debug, asan or tsan; each has its own folder under build/.

MODE ?= release
CC ?= gcc
BISON ?= bison
FLEX ?= flex
PREFIX ?= /usr/local

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion -Wvla -Wundef -Wcast-qual -Wformat=2
ifdef WERROR
WARNINGS += -Werror
endif

FLAGS_release := -O2 -DNDEBUG
FLAGS_debug   := -O0
FLAGS_asan    := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -fsanitize=thread

B := build/$(MODE)
CPPFLAGS += -D_GNU_SOURCE -Iruntime -Icompiler -I$(B)/gen
CFLAGS := -std=gnu11 -g -fPIC -fvisibility=hidden $(FLAGS_$(MODE)) $(WARNINGS) $(EXTRA_CFLAGS)
LDFLAGS += $(filter -fsanitize=%,$(FLAGS_$(MODE)))

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

RUNTIME_LIBS  := -lpcre2-8 -lutf8proc -lxxhash -lz -lzstd
COMPILER_LIBS := -lpcre2-8 -lutf8proc -lxxhash
CMD_LIBS      := -ljansson

all: $(B)/rung
ifeq ($(MODE),release)
all: build/rung
build/rung: $(B)/rung
	ln -sf release/rung $@
endif

$(B)/rung: $(CMD_OBJ) $(COMPILER_OBJ) $(RUNTIME_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ $(RUNTIME_LIBS) $(COMPILER_LIBS) $(CMD_LIBS)

$(B)/unit: $(UNIT_OBJ) $(COMPILER_OBJ) $(RUNTIME_OBJ)
	$(CC) $(LDFLAGS) -o $@ $^ -lcunit $(RUNTIME_LIBS) $(COMPILER_LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/parser.c $(B)/gen/parser.h &: compiler/parser.y
	@mkdir -p $(@D)
	$(BISON) -Wall -Werror -Wno-error=deprecated --header=$(B)/gen/parser.h -o $(B)/gen/parser.c $<

$(B)/gen/lexer.c $(B)/gen/lexer.h &: compiler/lexer.l
	@mkdir -p $(@D)
	$(FLEX) --header-file=$(B)/gen/lexer.h -o $(B)/gen/lexer.c $<

# Generated code answers to its generators, not to our warning set.
$(B)/gen/%.o: $(B)/gen/%.c $(B)/gen/parser.h $(B)/gen/lexer.h
	$(CC) $(CPPFLAGS) $(filter-out $(WARNINGS),$(CFLAGS)) -MMD -MP -c -o $@ $<

$(COMPILER_SRC:%.c=$(B)/%.o): | $(B)/gen/parser.h $(B)/gen/lexer.h

clean:
	rm -rf build

.PHONY: all clean
-include $(RUNTIME_OBJ:.o=.d) $(COMPILER_OBJ:.o=.d) $(CMD_OBJ:.o=.d) $(UNIT_OBJ:.o=.d)
