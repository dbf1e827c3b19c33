/* Files that the database knows by their hashes: documents and imported tables. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "command/backup.h"
#include "command/verify.h"
#include "facility/evidence.h"
#include "store/submission.h"

bool zc_verify_is_trouble(int number)
{
  return number == EMFILE || number == ENFILE || number == ENOMEM || number == EIO;
}

/* ---- one file ------------------------------------------------------------------------ */

typedef struct {
  zc_verifying *verifying;
  json_t *
      known; /* the paths of documents: how often a document is named, it is one file */
} looking;

/* Hashes the file and tells what is wrong with it; `kind` and `owner` say whose it is, `title` what
 * it is called there. */
static zc_code check_file(zc_verifying *v, const char *path, const char *sha256,
                          const char *kind, const char *owner, const char *title,
                          zc_err *err)
{
  char digits[ZC_HASH_ROOM];
  int fd;
  errno = 0;
  zc_code code = zc_file_open_beneath(v->workspace->fd, path, &fd, NULL, err);
  if (code != ZC_OK && (code == ZC_EINTERNAL || zc_verify_is_trouble(errno)))
    return code;
  if (code != ZC_OK) {
    zc_err what;
    bool there = faccessat(v->workspace->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    zc_fail(&what, ZC_EDATA,
            there ? N_("«{title}» ({owner_term} {owner}) is no plain file, or cannot "
                       "be opened")
                  : N_("«{title}» ({owner_term} {owner}) is gone: put it back from a "
                       "backup"),
            "title", title, "owner_term", kind, "owner", owner, NULL);
    return zc_verify_fault(v, "file", path, 0, &what, err);
  }
  code = zc_file_hash(fd, path, digits, err);
  close(fd);
  if (code != ZC_OK || strcmp(digits, sha256) == 0)
    return code;
  zc_err what;
  zc_fail(&what, ZC_EDATA,
          "«{title}» ({owner_term} {owner}) is another file than it was: put the right "
          "one back from a backup",
          "title", title, "owner_term", kind, "owner", owner, NULL);
  return zc_verify_fault(v, "file", path, 0, &what, err);
}

/* ---- documents ------------------------------------------------------------------------ */

static zc_code visit_document(void *context, const json_t *document, zc_err *err)
{
  looking *l = context;
  char path[ZC_HASH_ROOM + 32];
  zc_err what;
  const json_t *owner = json_object_get(document, "owner");
  const char *digits = zc_text_of(document, "sha256");
  const char *title = zc_text_or(zc_get_text(document, "name"), "?");
  const char *kind = json_is_integer(owner) ? N_("problem") : N_("item");
  const char *name = json_is_integer(owner) ? ZC_DIGITS(json_integer_value(owner))
                                            : json_string_value(owner);
  l->verifying->documents++;
  if (strlen(digits) != 64 || strspn(digits, "0123456789abcdef") != 64) {
    zc_fail(&what, ZC_EDATA, "the hash of «{title}» ({owner_term} {owner}) is none",
            "title", title, "owner_term", kind, "owner", name, NULL);
    return zc_verify_fault(l->verifying, "database", "table evidence", 0, &what, err);
  }
  snprintf(path, sizeof path, "evidence/sha256/%.2s/%s", digits, digits);
  if (json_object_get(l->known, path) != NULL)
    return ZC_OK;
  if (json_object_set_new(l->known, path, json_true()) != 0)
    return zc_fail_memory(err);
  return check_file(l->verifying, path, digits, kind, name, title, err);
}

/* A report that was submitted, or the receipt of one: `digits` is its hash. */
static zc_code look_at_sent(looking *l, const char *digits, const char *kind,
                            const char *day, const char *title, zc_err *err)
{
  char path[ZC_HASH_ROOM + 32];
  if (strlen(digits) != 64 || strspn(digits, "0123456789abcdef") != 64)
    return ZC_OK; /* whoever reads the events tells it */
  l->verifying->documents++;
  snprintf(path, sizeof path, "evidence/sha256/%.2s/%s", digits, digits);
  if (json_object_set_new(l->known, path, json_true()) != 0)
    return zc_fail_memory(err);
  return check_file(l->verifying, path, digits, kind, day, title, err);
}

static zc_code look_at_submissions(looking *l, zc_err *err)
{
  json_t *all = NULL;
  size_t index, inner;
  const json_t *one, *receipt;
  zc_err failed;
  zc_code code = zc_ledger_submissions(l->verifying->workspace->store, NULL, &all,
                                       &failed);
  if (code == ZC_EDATA) /* told when the chain was read */
    return ZC_OK;
  if (code != ZC_OK)
    return *err = failed, code;
  json_array_foreach(all, index, one)
  {
    /* What an office has reported upward is made again from what it keeps. */
    if (code == ZC_OK && zc_get_text(one, "round") == NULL)
      code = look_at_sent(l, zc_text_of(one, "report"), N_("submission"),
                          zc_text_or(zc_get_text(one, "date"), "?"),
                          zc_text_or(zc_get_text(one, "file"), "?"), err);
    json_array_foreach(json_object_get(one, "receipts"), inner, receipt)
    {
      if (code == ZC_OK)
        code = look_at_sent(l, zc_text_of(receipt, "receipt"), N_("receipt"),
                            zc_text_or(zc_get_text(receipt, "date"), "?"),
                            zc_text_or(zc_get_text(receipt, "office"), "?"), err);
    }
  }
  json_decref(all);
  return code;
}

/* Files beneath a folder that nobody has attached, and drafts. */
static zc_code look_around(looking *l, const char *folder, bool evidence, zc_err *err)
{
  zc_names names;
  zc_code code = ZC_OK;
  int fd;
  if (faccessat(l->verifying->workspace->fd, folder, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
    return ZC_OK;
  zc_err what;
  if (strlen(folder) > ZC_BACKUP_DEPTH) {
    zc_fail(&what, ZC_EDATA, "the folders in {path} are nested too deep", "path",
            folder, NULL);
    return zc_verify_fault(l->verifying, "file", folder, 0, &what, err);
  }
  errno = 0;
  code = zc_folder_open_beneath(l->verifying->workspace->fd, folder, false, &fd, err);
  if (code != ZC_OK && (code == ZC_EINTERNAL || zc_verify_is_trouble(errno)))
    return code;
  if (code != ZC_OK) {
    zc_fail(&what, ZC_EDATA, "it is no folder", NULL);
    return zc_verify_fault(l->verifying, "file", folder, 0, &what, err);
  }
  code = zc_folder_names(fd, ".", &names, err);
  close(fd);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++) {
    zc_buffer path = {0};
    zc_buffer_print(&path, "%s/%s", folder, names.names[i]);
    code = zc_buffer_check(&path, err);
    if (code == ZC_OK && names.kinds[i] == 'd') {
      code = look_around(l, path.data, evidence, err);
    } else if (code == ZC_OK &&
               (zc_draft_is_left(names.names[i]) || zc_evidence_is_draft(path.data))) {
      zc_fail(&what, ZC_EDATA,
              "a draft of a command that was interrupted; it can be deleted", NULL);
      code = zc_verify_note(l->verifying, "file", path.data, &what, err);
    } else if (code == ZC_OK && evidence &&
               json_object_get(l->known, path.data) == NULL) {
      zc_fail(&what, ZC_EDATA, "nothing here knows this document", NULL);
      code = zc_verify_note(l->verifying, "file", path.data, &what, err);
    }
    zc_buffer_free(&path);
  }
  zc_names_free(&names);
  return code;
}

/* Drafts in the workspace's own folder. */
static zc_code look_here(looking *l, zc_err *err)
{
  zc_names names;
  zc_err what;
  zc_code code = zc_folder_names(l->verifying->workspace->fd, ".", &names, err);
  if (code != ZC_OK)
    return code;
  for (size_t i = 0; code == ZC_OK && i < names.count; i++)
    if (zc_draft_is_left(names.names[i])) {
      zc_fail(&what, ZC_EDATA,
              "a draft of a command that was interrupted; it can be deleted", NULL);
      code = zc_verify_note(l->verifying, "file", names.names[i], &what, err);
    }
  zc_names_free(&names);
  return code;
}

/* ---- tables -------------------------------------------------------------------------- */

/* Always by the hash: size and times are what a check goes by, and can be set. */
static zc_code check_tables(zc_verifying *v, zc_err *err)
{
  json_t *tables = NULL, *table;
  const char *name;
  zc_err failed;
  zc_code code = zc_store_tables(v->workspace->store, &tables, &failed);
  if (code == ZC_EDATA)
    return zc_verify_fault(v, "database", "table handed", 0, &failed, err);
  if (code != ZC_OK)
    return *err = failed, code;
  json_object_foreach(tables, name, table)
  {
    const char *file = zc_get_text(table, "file");
    if (code != ZC_OK || file == NULL)
      continue;
    v->tables++;
    code = check_file(v, file, zc_get_text(table, "sha256"), N_("table"), name,
                      zc_text_or(zc_get_text(table, "title"), name), err);
  }
  json_decref(tables);
  return code;
}

zc_code zc_verify_files(zc_verifying *verifying, zc_err *err)
{
  static const char *const folders[] = {"data", "reports"};
  looking l = {verifying, json_object()};
  zc_code code = l.known == NULL ? zc_fail_memory(err)
                                 : zc_verify_documents(verifying->workspace->store,
                                                       visit_document, &l, err);
  if (code == ZC_OK)
    code = look_at_submissions(&l, err);
  if (code == ZC_OK)
    code = look_around(&l, "evidence", true, err);
  if (code == ZC_OK)
    code = check_tables(verifying, err);
  for (size_t i = 0; code == ZC_OK && i < 2; i++)
    code = look_around(&l, folders[i], false, err);
  if (code == ZC_OK)
    code = look_here(&l, err);
  json_decref(l.known);
  return code;
}
