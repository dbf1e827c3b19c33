/* machine.h: what a program is made of; for the files that compile and run it.
 *
 * A program is a list of steps. Each fills one register with a value for each row of the
 * batch. Conditions are truths of one byte, everything else units of 64 bits. What is missing,
 * unreadable or odd is a value of its own in both, in this order, so that of several the
 * largest stands for what comes of them. */
#ifndef ZC_VECTOR_MACHINE_H
#define ZC_VECTOR_MACHINE_H

#include <pthread.h>

#include "vector/loops.h"
#include "vector/program.h"

typedef struct zc_step zc_step;
typedef struct zc_frame zc_frame;

/* A register: what stands in it now, and room of its own, of two lanes. A step may point to
 * values that stand elsewhere instead. */
typedef struct {
  const int64_t *units, *divisors; /* divisors NULL: they are all 1 */
  const uint8_t *truths;
  int8_t scale;
  int64_t *room; /* NULL: a constant, never written */
} zc_register;

/* Rows that a condition on the other side of `and` or `or` has decided already. */
typedef struct zc_guard {
  int truths; /* a register */
  uint8_t deciding;
  const struct zc_guard *outer;
} zc_guard;

/* A column that an expression reads: table and slot. */
typedef struct {
  const zc_use *columns;
  int column_count;
  uint32_t aggregates, running; /* a bit for each slot */
  bool tables[1 + ZC_TABLE_PREV];
} zc_reads;

/* Values of an expression that depends on one column only, by its value; 0: not known yet.
 * Whoever computes one first writes it; all write the same. */
typedef struct {
  uint8_t *truths; /* truth + 1 */
  int64_t *units;  /* units ^ ZC_MEMO_MARK */
  uint32_t *texts; /* codes of the program's dictionary, all known */
  size_t count;
  int8_t scale;
} zc_memo;
#define ZC_MEMO_MARK (INT64_MIN + 3)

struct zc_step {
  bool (*run)(const zc_step *step, zc_frame *frame); /* false: out of memory */
  int to, a, b, c;                                   /* registers; -1: none */
  zc_op op;
  const zc_node *node;
  int table;                      /* of a column … */
  const zc_column_vector *vector; /* … and its values */
  zc_scalar constant;             /* beside a register */
  bool flag;                      /* what it means the step says */
  const uint32_t *codes;          /* of another dictionary, by code */
  zc_memo *memo;
  const zc_reads *reads;
  const zc_guard *guard;
};

/* What a worker needs while it runs a batch. */
struct zc_frame {
  zc_program *program;
  const zc_batch *batch;
  const zc_loops *loops;
  zc_register *registers;
  zc_scalar *rooms[1 + ZC_TABLE_PREV];
  zc_scalar aggregates[ZC_AGGREGATES], running[ZC_RUNNING];
  uint32_t index[ZC_LANE];
  int64_t scratch[2][ZC_LANE]; /* of numbers that are brought to another scale */
};

struct zc_program {
  const zc_rule *rule;
  const zc_node *root;
  const zc_columns *columns[1 + ZC_TABLE_PREV]; /* of the tables that it reads */
  zc_arena arena;
  zc_step *steps;
  int step_count, step_room;
  zc_register *registers; /* constants stand in them already */
  int register_count, register_room;
  bool *busy;                      /* by register, while it is compiled */
  int result;                      /* a register; -1: everything is odd */
  const zc_dictionary *dictionary; /* of the result */
  zc_dictionary own;               /* texts that are made here */
  bool owns, exact, locks;
  pthread_mutex_t lock; /* of `own`, where workers make texts; there if `locks` */
  zc_frame *frames;
  int workers;
};

/* ---- reads.c: what an expression reads, and which numbers it can give ---- */

/* False when out of memory. */
bool zc_reads_of(zc_program *program, const zc_node *node, zc_reads *reads);

/* The largest scale of the values, 0 unless they are numbers; whether they can be quotients; and
 * whether this is sure: not before `batch` has brought the lanes of aggregates. */
typedef struct {
  int scale;
  bool ratio, known;
} zc_bound;
zc_bound zc_bound_of(const zc_program *program, const zc_node *node,
                     const zc_batch *batch);

/* Whether the evaluator may know numbers in it at other scales than their columns and lanes have:
 * cells of views, figures, and values of which one is taken. */
bool zc_has_own_scales(const zc_program *program, const zc_node *node);

/* See zc_program_is_exact. */
bool zc_exact(const zc_program *program, const zc_node *node);

/* ---- compile.c ---- */

/* Fills the program's steps; false when out of memory. */
bool zc_program_compile(zc_program *program);

/* ---- program.c: scalars and registers ---- */

/* As units of that scale, with ZC_NONE, ZC_UNREAD; ZC_ODD when it does not fit or is of
 * another kind. *divisor may be NULL when there cannot be any. Texts have no units. */
int64_t zc_units_of(zc_scalar value, zc_kind kind, int scale, int64_t *divisor);

