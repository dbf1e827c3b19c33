/* Files are read ahead by several threads into a ring; the caller takes them out in the order of
 * the list, so that what is kept does not depend on who was faster. */
#include "office/reading.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define RING 256 /* files that are read ahead */
#define THREADS_MOST 16

/* What is held of files that are read ahead; one that is larger is read alone. While a file is read,
 * a byte of it can take so many, up to the most values that a document has. */
#define AHEAD ((size_t)256 << 20)
#define SPREAD 24
#define SPREAD_MOST ((size_t)192 << 20)
#define SCRATCH_MOST ((size_t)1 << 20) /* files whose memory is kept for the next one */

typedef struct {
  const zc_known *known;
  const json_t *seen;
  int inbox;
} looking;

/* Where one thread is: the folder of the last file, since the next one mostly lies there, too. */
typedef struct {
  zc_arena scratch;
  int folder;
  const char *path; /* of the last file; borrowed. NULL: none */
  size_t size;      /* of its folder */
} reader;

/* One file that is open, or why it is not. */
typedef struct {
  int fd;
  size_t size;
  zc_code code;
  zc_err why;
} opened;

/* ---- opening ------------------------------------------------------------------------ */

static zc_code fail_path(zc_err *err)
{
  return zc_fail(err, ZC_EOPEN, "its path is too long", NULL);
}

/* The folder that a file lies in: what people have named, and from there on through no link. */
static zc_code open_folder(const char *path, size_t root, size_t size, int *fd,
                           zc_err *err)
{
  char named[4200], below[4200];
  int at;
  size_t first = root == 0 || size < root ? size : root;
  if (first >= sizeof named || size - first >= sizeof below)
    return fail_path(err);
  snprintf(named, sizeof named, "%.*s", first == 0 ? 1 : (int)first,
           first == 0 ? "." : path);
  zc_code code = zc_folder_open(named, &at, err);
  if (code != ZC_OK || size <= first + 1) {
    *fd = code == ZC_OK ? at : -1;
    return code;
  }
  snprintf(below, sizeof below, "%.*s", (int)(size - first - 1), path + first);
  code = zc_folder_open_beneath(at, below, false, fd, err);
  close(at);
  return code;
}

static zc_code enter(reader *r, const zc_found_file *file, zc_err *err)
{
  size_t size = (size_t)(zc_path_name(file->path) - file->path);
  if (r->folder >= 0 && r->size == size && memcmp(r->path, file->path, size) == 0)
    return ZC_OK;
  if (r->folder >= 0)
    close(r->folder);
  r->folder = -1;
  r->path = file->path;
  r->size = size;
  return open_folder(file->path, file->root, size, &r->folder, err);
}

static void leave(reader *r)
{
  if (r->folder >= 0)
    close(r->folder);
  zc_arena_free(&r->scratch);
}

/* A file that people have named may be a link. */
static void open_one(reader *r, const zc_found_file *file, opened *o)
{
  struct stat about;
  *o = (opened){.fd = -1};
  o->code = enter(r, file, &o->why);
  if (o->code == ZC_OK && file->root == 0)
    o->code = zc_file_open(file->path, &o->fd, &about, &o->why);
  else if (o->code == ZC_OK)
    o->code = zc_file_open_beneath(r->folder, zc_path_name(file->path), &o->fd, &about,
                                   &o->why);
  if (o->code == ZC_OK)
    o->size = (size_t)about.st_size;
}

/* ---- what cannot be read --------------------------------------------------------------- */

