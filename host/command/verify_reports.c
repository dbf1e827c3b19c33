/* Reports that were written: the record in a report's last line is the one that was kept of
 * its run, and the ledger that it ends with is the one that is here. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "command/verify.h"
#include "facility/written.h"

#define RECORD_END ZC_RECORD_END "\n"

typedef struct {
  zc_verifying *verifying;
  const char *path;
  int64_t line; /* where the record stands */
} reading;

static zc_code tell(reading *r, const zc_err *what, zc_err *err)
{
  return zc_verify_fault(r->verifying, "file", r->path, r->line, what, err);
}

/* ---- the record in a report -------------------------------------------------------------- */

/* Where the first difference of two values is: «items.3.count». */
static void find_difference(const json_t *a, const json_t *b, zc_buffer *path)
{
  const char *key = NULL;
  char number[24];
  const json_t *left = NULL, *right = NULL;
  if (json_is_object(a) && json_is_object(b)) {
    json_t *value;
    json_object_foreach((json_t *)a, key, value)
    {
      left = value;
      right = json_object_get(b, key);
      if (right == NULL || !json_equal(left, right))
        break;
      left = NULL;
    }
    if (left == NULL) {
      json_object_foreach((json_t *)b, key, value)
      {
        if (json_object_get(a, key) == NULL)
          break;
      }
    }
  } else if (json_is_array(a) && json_is_array(b)) {
    size_t index = 0;
    while (index < json_array_size(a) && index < json_array_size(b) &&
           json_equal(json_array_get(a, index), json_array_get(b, index)))
      index++;
    left = json_array_get(a, index);
    right = json_array_get(b, index);
    /* People know an item by its id. */
    const char *id = zc_get_text(left, "id");
    key = id != NULL ? id : zc_number_text(number, (int64_t)index + 1);
  }
  if (key == NULL)
    return;
  zc_buffer_print(path, "%s%s", path->size == 0 ? "" : ".", key);
  if (left != NULL && right != NULL)
    find_difference(left, right, path);
}

/* What a report adds to the record of its run. */
static void drop_added(json_t *record)
{
  static const char *const added[] = {"ledger", "problems", "corrects"};
  for (size_t i = 0; i < sizeof added / sizeof *added; i++)
    json_object_del(record, added[i]);
}

static zc_code compare(reading *r, json_t *record, json_t *kept, zc_err *err)
{
  zc_err what;
  zc_buffer path = {0};
  drop_added(record);
  drop_added(kept);
  if (json_equal(record, kept))
    return ZC_OK;
  find_difference(kept, record, &path);
  zc_code code = zc_buffer_check(&path, err);
  if (code == ZC_OK) {
    zc_fail(&what, ZC_EDATA,
            "its figures are not those of its run {run}: {path} was changed", "run",
            zc_text_or(zc_get_text(record, "run"), "?"), "path",
            zc_text_or(path.data, "?"), NULL);
    code = tell(r, &what, err);
  }
  zc_buffer_free(&path);
  return code;
}

static zc_code check_run(reading *r, json_t *record, zc_err *err)
{
  json_t *kept = NULL;
  zc_err what;
  const char *run = zc_text_of(record, "run");
  zc_code code = zc_store_find_run(r->verifying->workspace->store, run, &kept, err);
  if (code != ZC_OK)
    return code;
  if (kept == NULL) {
    zc_fail(
        &what, ZC_EDATA,
        "no run {run} is kept here, or it is not what it was: the report is of another "
        "workspace, or was changed",
        "run", run, NULL);
    return tell(r, &what, err);
  }
  code = compare(r, record, kept, err);
  json_decref(kept);
  return code;
}

/* The head of the ledger that the report has taken along is still in the chain. */
static zc_code check_ledger(reading *r, const json_t *ledger, zc_err *err)
{
  char own[ZC_HASH_ROOM];
  zc_err what;
  const json_t *head = json_object_get(ledger, "head");
  head = head != NULL ? head : ledger;
  int64_t seq = zc_get_integer(head, "seq", 0);
  const char *hash = zc_text_of(head, "hash");
  if (ledger == NULL || seq == 0)
    return ZC_OK;
  zc_code code = zc_ledger_hash_at(r->verifying->workspace->store, seq, own, err);
  if (code != ZC_OK || strcmp(own, hash) == 0)
    return code;
  zc_fail(
      &what, ZC_EDATA,
      own[0] == '\0'
          ? N_("the ledger had an event seq {seq} when it was written, which is gone")
          : N_("the ledger's event seq {seq} was another one when it was written"),
      "seq", ZC_DIGITS(seq), NULL);
  return tell(r, &what, err);
}

