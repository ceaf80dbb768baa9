/* skipped.h - tests that can't be made here, which are counted as such. */
#ifndef RUNG_TESTS_SKIPPED_H
#define RUNG_TESTS_SKIPPED_H

/* The test that is running returns at once. */
void skip_test(const char *why);

#endif
