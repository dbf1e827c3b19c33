/* Files are read ahead by several threads into a ring; the caller takes them out in the order of
 * the list, so that what is kept does not depend on who was faster. */
#include "office/reading.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"

#define RING 256 /* files that are read ahead */
#define THREADS_MOST 16
#define LARGEST (ZC_ZREP_FILE + 4096)

/* ---- one file ----------------------------------------------------------------------- */

static const char *last_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash == NULL ? path : slash + 1;
}

void zc_inbox_path(const char *digest, const char *kind, char path[ZC_INBOX_PATH])
{
  const char *ending = strcmp(kind, "office") == 0  ? "zrep"
                       : strcmp(kind, "paper") == 0 ? "csv"
                                                    : kind;
  snprintf(path, ZC_INBOX_PATH, "sha256/%.2s/%.64s.%.8s", digest, digest, ending);
}

/* What stands for a file that cannot be read: its name and size. */
static zc_code hash_name(const char *path, char digest[ZC_HASH_ROOM], zc_err *err)
{
  struct stat about;
  zc_buffer text = {0};
  long long size = stat(path, &about) == 0 ? (long long)about.st_size : -1;
  zc_buffer_print(&text, "unreadable %s %lld", last_name(path), size);
  zc_code code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digest, err);
  zc_buffer_free(&text);
  return code;
}

/* The signature that may stand beside a report. */
static zc_code read_beside(const char *path, zc_buffer *signature, zc_err *err)
{
  zc_err ignored;
  zc_buffer name = {0};
  zc_buffer_print(&name, "%s" ZC_SIGNATURE_SUFFIX, path);
  zc_code code = zc_buffer_check(&name, err);
  if (code == ZC_OK && access(name.data, F_OK) == 0 &&
      zc_file_read(name.data, ZC_SIGNATURE_FILE, signature, &ignored) != ZC_OK)
    zc_buffer_free(signature);
  zc_buffer_free(&name);
  return code;
}

static zc_code keep(int inbox, const zc_facts *facts, const zc_buffer *text,
                    const zc_buffer *signature, zc_err *err)
{
  char path[ZC_INBOX_PATH], beside[ZC_INBOX_PATH + 16];
  const char *kind = facts->texts[ZC_TEXT_kind];
  if (inbox < 0 || strcmp(facts->texts[ZC_TEXT_fault], "unreadable") == 0)
    return ZC_OK;
  zc_inbox_path(facts->texts[ZC_TEXT_file], kind, path);
  zc_code code = zc_place_file(inbox, path, text->data, text->size, 0400, err);
  if (code != ZC_OK || signature->size == 0)
    return code;
  snprintf(beside, sizeof beside, "%s" ZC_SIGNATURE_SUFFIX, path);
  return zc_place_file(inbox, beside, signature->data, signature->size, 0400, err);
}

static bool is_report(const char *path)
{
  size_t size = strlen(path);
  return size > 3 && strcmp(path + size - 3, ".md") == 0;
}

/* A report's signature beside it is part of what was sent. */
static zc_code hash_all(const zc_buffer *text, const zc_buffer *signature,
                        char digest[ZC_HASH_ROOM], zc_err *err)
{
  if (signature->size == 0)
    return zc_hash_of(zc_text_or(text->data, ""), text->size, digest, err);
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  zc_hash_add(hash, text->data, text->size);
  zc_hash_add(hash, signature->data, signature->size);
  return zc_hash_finish(hash, digest, err);
}

typedef struct {
  const zc_known *known;
  const json_t *seen;
  int inbox;
} looking;

static zc_code read_text(const looking *l, zc_arena *scratch, zc_read_file *file,
                         const zc_buffer *text, const zc_buffer *signature, zc_err *err)
{
  zc_code code = hash_all(text, signature, file->digest, err);
  if (code != ZC_OK)
    return code;
  file->seen = json_object_get(l->seen, file->digest) != NULL;
  if (file->seen)
    return ZC_OK;
  const zc_sent sent = {last_name(file->path),
                        file->digest,
                        zc_text_or(text->data, ""),
                        text->size,
                        signature->data,
                        signature->size};
  code = zc_facts_read(&sent, l->known, scratch, &file->facts, err);
  if (code == ZC_OK) {
    code = keep(l->inbox, &file->facts, text, signature, err);
    if (code != ZC_OK)
      zc_facts_free(&file->facts);
  }
  return code;
}