/* What stands for a file of which no byte can be read: its name and size. */
static zc_code hash_name(const reader *r, const char *name, char digest[ZC_HASH_ROOM],
                         zc_err *err)
{
  struct stat about;
  zc_buffer text = {0};
  bool known = r->folder >= 0 &&
               fstatat(r->folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0;
  zc_buffer_print(&text, "unreadable %s %lld", name,
                  known ? (long long)about.st_size : -1LL);
  zc_code code = zc_buffer_check(&text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, digest, err);
  zc_buffer_free(&text);
  return code;
}

/* What stands for a file that is too large: its size, and as much of it as a file may have. */
static zc_code hash_head(int fd, size_t size, char digest[ZC_HASH_ROOM], zc_err *err)
{
  char chunk[1 << 14];
  size_t done = 0;
  ssize_t got = 1;
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  int head = snprintf(chunk, sizeof chunk, ZC_SENT_HEAD "larger %zu\n", size);
  zc_hash_add(hash, chunk, (size_t)head);
  while (done < ZC_SENT_LARGEST &&
         (got = pread(fd, chunk, sizeof chunk, (off_t)done)) > 0) {
    zc_hash_add(hash, chunk, (size_t)got);
    done += (size_t)got;
  }
  return zc_hash_finish(hash, digest, err);
}

static void is_known(const looking *l, zc_read_file *file)
{
  file->seen = json_is_true(json_object_get(l->seen, file->digest));
}

static zc_code read_unreadable(const looking *l, const reader *r, const opened *o,
                               zc_read_file *file, zc_err *err)
{
  zc_err ignored;
  zc_code code = ZC_EOPEN;
  if (o->fd >= 0 && o->size > ZC_SENT_LARGEST)
    code = hash_head(o->fd, o->size, file->digest, err);
  else if (o->fd >= 0)
    code = zc_file_hash(o->fd, file->name, file->digest, &ignored);
  if (code != ZC_OK && code != ZC_EINTERNAL)
    code = hash_name(r, file->name, file->digest, err);
  if (code != ZC_OK)
    return code;
  is_known(l, file);
  return file->seen ? ZC_OK
                    : zc_facts_unreadable(file->name, file->digest, &o->why,
                                          &file->facts, err);
}

/* ---- one file ----------------------------------------------------------------------- */

/* The signature that may stand beside a report. */
static void read_beside(const reader *r, const char *name, zc_buffer *signature)
{
  zc_err ignored;
  char beside[NAME_MAX + 1];
  int size = snprintf(beside, sizeof beside, "%s" ZC_SIGNATURE_SUFFIX, name);
  if (size < 0 || (size_t)size >= sizeof beside ||
      zc_file_read_beneath(r->folder, beside, ZC_SIGNATURE_FILE, signature, &ignored) !=
          ZC_OK)
    zc_buffer_free(signature);
}

static zc_code keep(const looking *l, const zc_read_file *file, const char *kind,
                    const zc_buffer *text, const zc_buffer *signature, zc_err *err)
{
  return l->inbox < 0
             ? ZC_OK
             : zc_inbox_put(l->inbox, file->digest, kind, text, signature, err);
}

/* A file that is known and is gone from the inbox is put back. */
static zc_code put_back(const looking *l, zc_read_file *file, const char *kind,
                        const zc_buffer *text, const zc_buffer *signature, zc_err *err)
{
  if (l->inbox < 0 || zc_inbox_has(l->inbox, file->digest, kind, text->size))
    return ZC_OK;
  file->put = true;
  return keep(l, file, kind, text, signature, err);
}

static void set_room(opened *o, zc_read_file *file)
{
  file->room = true;
  zc_fail(&o->why, ZC_EDATA,
          "it takes more memory than there is; collect it again where there is "
          "more, or have the facility send a smaller one",
          NULL);
}

static zc_code read_text(const looking *l, reader *r, opened *o, zc_read_file *file,
                         const char *kind, const zc_buffer *text,
                         const zc_buffer *signature, zc_err *err)
{
  zc_code code = zc_inbox_hash(text, signature, file->digest, err);
  if (code != ZC_OK)
    return code;
  is_known(l, file);
  if (file->seen)
    return put_back(l, file, kind, text, signature, err);
  const zc_sent sent = {.name = file->name,
                        .digest = file->digest,
                        .data = zc_text_or(text->data, ""),
                        .size = text->size,
                        .signature = signature->data,
                        .signature_size = signature->size};
  code = zc_facts_read(&sent, l->known, &r->scratch, &file->facts, err);
  if (code == ZC_EINTERNAL) {
    zc_arena_free(&r->scratch);
    set_room(o, file);
    return zc_facts_unreadable(file->name, file->digest, &o->why, &file->facts, err);
  }
  if (code == ZC_OK && strcmp(file->facts.texts[ZC_TEXT_fault], "unreadable") != 0)
    code = keep(l, file, kind, text, signature, err);
  if (code != ZC_OK)
    zc_facts_free(&file->facts);
  return code;
}

/* Takes what is open. */
static zc_code read_one(const looking *l, reader *r, opened *o,
                        const zc_found_file *found, zc_read_file *file, zc_err *err)
{
  zc_buffer text = {0}, signature = {0};
  *file = (zc_read_file){.path = found->path, .name = zc_path_name(found->path)};
  if (o->code == ZC_OK && o->size > ZC_SENT_LARGEST)
    o->code = zc_fail(&o->why, ZC_EDATA, "{path} is larger than {limit} bytes", "path",
                      file->name, "limit", ZC_DIGITS(ZC_SENT_LARGEST), NULL);
  if (o->code == ZC_OK)
    o->code = zc_file_load(o->fd, file->name, ZC_SENT_LARGEST, &text, &o->why);
  if (o->code == ZC_EINTERNAL)
    set_room(o, file);
  const char *kind = zc_sent_kind(text.data, text.size);
  if (o->code == ZC_OK && strcmp(kind, "md") == 0)
    read_beside(r, file->name, &signature);
  zc_code code = o->code != ZC_OK
                     ? read_unreadable(l, r, o, file, err)
                     : read_text(l, r, o, file, kind, &text, &signature, err);
  if (text.size > SCRATCH_MOST)
    zc_arena_free(&r->scratch);
  zc_buffer_free(&text);
  zc_buffer_free(&signature);
  if (o->fd >= 0)
    close(o->fd);
  return code;
}

/* ---- many --------------------------------------------------------------------------- */

typedef struct {
  bool full;
  size_t held; /* bytes */
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
  size_t held;        /* bytes of files that are read and not taken */
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

/* Waits until there is memory for a file; whoever takes files waits for the first one, which is
 * never kept waiting. False when all is over. */
static bool take_room(readers *r, size_t index, size_t held)
{
  pthread_mutex_lock(&r->lock);
  while (!r->stop && index != r->taken && r->held + held > AHEAD)
    pthread_cond_wait(&r->changed, &r->lock);
  r->held += held;
  r->ring[index % RING].held = held;
  bool go_on = !r->stop;
  pthread_mutex_unlock(&r->lock);
  return go_on;
}

static size_t room_for(const opened *o)
{
  size_t size = o->size > ZC_SENT_LARGEST ? 0 : o->size, spread = size * SPREAD;
  return size + (spread > SPREAD_MOST ? SPREAD_MOST : spread);
}

/* Waits until all files before this one are taken. False when all is over. */
static bool wait_turn(readers *r, size_t index)
{
  pthread_mutex_lock(&r->lock);
  while (!r->stop && index != r->taken)
    pthread_cond_wait(&r->changed, &r->lock);
  bool go_on = !r->stop;
  pthread_mutex_unlock(&r->lock);
  return go_on;
}

/* What other files have taken may be what one was short of: it is read once more in its turn. */
static void read_into(readers *r, reader *own, opened *o, size_t index, slot *s)
{
  const zc_found_file *file = &r->files->files[index];
  s->code = read_one(&r->looking, own, o, file, &s->file, &s->err);
  if ((s->code != ZC_OK && s->code != ZC_EINTERNAL) ||
      (s->code == ZC_OK && !s->file.room) || !wait_turn(r, index))
    return;
  if (s->code == ZC_OK && !s->file.seen)
    zc_facts_free(&s->file.facts);
  open_one(own, file, o);
  s->code = read_one(&r->looking, own, o, file, &s->file, &s->err);
}

static void hand_over(readers *r, slot *s)
{
  size_t held = s->code == ZC_OK && !s->file.seen ? zc_facts_size(&s->file.facts) : 0;
  pthread_mutex_lock(&r->lock);
  r->held = r->held - s->held + held;
  s->held = held;
  s->full = true;
  pthread_cond_broadcast(&r->changed);
  pthread_mutex_unlock(&r->lock);
}

static void *work(void *context)
{
  readers *r = context;
  size_t index;
  reader own = {.folder = -1};
  while (take_work(r, &index)) {
    opened o;
    slot *s = &r->ring[index % RING];
    open_one(&own, &r->files->files[index], &o);
    if (!take_room(r, index, room_for(&o))) {
      if (o.fd >= 0)
        close(o.fd);
      break;
    }
    read_into(r, &own, &o, index, s);
    hand_over(r, s);
  }
  leave(&own);
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
  r->held -= s->held;
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
  reader own = {.folder = -1};
  for (size_t i = 0; code == ZC_OK && i < r->files->count; i++) {
    opened o;
    zc_read_file file;
    open_one(&own, &r->files->files[i], &o);
    code = read_one(&r->looking, &own, &o, &r->files->files[i], &file, err);
    if (code == ZC_OK)
      code = tell(context, &file, err);
  }
  leave(&own);
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
