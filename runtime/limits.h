/* limits.h - what a program, a row and a rule file may be at most.  Each is tested on both sides. */
#ifndef RUNG_LIMITS_H
#define RUNG_LIMITS_H

enum {
  LIMIT_NESTING = 200,                /* of an expression */
  LIMIT_NAME = 255,                   /* bytes of a name */
  LIMIT_TEXT = 1 << 20,               /* bytes of a text literal */
  LIMIT_SOURCE = 256 << 20,           /* bytes of a rule file, or of a file behind `in file` */
  LIMIT_PATTERN = 10000,              /* bytes of a regular expression */
  LIMIT_RULES = 1000000,              /* rules and arms */
  LIMIT_CAMPAIGNS = 10000,
  LIMIT_CAMPAIGN_LABELS = 100000,     /* of all of them: one for each channel and variant */
  LIMIT_REGISTERS = 4000000,
  LIMIT_TABLES = 100,                 /* of a program: the customers and what is joined to them */
  LIMIT_STAGES = 1000,                /* a table each, and one for each depth of populations and limits in each other */
  LIMIT_PROGRAM = 1 << 30,            /* bytes of a program file */
  LIMIT_COLUMNS = 65535,              /* of a dump */
  LIMIT_BATCH = 65536,                /* rows */
  LIMIT_ROW_DEFAULT = 16 << 20,       /* bytes of a row */
  LIMIT_REPORTED_CELLS = 20,
  LIMIT_REGEX_NESTING = 32,           /* of parentheses; PCRE2 compiles them by recursion */
  LIMIT_REGEX_MATCH = 100000,         /* PCRE2 match limit a cell */
  LIMIT_REGEX_DEPTH = 1000,           /* PCRE2 depth limit; bounds its heap */
  LIMIT_REGEX_HEAP = 64 << 10,        /* KiB of it: the frame of a pattern with many groups is large */
  LIMIT_SESSION = 4096                /* MiB of registers */
};

#endif