/* As a truth, with ZC_TRUTH_NONE and the others. */
uint8_t zc_truth_of(zc_scalar value);

/* Number i of a register that holds values of the kind, not special. */
static inline zc_scalar zc_register_number(const zc_register *r, size_t i)
{
  return (zc_scalar){.kind = ZC_NUMBER,
                     .scale = r->scale,
                     .units = r->units[i],
                     .divisor = r->divisors == NULL ? 1 : r->divisors[i]};
}

/* Points the register to its own room, and gives that. */
static inline int64_t *zc_own_units(zc_register *r, int scale)
{
  r->units = r->room;
  r->divisors = NULL;
  r->scale = (int8_t)scale;
  return r->room;
}

static inline int64_t *zc_own_divisors(zc_register *r)
{
  r->divisors = r->room + ZC_LANE + 8;
  return r->room + ZC_LANE + 8;
}

static inline uint8_t *zc_own_truths(zc_register *r)
{
  r->truths = (uint8_t *)r->room;
  return (uint8_t *)r->room;
}

/* What two units say of which at least one is special. */
static inline int64_t zc_special(int64_t x, int64_t y)
{
  x = x <= ZC_ODD ? x : ZC_NONE;
  y = y <= ZC_ODD ? y : ZC_NONE;
  return x > y ? x : y;
}

/* ---- steps: gather.c ---- */

bool zc_step_load(const zc_step *step, zc_frame *frame);
bool zc_step_lane(const zc_step *step, zc_frame *frame); /* aggregates, running: flag */

/* The row of a table for each row of the batch, plus one, and the partners beside them;
 * NULL: those from batch->first on. */
const uint32_t *zc_rows_of(const zc_frame *frame, int table);

/* The unit, or code, of one of those rows. */
int64_t zc_unit_of_row(const zc_column_vector *vector, uint32_t row);

/* ---- memo.c ---- */

/* How many values a column can have, by what is known of it; 0: too many, or that is not known
 * of columns of its kind. */
size_t zc_value_count(const zc_column_vector *v);
/* The number of a row's value among these. */
uint32_t zc_value_number(const zc_column_vector *v, size_t row);

/* Whether the values of a node that reads one column only can be kept by the column's. */
bool zc_memo_fits(const zc_program *program, const zc_node *node, const zc_use *column);

/* A memo for such a node, in the program's arena. False when out of memory. */
bool zc_memo_new(zc_program *program, const zc_node *node, const zc_use *column,
                 zc_memo **made);
bool zc_step_memo(const zc_step *step, zc_frame *frame);

/* ---- rowwise.c ---- */

bool zc_step_rowwise(const zc_step *step, zc_frame *frame);

/* ---- truths.c ---- */

bool zc_step_code(const zc_step *step, zc_frame *frame); /* codes with a constant */
bool zc_step_both(const zc_step *step, zc_frame *frame); /* and, or: op */
bool zc_step_not(const zc_step *step, zc_frame *frame);
bool zc_step_same_truths(const zc_step *step, zc_frame *frame);
bool zc_step_is_nil(const zc_step *step, zc_frame *frame); /* flag: of truths */
bool zc_step_choose_truths(const zc_step *step, zc_frame *frame);
bool zc_step_default_truths(const zc_step *step, zc_frame *frame);
bool zc_step_compare(const zc_step *step, zc_frame *frame);
bool zc_step_compare_constant(const zc_step *step,
                              zc_frame *frame); /* flag: it stands left */
/* A column of small units and a constant; flag: as above. */
bool zc_step_within(const zc_step *step, zc_frame *frame);
bool zc_step_same_texts(const zc_step *step,
                        zc_frame *frame); /* flag: blank ones are nil */

/* ---- operate.c ---- */

bool zc_step_arithmetic(const zc_step *step, zc_frame *frame);
bool zc_step_negate(const zc_step *step, zc_frame *frame);
bool zc_step_absolute(const zc_step *step, zc_frame *frame);
bool zc_step_extreme(const zc_step *step, zc_frame *frame); /* flag: the largest */
bool zc_step_round(const zc_step *step, zc_frame *frame);   /* c: decimals */
bool zc_step_floor(const zc_step *step, zc_frame *frame);
bool zc_step_choose(const zc_step *step,
                    zc_frame *frame); /* c: condition; b -1: given() */
bool zc_step_default(const zc_step *step, zc_frame *frame); /* flag: of texts */

/* ---- days.c ---- */

bool zc_step_shift_day(const zc_step *step, zc_frame *frame); /* op: + or - */
bool zc_step_days(const zc_step *step, zc_frame *frame);      /* b - a */
bool zc_step_elapsed(const zc_step *step, zc_frame *frame);   /* c: seconds of a unit */
bool zc_step_seconds(const zc_step *step, zc_frame *frame);   /* of days */
bool zc_step_date(const zc_step *step, zc_frame *frame);      /* of moments */
bool zc_step_civil(const zc_step *step, zc_frame *frame);     /* c: y, m, d; of days */

#endif
