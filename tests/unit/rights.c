/* rights.c - what a file may be for others that takes the place of another. */
#include "rights.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "skipped.h"

#define LIST "system.posix_acl_access"

/* As acl(5) and the kernel's posix_acl_xattr.h have it: the owner and user 1000 may read and write, the group nothing. */
static const unsigned char list[] = {
    2, 0, 0, 0,                           /* version */
    0x01, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* owner */
    0x02, 0, 6, 0, 0xe8, 0x03, 0, 0,      /* user 1000 */
    0x04, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, /* group */
    0x10, 0, 6, 0, 0xff, 0xff, 0xff, 0xff, /* mask */
    0x20, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, /* others */
};

static void access_lists(void) {
  char former_path[] = "/var/tmp/rung-former-XXXXXX", made_path[] = "/var/tmp/rung-made-XXXXXX";
  unsigned char kept[sizeof list + 1];
  struct stat former, made;
  int old = mkstemp(former_path), file = mkstemp(made_path);
  CU_ASSERT_FATAL(old >= 0 && file >= 0);
  if (fsetxattr(old, LIST, list, sizeof list, 0)) {
    skip_test("the file system of /var/tmp has no access control lists");
  } else {
    CU_ASSERT_EQUAL_FATAL(fstat(old, &former), 0);
    CU_ASSERT_EQUAL(former.st_mode & 0777, 0660); /* which is the mask's, not the group's */
    mode_t mode = rights_keep(file, former_path, &former, former.st_mode & 0666);
    CU_ASSERT_EQUAL(rights_set(file, 0600, mode), 0);
    CU_ASSERT_EQUAL(fgetxattr(file, LIST, kept, sizeof kept), sizeof list);
    CU_ASSERT_EQUAL(memcmp(kept, list, sizeof list), 0);
    /* For its owner alone, whatever the list had. */
    CU_ASSERT_EQUAL(fchmod(file, 0600), 0);
    mode = rights_keep(file, former_path, &former, 0600);
    CU_ASSERT_EQUAL(rights_set(file, 0600, mode), 0);
    CU_ASSERT_EQUAL_FATAL(fstat(file, &made), 0);
    CU_ASSERT_EQUAL(made.st_mode & 0777, 0600);
    /* Without a list, none stays that the folder gave. */
    CU_ASSERT_EQUAL(fremovexattr(old, LIST), 0);
    CU_ASSERT_EQUAL(fchmod(old, 0640), 0);
    CU_ASSERT_EQUAL_FATAL(fstat(old, &former), 0);
    mode = rights_keep(file, former_path, &former, former.st_mode & 0666);
    CU_ASSERT_EQUAL(rights_set(file, 0600, mode), 0);
    CU_ASSERT(fgetxattr(file, LIST, kept, sizeof kept) < 0 && errno == ENODATA);
    CU_ASSERT_EQUAL_FATAL(fstat(file, &made), 0);
    CU_ASSERT_EQUAL(made.st_mode & 0777, 0640);
  }
  close(old);
  close(file);
  unlink(former_path);
  unlink(made_path);
}

/* A list that can't be read might give the group nothing. */
static void unknown_lists(void) {
  struct stat former = {.st_mode = S_IFREG | 0664, .st_uid = geteuid(), .st_gid = getegid()};
  CU_ASSERT_EQUAL(rights_keep(-1, "/nowhere/at/all", &former, 0664), 0644);
}

void suite_rights(void);

void suite_rights(void) {
  CU_pSuite suite = CU_add_suite("rights", NULL, NULL);
  CU_add_test(suite, "access control lists", access_lists);
  CU_add_test(suite, "lists that can't be read", unknown_lists);
}
