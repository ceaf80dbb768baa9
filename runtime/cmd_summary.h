/* cmd_summary.h - the pieces of what people are told of a run. */
#ifndef RUNG_CMD_SUMMARY_H
#define RUNG_CMD_SUMMARY_H

#include <string.h>

#include "cmd.h"

/* A title, then lines beside it. */
struct cmd_layout {
  size_t title;             /* width of the titles */
  size_t label;             /* of labels */
  size_t number;            /* of counts */
  uint64_t rows;            /* all of them, for shares */
};

enum { CMD_NUMBER_ROOM = 28 };

/* What is found of fewer customers could be what one of them has. */
enum { CMD_CUSTOMERS_LEAST = 10 };
static inline bool cmd_shows_threshold(const struct cmd_run *run, const struct rung_threshold *found) {
  return found->customers >= CMD_CUSTOMERS_LEAST || run->args->value[CMD_SCORE_SHOW_VALUES];
}
/* The same of a guard's value, which is one of customers in a sum only. */
static inline bool cmd_shows_guard(const char *function, const struct rung_guard_result *result, bool values) {
  return strcmp(function, "sum") != 0 || result->summands >= CMD_CUSTOMERS_LEAST || values;
}

const char *cmd_number(char room[static CMD_NUMBER_ROOM], uint64_t value); /* 1,234,567 */
/* Rule text on one line: what is blank between words becomes one blank. */
void cmd_say_source(struct rung_text source);
void cmd_say_title(const struct cmd_layout *layout, struct rung_text title);
/* "regular     2,010   46.0%" */
void cmd_say_count(const struct cmd_layout *layout, struct rung_text name, uint64_t rows);

/* -- cmd_campaigns.c -- */

bool cmd_campaign_label(const rung_program *program, size_t label); /* it is one of a campaign's */
/* What became of those eligible for each campaign, and what each guard came to. */
void cmd_say_campaigns(const struct cmd_run *run, const struct cmd_layout *layout);
void cmd_say_guards(const struct cmd_run *run, const struct cmd_layout *layout);

#endif
