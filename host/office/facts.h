/* facts.h: what one file that a facility has sent tells by itself: its record's verdicts as a line
 * of letters, its figures, its problems, and whose signature is on it. What the office makes of
 * that (late, replayed …) is standing.h's.
 *
 * Files are as hostile as anything: whatever cannot be read is a fault among the facts, not a
 * failure. Safe to call from several threads at once. */
#ifndef ZC_OFFICE_FACTS_H
#define ZC_OFFICE_FACTS_H

#include "package/zrep.h"
#include "store/collected.h"

/* One version of a plan: where each of its entries stands. */
typedef struct {
  int64_t no;
  const char *plan, *hash; /* borrowed from the list that it was made of */
  size_t count;
  json_t *
      places; /* entry id → its place, from 0; also of ids that others are known by. Owned */
  json_t *items; /* item id → its only place, where its entries are not known before */
} zc_checklist;

/* What is known before files are read; nothing in it changes while threads look. */
typedef struct {
  zc_checklist *lists;
  size_t count;
  json_t *keys; /* facility code → [line of a public key]. Borrowed */
} zc_known;

/* `checklists` is what zc_checklists gives, and outlives it; so does `keys`. */
zc_code zc_known_make(const json_t *checklists, json_t *keys, zc_known *known,
                      zc_err *err);
void zc_known_free(zc_known *known);

/* How a submitted file begins; whatever begins otherwise is a report by itself. */
#define ZC_SENT_HEAD "zicha-report "

/* What a file is by its bytes, whatever it is called: `zrep` or `md`. */
const char *zc_sent_kind(const char *data, size_t size);

/* A file's bytes, and what stands beside it. */
typedef struct {
  const char *name;   /* what it is called, without its folder */
  const char *digest; /* SHA-256 of its bytes */
  const char *data;
  size_t size;
  const char *signature; /* FILE.minisig beside a report.md; NULL: there is none */
  size_t signature_size;
  bool whole; /* keep all, whoever has signed it */
} zc_sent;

/* Finds the facts; they borrow nothing. Of what no key that is known here has signed only what is
 * bounded is kept: no problems, measures or parts (`brief` is 1), unless `whole` wants them. What is
 * wrong with them is told in any case. `scratch` is for what is read on the way: it is emptied, and
 * goes on being the caller's. Only running out of memory fails. */
zc_code zc_facts_read(const zc_sent *sent, const zc_known *known, zc_arena *scratch,
                      zc_facts *facts, zc_err *err);

/* The facts of a record that people have written down (kind `paper`): `file` names the report,
 * `source` the file in the inbox that it stands in, `name` is what that was called. The record
 * has what record/1 has, without figures: these are counted as of the day on which it was `received`. */
zc_code zc_facts_of_record(const json_t *record, const zc_known *known,
                           const char *file, const char *source, const char *name,
                           const char *received, zc_facts *facts, zc_err *err);

/* When a file was here; `day` outlives the facts. What an office tells of facilities was there when
 * it says. */
void zc_facts_receive(zc_facts *facts, const char *day);

/* The facts of a file that could not be read at all: `why` says it. `digest` stands for its bytes
 * where nobody has hashed them. */
zc_code zc_facts_unreadable(const char *name, const char *digest, const zc_err *why,
                            zc_facts *facts, zc_err *err);

/* About how many bytes they take. */
size_t zc_facts_size(const zc_facts *facts);

#endif
