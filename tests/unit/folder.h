/* folder.h: a fresh folder for one test, and a look at what is in it. Permissions mean
 * nothing to root, so a test of them first becomes nobody. */
#ifndef TEST_FOLDER_H
#define TEST_FOLDER_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  char path[PATH_MAX / 2];
  int fd;
} folder;

static inline folder folder_new(void)
{
  folder f;
  const char *base = getenv("TMPDIR");
  snprintf(f.path, sizeof f.path, "%s/zicha-test-XXXXXX", base != NULL ? base : "/tmp");
  cr_assert(mkdtemp(f.path) != NULL, "no folder for temporary files");
  f.fd = open(f.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cr_assert(f.fd >= 0);
  return f;
}

static inline int folder_remove_entry(const char *path, const struct stat *about,
                                      int kind, struct FTW *level)
{
  (void)about, (void)kind, (void)level;
  return remove(path);
}

static inline void folder_free(folder *f)
{
  close(f->fd);
  nftw(f->path, folder_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* The path of a name in it, good until the next but three. */
static inline const char *folder_path(const folder *f, const char *name)
{
  static char rooms[4][PATH_MAX];
  static int next;
  char *room = rooms[next++ % 4];
  snprintf(room, PATH_MAX, "%s/%s", f->path, name);
  return room;
}

static inline void folder_put(const folder *f, const char *name, const char *text)
{
  FILE *file = fopen(folder_path(f, name), "w");
  cr_assert(file != NULL);
  cr_assert(fputs(text, file) >= 0);
  cr_assert(fclose(file) == 0);
}

static inline void folder_make(const folder *f, const char *name)
{
  cr_assert(mkdirat(f->fd, name, 0777) == 0, "%s", name);
}

/* The text of a small file, or "" for one that is not there; good until the next. */
static inline char *folder_text(const folder *f, const char *name)
{
  static char room[4096];
  FILE *file = fopen(folder_path(f, name), "r");
  size_t size = file == NULL ? 0 : fread(room, 1, sizeof room - 1, file);
  room[size] = '\0';
  if (file != NULL)
    fclose(file);
  return room;
}

/* Entries, hidden ones too. */
static inline size_t folder_count(const folder *f)
{
  size_t count = 0;
  DIR *entries = opendir(f->path);
  cr_assert(entries != NULL);
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
    count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
  closedir(entries);
  return count;
}

static inline mode_t folder_mode(const folder *f, const char *name)
{
  struct stat about;
  cr_assert(fstatat(f->fd, name, &about, AT_SYMLINK_NOFOLLOW) == 0, "%s", name);
  return about.st_mode & 07777;
}

/* Gives the folder away and goes on as its new owner. The folder is left behind if
 * nobody may not write beside it, so the place must be one where everybody can. */
static inline void folder_as_nobody(const folder *f)
{
  if (geteuid() != 0)
    return;
  cr_assert(fchown(f->fd, 65534, 65534) == 0);
  cr_assert(setegid(65534) == 0 && seteuid(65534) == 0);
}

/* Root again, where it was root, so that everything can be removed. */
static inline void folder_as_before(void)
{
  if (getuid() == 0)
    cr_assert(seteuid(0) == 0 && setegid(0) == 0);
}

/* Descriptors that this process holds: what a call opened it must close. */
static inline size_t open_descriptors(void)
{
  size_t count = 0;
  for (int fd = 0; fd < 1024; fd++)
    count += fcntl(fd, F_GETFD) != -1;
  return count;
}

#endif