/* Whoever signs and checks signatures looks at the file beside the report here. */
static zc_code check_signature(reading *r, zc_err *err)
{
  zc_buffer path = {0};
  zc_buffer_print(&path, "%s.minisig", r->path);
  zc_code code = zc_buffer_check(&path, err);
  if (code == ZC_OK && faccessat(r->verifying->workspace->fd, path.data, F_OK, 0) == 0)
    r->verifying->signatures++;
  zc_buffer_free(&path);
  return code;
}

/* ---- a file --------------------------------------------------------------------------------- */

const char *zc_verify_last_record(const zc_buffer *text, int64_t *line)
{
  const char *found = NULL;
  int64_t number = 1;
  for (const char *at = text->data; at != NULL && *at != '\0'; number++) {
    if (strncmp(at, ZC_RECORD_MARK, strlen(ZC_RECORD_MARK)) == 0) {
      found = at;
      *line = number;
    }
    at = strchr(at, '\n');
    at = at == NULL ? NULL : at + 1;
  }
  return found;
}

static zc_code check_record(reading *r, const char *line, zc_err *err)
{
  json_t *record = NULL;
  zc_err what;
  const char *from = line + strlen(ZC_RECORD_MARK);
  size_t size = strlen(from), tail = strlen(RECORD_END);
  zc_code code = ZC_EDATA;
  if (size > tail && strcmp(from + size - tail, RECORD_END) == 0)
    code = zc_json_parse(from, size - tail, &record, err);
  if (code != ZC_OK && code != ZC_EDATA)
    return code;
  if (code == ZC_EDATA || !json_is_object(record)) {
    zc_fail(&what, ZC_EDATA, "the record in its last line is damaged", NULL);
    code = tell(r, &what, err);
  } else {
    code = check_ledger(r, json_object_get(record, "ledger"), err);
    if (code == ZC_OK)
      code = check_run(r, record, err);
  }
  json_decref(record);
  return code;
}

/* A report.md has a record; other papers need none. */
static zc_code check_paper(reading *r, const char *name, zc_err *err)
{
  zc_buffer text = {0};
  zc_err failed, what;
  errno = 0;
  zc_code code = zc_file_read_beneath(r->verifying->workspace->fd, r->path,
                                      ZC_REPORT_LIMIT, &text, &failed);
  if ((code == ZC_EOPEN || code == ZC_EDATA) && !zc_verify_is_trouble(errno)) {
    code = tell(r, &failed, err);
  } else if (code != ZC_OK) {
    *err = failed;
  } else {
    const char *line = zc_verify_last_record(&text, &r->line);
    bool report = strcmp(name, "report.md") == 0;
    r->verifying->reports += line != NULL || report;
    if (line != NULL) {
      code = check_record(r, line, err);
    } else if (report) {
      zc_fail(&what, ZC_EDATA, "its last line, which holds the record, is gone", NULL);
      code = tell(r, &what, err);
    }
  }
  zc_buffer_free(&text);
  return code == ZC_OK ? check_signature(r, err) : code;
}

static zc_code check_folder(zc_verifying *v, const char *folder, zc_err *err)
{
  zc_names names;
  zc_code code = zc_folder_names(v->workspace->fd, folder, &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    const char *end = strrchr(names.names[i], '.');
    zc_buffer path = {0};
    zc_buffer_print(&path, "%s/%s", folder, names.names[i]);
    code = zc_buffer_check(&path, err);
    reading r = {v, path.data, 0};
    if (code == ZC_OK && names.names[i][0] != '.' && end != NULL &&
        strcmp(end, ".md") == 0)
      code = check_paper(&r, names.names[i], err);
    zc_buffer_free(&path);
  }
  zc_names_free(&names);
  return code;
}

zc_code zc_verify_reports(zc_verifying *verifying, zc_err *err)
{
  zc_names names;
  if (faccessat(verifying->workspace->fd, "reports", F_OK, 0) != 0)
    return ZC_OK;
  zc_code code = zc_folder_names(verifying->workspace->fd, "reports", &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    zc_buffer path = {0};
    zc_buffer_print(&path, "reports/%s", names.names[i]);
    code = zc_buffer_check(&path, err);
    if (code == ZC_OK && names.kinds[i] == 'd')
      code = check_folder(verifying, path.data, err);
    zc_buffer_free(&path);
  }
  zc_names_free(&names);
  return code;
}