static zc_code read_unreadable(const looking *l, zc_read_file *file, const zc_err *why,
                               zc_err *err)
{
  zc_code code = hash_name(file->path, file->digest, err);
  if (code != ZC_OK)
    return code;
  file->seen = json_object_get(l->seen, file->digest) != NULL;
  return file->seen ? ZC_OK
                    : zc_facts_unreadable(last_name(file->path), file->digest, why,
                                          &file->facts, err);
}

static zc_code read_one(const looking *l, zc_arena *scratch, const char *path,
                        zc_read_file *file, zc_err *err)
{
  zc_err why;
  zc_buffer text = {0}, signature = {0};
  *file = (zc_read_file){.path = path};
  zc_code code = is_report(path) ? read_beside(path, &signature, err) : ZC_OK;
  zc_code read = code == ZC_OK ? zc_file_read(path, LARGEST, &text, &why) : ZC_OK;
  if (code == ZC_OK && read == ZC_EINTERNAL)
    code = zc_fail_memory(err);
  else if (code == ZC_OK && read != ZC_OK)
    code = read_unreadable(l, file, &why, err);
  else if (code == ZC_OK)
    code = read_text(l, scratch, file, &text, &signature, err);
  zc_buffer_free(&text);
  zc_buffer_free(&signature);
  return code;
}

zc_code zc_inbox_read(int inbox, const char *digest, const char *kind, const char *name,
                      const zc_known *known, zc_facts *facts, zc_err *err)
{
  zc_arena scratch = {0};
  char path[ZC_INBOX_PATH], beside[ZC_INBOX_PATH + 16], own[ZC_HASH_ROOM];
  zc_err ignored;
  zc_buffer text = {0}, signature = {0};
  zc_inbox_path(digest, kind, path);
  snprintf(beside, sizeof beside, "%s" ZC_SIGNATURE_SUFFIX, path);
  zc_code code = zc_file_read_beneath(inbox, path, LARGEST, &text, err);
  if (code == ZC_OK && strcmp(kind, "md") == 0 &&
      zc_file_read_beneath(inbox, beside, ZC_SIGNATURE_FILE, &signature, &ignored) !=
          ZC_OK)
    zc_buffer_free(&signature);
  const zc_sent sent = {name,      digest,         zc_text_or(text.data, ""),
                        text.size, signature.data, signature.size};
  if (code == ZC_OK)
    code = hash_all(&text, &signature, own, err);
  if (code == ZC_OK && strcmp(own, digest) != 0)
    code = zc_fail(err, ZC_EDATA, "{path} is another file than it was", "path", path,
                   NULL);
  if (code == ZC_OK)
    code = zc_facts_read(&sent, known, &scratch, facts, err);
  zc_arena_free(&scratch);
  zc_buffer_free(&text);
  zc_buffer_free(&signature);
  return code;
}

/* ---- many --------------------------------------------------------------------------- */

typedef struct {
  bool full;
  zc_code code;
  zc_err err;
  zc_read_file file;
} slot;

typedef struct {
  looking looking;
  const zc_found_files *files;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  size_t next, taken; /* of the list: the next to be read, and how many were taken */
  bool stop;
  slot ring[RING];
} readers;

/* The next file to be read, when there is room for it; false when there is none. */
static bool take_work(readers *r, size_t *index)
{
  pthread_mutex_lock(&r->lock);
  while (!r->stop && r->next < r->files->count && r->next >= r->taken + RING)
    pthread_cond_wait(&r->changed, &r->lock);
  bool more = !r->stop && r->next < r->files->count;
  if (more)
    *index = r->next++;
  pthread_mutex_unlock(&r->lock);
  return more;
}

