/* error.h: how every fallible call says what went wrong.
 *
 * A call that can fail returns zc_code and takes `zc_err *err` last. `err` is
 * plain data: keep it on the stack, copy it, never free it. A message is a text
 * in English with {braces} and named arguments, so that it can cross a pipe as
 * data and be translated and filled by whoever prints it; the lowest layer that
 * knows the reason writes it. Errors *in files that people wrote* are not these
 * but faults (value/fault.h): many at once, each with its position. */
#ifndef ZC_BASE_ERROR_H
#define ZC_BASE_ERROR_H

#include <stddef.h>
#include <stdint.h>

/* Marks a text that is a message although it is no argument of zc_fail. */
#define N_(text) text

/* Each failure is the exit status that the command line gives it. */
typedef enum {
  ZC_OK = 0,
  ZC_EUSAGE = 64,    /* the command line is wrong */
  ZC_EDATA = 65,     /* a file's content is wrong */
  ZC_EOPEN = 66,     /* something named cannot be opened */
  ZC_EINSTALL = 69,  /* something has to be installed first */
  ZC_EINTERNAL = 70, /* a defect, a script's failure, or no memory */
  ZC_EWRITE = 73,    /* cannot write here */
  ZC_EIO = 74,       /* reading or writing failed half-way */
  ZC_ETRUST = 77     /* a signature or trust is missing */
} zc_code;

typedef struct {
  zc_code code;
  char text[200];  /* English, with {names} */
  char args[1400]; /* name NUL value NUL … NUL; cut on UTF-8 boundaries */
} zc_err;

/* Records a reason; returns `code`, so `return zc_fail(err, …)` works. After the
 * text come pairs of strings, an argument's name and its value, then NULL. */
zc_code zc_fail(zc_err *err, zc_code code, const char *text, ...)
    __attribute__((sentinel));

/* The same for a failed system call: adds {reason_term} from `number` (an errno). Our
 * own words where there are some: those of the C library follow the locale, which may
 * not be what the reader reads. */
zc_code zc_fail_system(zc_err *err, zc_code code, int number, const char *text, ...)
    __attribute__((sentinel));

/* The text of zc_fail_memory: whoever gets an error as data knows by it that trying again
 * may help. */
#define ZC_MEMORY_TEXT N_("out of memory; close other programs and try again")
zc_code zc_fail_memory(zc_err *err);

/* Begins a reason that comes from elsewhere; zc_err_add gives it arguments, one by one. */
void zc_err_begin(zc_err *err, zc_code code, const char *text);
void zc_err_add(zc_err *err, const char *name, const char *value);

/* The value of an argument, borrowed from `err`; NULL when it has none. */
const char *zc_err_argument(const zc_err *err, const char *name);

/* Iterates over the arguments: *cursor starts as NULL. Returns the next name and
 * its value (borrowed), or NULL at the end. */
const char *zc_err_next(const zc_err *err, const char **cursor, const char **value);

/* Writes an integer as text into `room` (at least 24 bytes) and returns it; for
 * the pairs of zc_fail: zc_fail(err, c, "… {n}", "n", ZC_DIGITS(n), NULL). */
const char *zc_number_text(char *room, int64_t number);
#define ZC_DIGITS(n) zc_number_text((char[24]){0}, (int64_t)(n))

#endif
