/* verify.h: what the parts of `zicha verify` have in common. */
#ifndef ZC_COMMAND_VERIFY_H
#define ZC_COMMAND_VERIFY_H

#include "cli/workspace.h"
#include "store/verify.h"

/* More faults than these are counted only: a ledger that somebody has replaced has a hundred
 * thousand of them. */
#define ZC_FAULTS_TOLD 1000

typedef struct {
  zc_workspace *workspace;
  json_t *faults, *notes; /* [{kind, name, line, text, args}] */
  int64_t fault_count;
  zc_verified verified;
  int64_t documents, tables, reports, signatures, files;
  int64_t lost; /* files of inbox/ that are gone, or others */
} zc_verifying;

/* Adds a fault, or a note: something that is no fault and yet worth knowing. `kind` is one of
 * database seq problem run file table; `line` 0 is the whole. */
zc_code zc_verify_fault(zc_verifying *verifying, const char *kind, const char *name,
                        int64_t line, const zc_err *what, zc_err *err);
zc_code zc_verify_note(zc_verifying *verifying, const char *kind, const char *name,
                       const zc_err *what, zc_err *err);

/* Whether the system, and not the file, is why a file was not opened or read: that says nothing
 * about the workspace. `number` is errno. */
bool zc_verify_is_trouble(int number);

/* The documents in evidence/, the imported tables in data/, and drafts that were left. */
zc_code zc_verify_files(zc_verifying *verifying, zc_err *err);

/* The records of the reports in reports/. */
zc_code zc_verify_reports(zc_verifying *verifying, zc_err *err);

/* Whether reports are those that were submitted, and papers those that zicha has written. */
zc_code zc_verify_papers(zc_verifying *verifying, zc_err *err);

/* What an office keeps: the files in inbox/, that the events and those files make the tables beside them, and
 * its checklists. With `mend` these are made again, within the transaction of zc_mend, unless a file is
 * missing or another one (ZC_EDATA). Nothing happens in the workspace of a facility. */
zc_code zc_verify_office(zc_verifying *verifying, bool mend, zc_err *err);

/* A file of inbox/ that is gone, or another one: a fault, with what to do. */
zc_code zc_verify_lost(zc_verifying *verifying, const char *path, const zc_err *why,
                       zc_err *err);

/* Whether the files that an office has taken in lie in inbox/ as they came. */
zc_code zc_verify_arrived(zc_verifying *verifying, zc_err *err);

/* Whether what nothing can be made again from is there as it came: documents, tables, files of inbox/. */
zc_code zc_verify_originals(zc_verifying *verifying, zc_err *err);

/* Files in inbox/ that nothing knows; `known` are the hashes of the others. */
zc_code zc_verify_inbox(zc_verifying *verifying, const json_t *known, zc_err *err);

/* The last line of a report that begins as a record does, and its number; NULL when there is
 * none. */
const char *zc_verify_last_record(const zc_buffer *text, int64_t *line);
#define ZC_REPORT_LIMIT ((size_t)1 << 28)

/* Everything: the database with the ledger, then the files. */
zc_code zc_verify_workspace(zc_verifying *verifying, zc_err *err);
void zc_verifying_free(zc_verifying *verifying);

/* Prints faults (to standard error when `diagnostics`) and how many there are beyond those. */
void zc_verify_print_faults(const zc_verifying *verifying, bool diagnostics);

#endif