static void *work(void *context)
{
  readers *r = context;
  size_t index;
  zc_arena scratch = {0};
  while (take_work(r, &index)) {
    slot *s = &r->ring[index % RING];
    s->code = read_one(&r->looking, &scratch, r->files->paths[index], &s->file,
                       &s->err);
    pthread_mutex_lock(&r->lock);
    s->full = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
  }
  zc_arena_free(&scratch);
  return NULL;
}

/* Waits for one file of the list. Whoever takes it has its slot until `give_back`. */
static slot *wait_for(readers *r, size_t index)
{
  slot *s = &r->ring[index % RING];
  pthread_mutex_lock(&r->lock);
  while (!s->full)
    pthread_cond_wait(&r->changed, &r->lock);
  pthread_mutex_unlock(&r->lock);
  return s;
}

static void give_back(readers *r, slot *s)
{
  pthread_mutex_lock(&r->lock);
  s->full = false;
  r->taken++;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
}

static void end_work(readers *r, pthread_t *threads, unsigned count)
{
  pthread_mutex_lock(&r->lock);
  r->stop = true;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
  for (unsigned i = 0; i < count; i++)
    pthread_join(threads[i], NULL);
  for (size_t i = 0; i < RING; i++)
    if (r->ring[i].full && r->ring[i].code == ZC_OK && !r->ring[i].file.seen)
      zc_facts_free(&r->ring[i].file.facts);
}

static zc_code tell_all(readers *r, zc_read_tell *tell, void *context, zc_err *err)
{
  zc_code code = ZC_OK;
  for (size_t i = 0; code == ZC_OK && i < r->files->count; i++) {
    slot *s = wait_for(r, i);
    if (s->code == ZC_OK)
      code = tell(context, &s->file, err);
    else {
      *err = s->err;
      code = s->code;
    }
    give_back(r, s);
  }
  return code;
}

static zc_code read_alone(const readers *r, zc_read_tell *tell, void *context,
                          zc_err *err)
{
  zc_code code = ZC_OK;
  zc_arena scratch = {0};
  for (size_t i = 0; code == ZC_OK && i < r->files->count; i++) {
    zc_read_file file;
    code = read_one(&r->looking, &scratch, r->files->paths[i], &file, err);
    if (code == ZC_OK)
      code = tell(context, &file, err);
  }
  zc_arena_free(&scratch);
  return code;
}

/* The folders of the inbox, so that no thread has to make one; without drafts of killed processes. */
static zc_code make_folders(int inbox, zc_err *err)
{
  char path[16];
  zc_code code = ZC_OK;
  for (int i = 0; inbox >= 0 && code == ZC_OK && i < 256; i++) {
    int fd = -1;
    snprintf(path, sizeof path, "sha256/%02x", (unsigned)i);
    code = zc_folder_open_beneath(inbox, path, true, &fd, err);
    if (fd >= 0)
      close(fd);
    if (code == ZC_OK)
      zc_drafts_sweep(inbox, path);
  }
  return code;
}

zc_code zc_files_read(const zc_found_files *files, const zc_known *known,
                      const json_t *seen, int inbox, unsigned threads,
                      zc_read_tell *tell, void *context, zc_err *err)
{
  pthread_t started[THREADS_MOST];
  unsigned count = 0;
  zc_code code = make_folders(inbox, err);
  if (code != ZC_OK)
    return code;
  readers *r = calloc(1, sizeof *r);
  if (r == NULL)
    return zc_fail_memory(err);
  r->looking = (looking){known, seen, inbox};
  r->files = files;
  pthread_mutex_init(&r->lock, NULL);
  pthread_cond_init(&r->changed, NULL);
  while (files->count > 1 && count < threads && count < THREADS_MOST &&
         pthread_create(&started[count], NULL, work, r) == 0)
    count++;
  code = count == 0 ? read_alone(r, tell, context, err)
                    : tell_all(r, tell, context, err);
  end_work(r, started, count);
  pthread_cond_destroy(&r->changed);
  pthread_mutex_destroy(&r->lock);
  free(r);
  return code;
}
