/* Papers that were written: a report that was submitted is the one whose hash the chain of the
 * ledger holds; other files are as zicha has left them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "command/verify.h"
#include "facility/written.h"
#include "store/papers.h"
#include "store/submission.h"

typedef struct {
  zc_verifying *verifying;
  json_t *written; /* {path: sha256}. Owned */
  json_t *sent;    /* {path: [submission, …]}, the last one last. Owned */
  const char *path;
  zc_err *err;
} comparing;

static zc_code tell(comparing *c, int64_t line, const zc_err *what)
{
  return zc_verify_fault(c->verifying, "file", c->path, line, what, c->err);
}

static zc_code note(comparing *c, const zc_err *what)
{
  return zc_verify_note(c->verifying, "file", c->path, what, c->err);
}

/* ---- one file -------------------------------------------------------------------------- */

typedef enum { THERE, GONE, NO_FILE } standing;

static zc_code hash_file(comparing *c, standing *how, char digits[ZC_HASH_ROOM])
{
  zc_err failed;
  int folder = c->verifying->workspace->fd, fd;
  errno = 0;
  *how = THERE;
  zc_code code = zc_file_open_beneath(folder, c->path, &fd, NULL, &failed);
  if (code != ZC_OK && (code == ZC_EINTERNAL || zc_verify_is_trouble(errno)))
    return *c->err = failed, code;
  if (code != ZC_OK) {
    bool there = faccessat(folder, c->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    *how = there ? NO_FILE : GONE;
    return ZC_OK;
  }
  code = zc_file_hash(fd, c->path, digits, c->err);
  close(fd);
  return code;
}

static zc_code tell_no_file(comparing *c)
{
  zc_err what;
  zc_fail(&what, ZC_EDATA, "it is no plain file, or cannot be opened", NULL);
  return tell(c, 0, &what);
}

/* ---- reports that were submitted ------------------------------------------------------- */

/* Where the report of a submission lies: as its event says, else where `report` puts that of
 * its run. False when the event does not tell. */
static bool place_of(const json_t *one, zc_buffer *path)
{
  const char *own = zc_get_text(one, "path"), *plan = zc_text_of(one, "plan");
  const char *slash = strrchr(plan, '/');
  if (own != NULL)
    zc_buffer_text(path, own);
  else
    zc_buffer_print(path, "reports/%.200s-%s-%.8s/report.md",
                    slash == NULL ? plan : slash + 1, zc_text_of(one, "day"),
                    zc_text_of(one, "run"));
  return own != NULL ||
         (zc_get_text(one, "run") != NULL && *zc_text_of(one, "day") != 0);
}

/* A copy that people have sent from elsewhere is theirs; evidence/ holds what it said. */
static zc_code sort_submission(comparing *c, json_t *one)
{
  zc_buffer path = {0};
  bool known = place_of(one, &path);
  zc_code code = zc_buffer_check(&path, c->err);
  if (code == ZC_OK && known && strncmp(path.data, "reports/", 8) == 0) {
    json_t *list = json_object_get(c->sent, path.data);
    int bad = 0;
    if (list == NULL) {
      list = json_array();
      bad = json_object_set_new(c->sent, path.data, list);
    }
    if (bad != 0 || json_array_append(list, one) != 0)
      code = zc_fail_memory(c->err);
  }
  zc_buffer_free(&path);
  return code;
}

static zc_code read_submissions(comparing *c)
{
  json_t *all = NULL, *one;
  size_t index;
  zc_err failed;
  zc_code code = zc_ledger_submissions(c->verifying->workspace->store, NULL, &all,
                                       &failed);
  if (code == ZC_EDATA) /* told when the chain was read */
    return ZC_OK;
  if (code != ZC_OK)
    return *c->err = failed, code;
  json_array_foreach(all, index, one)
  {
    if (code == ZC_OK && zc_get_text(one, "round") == NULL)
      code = sort_submission(c, one);
  }
  json_decref(all);
  return code;
}

static zc_code read_text(const comparing *c, const char *path, zc_buffer *text)
{
  zc_err failed;
  zc_code code = zc_file_read_beneath(c->verifying->workspace->fd, path,
                                      ZC_REPORT_LIMIT, text, &failed);
  if (code == ZC_EOPEN || code == ZC_EDATA) { /* nothing to compare with */
    text->size = 0;
    return ZC_OK;
  }
  return code == ZC_OK ? ZC_OK : (*c->err = failed, code);
}

/* The first line in which the report differs from the text that is kept in evidence/; 0 when
 * that is not there. */
static zc_code find_line(comparing *c, const char *digits, int64_t *line)
{
  char kept[ZC_HASH_ROOM + 32];
  zc_buffer own = {0}, other = {0};
  *line = 0;
  if (strlen(digits) != 64 || strspn(digits, "0123456789abcdef") != 64)
    return ZC_OK;
  snprintf(kept, sizeof kept, "evidence/sha256/%.2s/%s", digits, digits);
  zc_code code = read_text(c, c->path, &own);
  if (code == ZC_OK)
    code = read_text(c, kept, &other);
  if (code == ZC_OK && other.size > 0) {
    *line = 1;
    for (size_t i = 0; i < own.size && i < other.size && own.data[i] == other.data[i];
         i++)
      *line += own.data[i] == '\n';
  }
  zc_buffer_free(&own);
  zc_buffer_free(&other);
  return code;
}

/* How far the ledger was when the report was written, as its record says; 0 when it does not. */
static zc_code read_seq(comparing *c, int64_t *seq)
{
  zc_buffer text = {0};
  json_t *record = NULL;
  zc_err ignored;
  int64_t line = 0;
  *seq = 0;
  zc_code code = read_text(c, c->path, &text);
  const char *from = code == ZC_OK && text.size > 0
                         ? zc_verify_last_record(&text, &line)
                         : NULL;
  if (from != NULL) {
    from += strlen(ZC_RECORD_MARK);
    size_t size = strcspn(from, "\r\n"), tail = strlen(ZC_RECORD_END);
    if (size > tail && zc_json_parse(from, size - tail, &record, &ignored) == ZC_OK) {
      const json_t *ledger = json_object_get(record, "ledger");
      const json_t *head = json_object_get(ledger, "head");
      *seq = zc_get_integer(head != NULL ? head : ledger, "seq", 0);
    }
  }
  json_decref(record);
  zc_buffer_free(&text);
  return code;
}

/* `report` may have written it again since: then it is zicha's own, and tells of a ledger that
 * knows the submission. */
static zc_code compare_sent(comparing *c, const json_t *last, const char *digits)
{
  zc_err what;
  int64_t seq = 0, line = 0;
  const char *written = json_string_value(json_object_get(c->written, c->path));
  const char *day = zc_text_or(zc_get_text(last, "date"), "?");
  zc_code code = ZC_OK;
  if (written != NULL && strcmp(written, digits) == 0)
    code = read_seq(c, &seq);
  if (code != ZC_OK)
    return code;
  if (seq > 0 && seq >= zc_get_integer(last, "seq", 0)) {
    zc_fail(&what, ZC_EDATA,
            "it was written again after it was submitted on {day}; what was submitted "
            "is kept in evidence/",
            "day", day, NULL);
    return note(c, &what);
  }
  code = find_line(c, zc_text_of(last, "report"), &line);
  if (code != ZC_OK)
    return code;
  zc_fail(&what, ZC_EDATA,
          "it is not the report that was submitted on {day}: it was changed since, and "
          "what was submitted is kept in evidence/",
          "day", day, NULL);
  return tell(c, line, &what);
}

static zc_code check_sent(comparing *c, const json_t *list)
{
  char digits[ZC_HASH_ROOM];
  zc_err what;
  standing how;
  size_t index;
  const json_t *one, *last = json_array_get(list, json_array_size(list) - 1);
  zc_code code = hash_file(c, &how, digits);
  if (code != ZC_OK)
    return code;
  if (how == GONE) {
    zc_fail(&what, ZC_EDATA,
            "it is gone, and was submitted on {day}; what was submitted is kept in "
            "evidence/",
            "day", zc_text_or(zc_get_text(last, "date"), "?"), NULL);
    return tell(c, 0, &what);
  }
  if (how == NO_FILE)
    return tell_no_file(c);
  json_array_foreach(list, index, one)
  {
    if (strcmp(zc_text_of(one, "report"), digits) == 0)
      return ZC_OK;
  }
  return compare_sent(c, last, digits);
}

/* ---- other papers ----------------------------------------------------------------------- */

/* Damage to the table is told with the schema, or with the pages of the file; here it only means
 * that there is nothing to compare with. */
static zc_code read_written(comparing *c)
{
  zc_err failed;
  zc_code code = zc_papers_kept(c->verifying->workspace->store, &c->written, &failed);
  if (code == ZC_OK)
    return ZC_OK;
  if ((code != ZC_EDATA && code != ZC_EINTERNAL) ||
      strcmp(failed.text, ZC_MEMORY_TEXT) == 0)
    return *c->err = failed, code;
  return zc_verify_fault(c->verifying, "database", "table written", 0, &failed, c->err);
}

static zc_code check_written(comparing *c, const char *sha256)
{
  char digits[ZC_HASH_ROOM];
  zc_err what;
  standing how;
  zc_code code = hash_file(c, &how, digits);
  if (code != ZC_OK)
    return code;
  if (how == NO_FILE)
    return tell_no_file(c);
  if (how == GONE) {
    zc_fail(&what, ZC_EDATA, "it is gone since zicha wrote it", NULL);
    return note(c, &what);
  }
  if (strcmp(digits, sha256) == 0)
    return ZC_OK;
  zc_fail(&what, ZC_EDATA, "it was changed after zicha wrote it", NULL);
  return tell(c, 0, &what);
}

zc_code zc_verify_papers(zc_verifying *verifying, zc_err *err)
{
  comparing c = {.verifying = verifying, .sent = json_object(), .err = err};
  json_t *value;
  zc_code code = c.sent == NULL ? zc_fail_memory(err) : read_written(&c);
  if (code == ZC_OK)
    code = read_submissions(&c);
  json_object_foreach(c.sent, c.path, value)
  {
    if (code == ZC_OK)
      code = check_sent(&c, value);
  }
  json_object_foreach(c.written, c.path, value)
  {
    if (code == ZC_OK && json_object_get(c.sent, c.path) == NULL)
      code = check_written(&c, json_string_value(value));
  }
  json_decref(c.sent);
  json_decref(c.written);
  return code;
}
