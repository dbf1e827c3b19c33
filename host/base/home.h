/* home.h: where zicha's own files are: its scripts, shipped packages, layouts,
 * messages and the evaluator. An installed program finds them beside itself
 * (PREFIX/bin, PREFIX/libexec/zicha, PREFIX/share/zicha), and one in the build tree
 * does too, because that tree has the same shape. */
#ifndef ZC_BASE_HOME_H
#define ZC_BASE_HOME_H

#include <limits.h>

#include "base/error.h"

typedef struct {
  char share[PATH_MAX];     /* …/share/zicha */
  char locale[PATH_MAX];    /* …/share/locale */
  char evaluator[PATH_MAX]; /* …/libexec/zicha/zicha-eval */
  char library[PATH_MAX];   /* where packages are installed; "": nowhere */
} zc_home;

/* ZC_EINSTALL when something is missing. The library is what ZICHA_LIBRARY names (from the current folder), else zicha in
 * XDG_DATA_HOME, else .local/share/zicha of the user's HOME; it need not be there. */
zc_code zc_home_find(zc_home *home, zc_err *err);

/* The path of something in the share folder ("scripts/rules"). */
zc_code zc_home_path(const zc_home *home, const char *inner, char path[PATH_MAX],
                     zc_err *err);

#endif
