/* cmd_author.h - the author's subcommands: those that know the compiler. */
#ifndef RUNGC_CMD_AUTHOR_H
#define RUNGC_CMD_AUTHOR_H

#include "cmd.h"
#include "rungc.h"

/* How to compile what `presets` (may be NULL) stand before. */
struct rungc_options author_options(const struct cmd_presets *presets);
/* Compiles `text` and tells the messages on standard error; *compilation is NULL only when memory is out. */
enum rung_status author_compile(struct rung_text file, struct rung_text text, const struct cmd_presets *presets,
                                bool coverage, rungc_compilation **compilation);
/* Tells the messages on standard error, the warnings only when they are the `least`; NULL has none. */
void author_tell(const rungc_compilation *compilation, enum rungc_severity least);

enum rung_status cmd_check(const struct cmd_args *args);
enum rung_status cmd_compile(const struct cmd_args *args);
enum rung_status cmd_test(const struct cmd_args *args);

#endif
