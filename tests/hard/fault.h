/* fault.h - what the shim that fails calls and the programs that load it agree on. */
#ifndef RUNG_TESTS_FAULT_H
#define RUNG_TESTS_FAULT_H

/* Calls that fail for the same reasons are counted together.  FAMILY(id, "name", the error they fail with) */
#define FAULT_FAMILIES \
  FAMILY(ALLOC, "alloc", ENOMEM) \
  FAMILY(READ, "read", EIO) \
  FAMILY(WRITE, "write", ENOSPC) \
  FAMILY(SYNC, "sync", EIO) \
  FAMILY(OPEN, "open", EMFILE) \
  FAMILY(MAKE, "make", EROFS) \
  FAMILY(NAME, "name", EACCES) \
  FAMILY(REMOVE, "remove", EBUSY) \
  FAMILY(CLOSE, "close", EIO) \
  FAMILY(LOOK, "look", EIO) \
  FAMILY(THREAD, "thread", EAGAIN)

enum fault_family {
#define FAMILY(id, name, error) FAULT_##id,
  FAULT_FAMILIES
#undef FAMILY
  FAULT_FAMILY_COUNT
};

/* FAULT is "FAMILY NTH LAST WHAT": the calls NTH to LAST of a family (or of "any" but alloc) fail with the error of
   their family.  WHAT is 0, or a signal that is raised instead; the call then goes on, if anybody is left to go on.
   FAULT_BYTES=n lets a read or write move n bytes at most, FAULT_INTERRUPT=1 has each that may be interrupted say so
   every other time.  FAULT_PAGE is the descriptor of a file in memory that gets this: */
struct fault_page {
  unsigned calls[FAULT_FAMILY_COUNT];
  unsigned any;               /* all of them but alloc */
  unsigned hits;
};

#endif
