/* cells.h: the cells of lists that offices hand in, read as what they mean: days, money, fixed words,
 * facilities of the roster or of another office's report, entries of the checklist. What is wrong is told with its place and
 * remedy, and counted; the value is then an empty one. */
#ifndef ZC_SUPERVISOR_CELLS_H
#define ZC_SUPERVISOR_CELLS_H

#include "cli/list.h"
#include "supervisor/office.h"

/* A word that data has for `code`; `others` (may be NULL) are further spellings with blanks between. */
typedef struct {
  const char *code, *title, *others;
} zc_word;

/* Ended by a NULL code. */
extern const zc_word zc_visit_kinds[];
extern const zc_word zc_handlings[];
extern const zc_word zc_severities[];
extern const zc_word zc_procedures[];
extern const zc_word zc_receivers[];

extern const zc_word zc_reporting_words[]; /* office/unreported.h */

/* The days of --from and --to; NULL where there is none. Borrowed. ZC_EUSAGE
 * for what is no day, or ends before it begins. */
zc_code zc_window_of(const zc_cli *cli, const char **from, const char **to,
                     zc_err *err);

/* The title of a code, or the code itself. Borrowed. */
const char *zc_word_title(const zc_word *words, const char *code);

/* The code of a word by any of its spellings; NULL for what is none. Borrowed. */
const char *zc_word_code(const zc_word *words, const char *text);

/* The titles of codes that are joined by commas, with 、 between them. Appended. */
void zc_words_titles(const zc_word *words, const char *codes, zc_buffer *out);

typedef struct {
  const char *file; /* NULL: the command line */
  int64_t line;
  size_t wrong;
  const zc_office *office;
  const char *plan;
  json_t *facilities;        /* code → name */
  json_t *names;             /* name → code, "" when several have it */
  char days[4][ZC_DAY_ROOM]; /* that were read last */
  unsigned day;
  const json_t *checklist; /* of the plan's last version; NULL before any. Borrowed */
} zc_cells;

/* Learns roster and checklist of the plan. To be freed in any case. */
zc_code zc_cells_begin(zc_cells *cells, const zc_office *office, const char *plan,
                       const char *file, zc_err *err);
void zc_cells_free(zc_cells *cells);

/* Tells a mistake: a message, its remedy (may be NULL), pairs of arguments, ended by NULL. */
void zc_cells_wrong(zc_cells *cells, const char *text, const char *hint, ...)
    __attribute__((sentinel));

/* What erases in a list: a blank cell leaves what is known. */
#define ZC_CELL_NONE "—"

/* `text` may be NULL, which is blank. `title` is what the column is called. */

/* A day that is not after today; "" when blank. Borrowed, until three more have been read. */
const char *zc_cells_day(zc_cells *cells, const char *title, const char *text);
/* Hundredths of a yuan; 0 when blank. */
int64_t zc_cells_money(zc_cells *cells, const char *title, const char *text);
/* A whole number up to a million; 0 when blank. */
int64_t zc_cells_count(zc_cells *cells, const char *title, const char *text);
/* 是 or 否; no when blank. */
bool zc_cells_flag(zc_cells *cells, const char *title, const char *text);
/* The code of a word; "" when blank. Borrowed. */
const char *zc_cells_word(zc_cells *cells, const zc_word *words, const char *title,
                          const char *text);
/* The codes of several words between 、 or commas, joined by commas in the order of `words`. Owned;
 * NULL when out of memory. */
json_t *zc_cells_words(zc_cells *cells, const zc_word *words, const char *title,
                       const char *text);
/* Whether a spreadsheet program has made it of a formula that fails, or of a long number: #REF!, 2.02E+13. */
bool zc_cell_is_spoiled(const char *text);
/* The text, if it is neither too long nor spoiled (#REF!, 2.02E+13) nor holds an identity number: nobody's
 * name is needed. */
const char *zc_cells_text(zc_cells *cells, const char *title, const char *text);
/* A code of the roster; "" when blank. Borrowed. */
const char *zc_cells_facility(zc_cells *cells, const char *code);
/* ZC_EUSAGE, with the nearest, for a code (NULL: none) that the roster does not have. */
zc_code zc_cells_check_facility(const zc_cells *cells, const char *code, zc_err *err);

/* Tells it when a name contradicts the code beside it (neither is a part of the roster's name, nor that of
 * it), or stands without a code although the roster has it. Either may be "". */
void zc_cells_check_name(zc_cells *cells, const char *title, const char *code,
                         const char *name);
/* The id of an entry, or of an item that has several, by id or else by title; "" when both are
 * blank. Borrowed. */
const char *zc_cells_entry(zc_cells *cells, const char *id, const char *title);

/* Notes on standard error that a row has what was taken back, and is passed over. `one` is as
 * zc_withdrawn gives it. */
void zc_cells_note_void(const char *what, const json_t *one);

/* Appends 已作废 with day, name and reason, where a map has `void`. */
void zc_cells_void(zc_buffer *out, const json_t *one);

/* The title of an entry or item; "" when there is none. Borrowed. */
const char *zc_cells_entry_title(const zc_cells *cells, const char *id);

#endif
