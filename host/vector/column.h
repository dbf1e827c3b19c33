/* column.h: the cells of a table as typed columns.
 *
 * Every column that rules name is an array with one entry a row. What is missing has a
 * value that no cell can have. */
#ifndef ZC_VECTOR_COLUMN_H
#define ZC_VECTOR_COLUMN_H

#include "base/crew.h"
#include "table/table.h"
#include "vector/dictionary.h"

/* Missing, and unreadable, among units and small ones; both lie below every value. */
#define ZC_NONE INT64_MIN
#define ZC_UNREAD (INT64_MIN + 1)
#define ZC_SMALL_NONE INT32_MIN
#define ZC_SMALL_UNREAD (INT32_MIN + 1)
/* Among truths, beside 0 and 1. */
#define ZC_TRUTH_NONE 2
#define ZC_TRUTH_UNREAD 3

typedef struct {
  /* ZC_NUMBER ZC_DATE ZC_MOMENT ZC_BOOL ZC_TEXT ZC_CODES; ZC_NIL: the values fit no array,
   * and only `cells` of the table has them (views alone). */
  zc_kind kind;
  int8_t scale; /* of ZC_NUMBER: units of 10^-scale */
  bool narrow;  /* of ZC_NUMBER: they are small ones */
  union {
    int64_t *units;  /* ZC_NUMBER; ZC_MOMENT: seconds */
    int32_t *small;  /* ZC_DATE: days; narrow ZC_NUMBER */
    uint8_t *truths; /* ZC_BOOL */
    uint32_t *codes; /* ZC_TEXT, ZC_CODES */
  };
  zc_dictionary *dictionary; /* of codes; borrowed if `shared` */
  bool shared;
  /* Of a view's column: no cell says more than it, as a number of another scale would. */
  bool exact;
  /* Of units, days and codes that are there; least > most: none. Codes of words begin at
   * ZC_CODE_FIRST. */
  int64_t least, most;
} zc_column_vector;

/* The rows of a file that stand on other lines than the ones before let expect: from `row`
 * on, row i stands on line i + shift. */
typedef struct {
  size_t row;
  int64_t shift;
} zc_shift;

/* Something that was made of the columns, and is kept for whoever needs it again. */
typedef struct zc_kept zc_kept;

struct zc_kept {
  zc_kept *next;
  void (*forget)(zc_kept *kept); /* the columns are given back */
};

typedef struct {
  zc_column_vector *vectors; /* by slot: table->slot[column] */
  int count;
  zc_shift *shifts; /* ascending; empty for a view */
  size_t shift_count;
  zc_rows *rows; /* keeps the text of a file that had to be converted; mostly NULL */
  zc_kept *kept;
} zc_columns;

/* The columns of a table that was loaded by zc_columns_load, or of a view, whose cells are
 * taken apart at the first call. Borrowed; NULL when out of memory. */
const zc_columns *zc_columns_of(zc_table *table);

/* Takes the cells of a view apart that nobody reads yet. `known` says by slot which columns
 * are there already (the others are ZC_NIL): it takes them over, and their cells need not be
 * set. If the columns are exact, they are all that stays. `crew` may be NULL. False when out of
 * memory. */
bool zc_columns_make(zc_table *view, zc_column_vector *known, zc_crew *crew);

void zc_columns_free(zc_columns *columns);

/* Makes the table keep them: they are its rows. */
void zc_columns_give(zc_table *table, zc_columns *columns);

/* Keeps something with the columns of a table, which are there. */
void zc_columns_keep(zc_table *table, zc_kept *kept);

/* Whether the entries of a column are small units. */
static inline bool zc_has_small(const zc_column_vector *vector)
{
  return vector->kind == ZC_DATE || vector->narrow;
}

static inline int64_t zc_unit_of_small(int32_t unit)
{
  return unit > ZC_SMALL_UNREAD ? unit : unit == ZC_SMALL_UNREAD ? ZC_UNREAD : ZC_NONE;
}

/* The unit of a row of a column of numbers, moments or days. */
static inline int64_t zc_column_unit(const zc_column_vector *vector, size_t row)
{
  return zc_has_small(vector) ? zc_unit_of_small(vector->small[row])
                              : vector->units[row];
}

/* Bytes of an entry. */
size_t zc_entry_size(const zc_column_vector *vector);

/* Gives numbers that are narrow, of which there are `count`, long units, with room for so many.
 * False when out of memory. */
bool zc_column_widen(zc_column_vector *vector, size_t count, size_t room);

/* The value of a row as the plain executor has it. */
zc_scalar zc_column_scalar(const zc_column_vector *vector, size_t row);

#endif
