/* fake.h: evaluators that misbehave: shell scripts in a folder of the test's own. What
 * they send lies ready in files, because frames hold bytes that a script cannot hold. */
#ifndef TEST_FAKE_H
#define TEST_FAKE_H

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "value/frame.h"

static char fake_folder[64];
static char fake_program[100];

static inline void fake_write(const char *name, const void *data, size_t size)
{
  char path[200];
  snprintf(path, sizeof path, "%s/%s", fake_folder, name);
  FILE *file = fopen(path, "w");
  cr_assert(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

/* Frames of these JSON texts, in a file that a script may `cat`. */
static inline void fake_frames(const char *name, const char *const *texts)
{
  zc_buffer out = {0};
  for (; *texts != NULL; texts++) {
    size_t size = strlen(*texts);
    unsigned char head[ZC_FRAME_HEAD] = {size & 0xff, size >> 8 & 0xff, size >> 16, 0};
    zc_buffer_add(&out, head, sizeof head);
    zc_buffer_text(&out, *texts);
  }
  fake_write(name, out.data, out.size);
  zc_buffer_free(&out);
}

#define FRAMES(name, ...) fake_frames(name, (const char *const[]){__VA_ARGS__, NULL})

/* The script runs in the folder; `hello` is a greeting that it may cat. */
static inline const char *fake_evaluator(const char *script)
{
  zc_buffer text = {0};
  zc_buffer_print(&text, "#!/bin/sh\ncd %s\n%s\n", fake_folder, script);
  FRAMES("hello", "{\"hello\":\"full\"}");
  fake_write("evaluator", text.data, text.size);
  zc_buffer_free(&text);
  snprintf(fake_program, sizeof fake_program, "%s/evaluator", fake_folder);
  cr_assert(eq(int, chmod(fake_program, 0700), 0));
  return fake_program;
}

static inline void fake_begin(void)
{
  snprintf(fake_folder, sizeof fake_folder, "/tmp/zicha-test-XXXXXX");
  cr_assert(mkdtemp(fake_folder) != NULL);
  signal(SIGPIPE, SIG_IGN); /* as the program does */
}

static inline void fake_end(void)
{
  DIR *folder = opendir(fake_folder);
  struct dirent *entry;
  while (folder != NULL && (entry = readdir(folder)) != NULL) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", fake_folder, entry->d_name);
    unlink(path);
  }
  if (folder != NULL)
    closedir(folder);
  rmdir(fake_folder);
}

/* What a script has written; owned, "" when there is nothing. NUL bytes become dots, so
 * that a text comes of frames, too. */
static inline char *fake_read(const char *name)
{
  char path[200], piece[4096];
  zc_buffer text = {0};
  size_t got;
  snprintf(path, sizeof path, "%s/%s", fake_folder, name);
  FILE *file = fopen(path, "r");
  zc_buffer_text(&text, "");
  while (file != NULL && (got = fread(piece, 1, sizeof piece, file)) > 0)
    for (size_t i = 0; i < got; i++)
      zc_buffer_char(&text, piece[i] == '\0' ? '.' : piece[i]);
  if (file != NULL)
    fclose(file);
  return text.data != NULL ? zc_buffer_take(&text) : strdup("");
}

static inline int open_descriptors(void)
{
  int count = 0;
  DIR *folder = opendir("/proc/self/fd");
  while (folder != NULL && readdir(folder) != NULL)
    count++;
  if (folder != NULL)
    closedir(folder);
  return count;
}

/* Nobody is left to be waited for. */
static inline bool no_children(void)
{
  return waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
}

#endif
