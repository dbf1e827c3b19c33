#include "office/inbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/place.h"

/* It begins as a submitted file does and goes on as none: a single file with these bytes is
 * unreadable, and is never in the way of a pair. */
static const char pair[] = ZC_SENT_HEAD "pair %zu\n";

zc_code zc_inbox_hash(const zc_buffer *text, const zc_buffer *signature,
                      char digest[ZC_HASH_ROOM], zc_err *err)
{
  char head[64];
  if (signature->size == 0)
    return zc_hash_of(zc_text_or(text->data, ""), text->size, digest, err);
  zc_hash *hash = zc_hash_new();
  if (hash == NULL)
    return zc_fail_memory(err);
  int size = snprintf(head, sizeof head, pair, text->size);
  zc_hash_add(hash, head, (size_t)size);
  zc_hash_add(hash, text->data, text->size);
  zc_hash_add(hash, signature->data, signature->size);
  return zc_hash_finish(hash, digest, err);
}

void zc_inbox_path(const char *digest, const char *kind, char path[ZC_INBOX_PATH])
{
  const char *ending = strcmp(kind, "office") == 0  ? "zrep"
                       : strcmp(kind, "paper") == 0 ? "csv"
                                                    : kind;
  snprintf(path, ZC_INBOX_PATH, "sha256/%.2s/%.64s.%.8s", digest, digest, ending);
}

zc_code zc_inbox_put(int inbox, const char *digest, const char *kind,
                     const zc_buffer *text, const zc_buffer *signature, zc_err *err)
{
  char path[ZC_INBOX_PATH], beside[ZC_INBOX_PATH + 16];
  zc_inbox_path(digest, kind, path);
  zc_code code = zc_place_file(inbox, path, text->data, text->size, 0400, err);
  if (code != ZC_OK || signature->size == 0)
    return code;
  snprintf(beside, sizeof beside, "%s" ZC_SIGNATURE_SUFFIX, path);
  return zc_place_file(inbox, beside, signature->data, signature->size, 0400, err);
}

bool zc_inbox_has(int inbox, const char *digest, const char *kind, size_t size)
{
  struct stat about;
  char path[ZC_INBOX_PATH];
  zc_inbox_path(digest, kind, path);
  return fstatat(inbox, path, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISREG(about.st_mode) && (size_t)about.st_size == size;
}

/* The bytes, from where they lie: a submitted file, else a report with what stands beside it. */
static zc_code load(int inbox, const char *digest, zc_buffer *text,
                    zc_buffer *signature, zc_err *err)
{
  zc_err ignored;
  char path[ZC_INBOX_PATH], beside[ZC_INBOX_PATH + 16], own[ZC_HASH_ROOM];
  zc_inbox_path(digest, "md", path);
  bool alone = faccessat(inbox, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (!alone)
    zc_inbox_path(digest, "zrep", path);
  zc_code code = zc_file_read_beneath(inbox, path, ZC_SENT_LARGEST, text, err);
  snprintf(beside, sizeof beside, "%s" ZC_SIGNATURE_SUFFIX, path);
  if (code == ZC_OK && alone &&
      zc_file_read_beneath(inbox, beside, ZC_SIGNATURE_FILE, signature, &ignored) !=
          ZC_OK)
    zc_buffer_free(signature);
  if (code == ZC_OK)
    code = zc_inbox_hash(text, signature, own, err);
  if (code == ZC_OK && strcmp(own, digest) != 0)
    code = zc_fail(err, ZC_EDATA, "{path} is another file than it was", "path", path,
                   NULL);
  return code;
}

zc_code zc_inbox_check(int inbox, const char *digest, zc_err *err)
{
  zc_buffer text = {0}, signature = {0};
  zc_code code = load(inbox, digest, &text, &signature, err);
  zc_buffer_free(&text);
  zc_buffer_free(&signature);
  return code;
}

zc_code zc_inbox_read(int inbox, const char *digest, const char *name, bool whole,
                      const zc_known *known, zc_facts *facts, zc_err *err)
{
  zc_arena scratch = {0};
  zc_buffer text = {0}, signature = {0};
  zc_code code = load(inbox, digest, &text, &signature, err);
  const zc_sent sent = {.name = name,
                        .digest = digest,
                        .data = zc_text_or(text.data, ""),
                        .size = text.size,
                        .signature = signature.data,
                        .signature_size = signature.size,
                        .whole = whole};
  if (code == ZC_OK)
    code = zc_facts_read(&sent, known, &scratch, facts, err);
  zc_arena_free(&scratch);
  zc_buffer_free(&text);
  zc_buffer_free(&signature);
  return code;
}
