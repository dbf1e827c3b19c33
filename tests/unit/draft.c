/* Files written piece by piece: in place after the commit, and not before. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/file.h"
#include "folder.h"

static zc_draft *begun(const folder *f, const char *path)
{
  zc_err err;
  zc_draft *draft;
  cr_assert(eq(int, zc_draft_begin(f->fd, path, 0640, &draft, &err), ZC_OK));
  return draft;
}

static zc_code add(zc_draft *draft, const char *text)
{
  zc_err err;
  return zc_draft_add(draft, text, strlen(text), &err);
}

Test(draft, pieces_become_a_file_with_its_mode_at_the_commit)
{
  folder f = folder_new();
  zc_err err;
  umask(022);
  folder_put(&f, "a", "old");
  zc_draft *draft = begun(&f, "a");
  cr_expect(eq(int, add(draft, "one "), ZC_OK));
  cr_expect(eq(int, add(draft, ""), ZC_OK));
  cr_expect(eq(int, add(draft, "two"), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"old"));
  cr_expect(eq(int, zc_draft_commit(draft, &err), ZC_OK));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"one two"));
  cr_expect(eq(int, (int)folder_mode(&f, "a"), 0640));
  cr_expect(eq(sz, folder_count(&f), 1));
  folder_free(&f);
}

Test(draft, a_dropped_draft_leaves_the_old_file_and_nothing_else)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  folder_put(&f, "a", "old");
  zc_draft *draft = begun(&f, "a");
  cr_expect(eq(int, add(draft, "new"), ZC_OK));
  zc_draft_drop(draft);
  zc_draft_drop(NULL);
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 1));
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

/* Even when the disk has room again for the next piece. */
Test(draft, what_missed_a_piece_is_not_committed)
{
  folder f = folder_new();
  size_t before = open_descriptors();
  zc_err err;
  char large[5000];
  memset(large, 'x', sizeof large);
  folder_put(&f, "a", "old");
  signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit;
  cr_assert(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  rlim_t most = limit.rlim_max;
  zc_draft *draft = begun(&f, "a");
  limit.rlim_cur = 100;
  cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  cr_expect(eq(int, zc_draft_add(draft, large, sizeof large, &err), ZC_EIO));
  cr_expect(eq(str, (char *)zc_err_argument(&err, "path"), (char *)"a"));
  limit.rlim_cur = most;
  cr_assert(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  cr_expect(eq(int, add(draft, "more"), ZC_OK));
  cr_expect(eq(int, zc_draft_commit(draft, &err), ZC_EIO));
  cr_expect(eq(str, folder_text(&f, "a"), (char *)"old"));
  cr_expect(eq(sz, folder_count(&f), 1));
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

Test(draft, a_draft_that_cannot_begin_leaves_nothing)
{
  static const char *const paths[] = {"../a", "", "in/", ".", "/a"};
  folder f = folder_new();
  size_t before = open_descriptors();
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
    zc_err err;
    zc_draft *draft;
    cr_expect(ne(int, zc_draft_begin(f.fd, paths[i], 0600, &draft, &err), ZC_OK));
    cr_expect(eq(ptr, draft, NULL), "«%s»", paths[i]);
  }
  cr_expect(eq(sz, open_descriptors(), before));
  folder_free(&f);
}

Test(draft, a_sweep_removes_what_a_killed_process_left_and_no_draft_of_a_living_one)
{
  folder f = folder_new();
  pid_t child = fork();
  if (child == 0) {
    begun(&f, "in/report.xlsx");
    _exit(0);
  }
  int status;
  cr_assert(waitpid(child, &status, 0) == child && status == 0);
  folder in = f;
  snprintf(in.path, sizeof in.path, "%s", folder_path(&f, "in"));
  zc_draft *own = begun(&f, "in/report.xlsx");
  cr_assert(eq(sz, folder_count(&in), 2));
  zc_drafts_sweep(f.fd, "in");
  cr_expect(eq(sz, folder_count(&in), 1));
  zc_draft_drop(own);
  cr_expect(eq(sz, folder_count(&in), 0));
  folder_free(&f);
}
