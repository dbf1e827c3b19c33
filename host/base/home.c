#include "base/home.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool join(char room[PATH_MAX], const char *prefix, const char *name)
{
  int length = snprintf(room, PATH_MAX, "%s/%s", prefix, name);
  return length > 0 && length < PATH_MAX;
}

/* A variable that holds an absolute path; others name nothing (XDG's base folders say so). */
static const char *folder_of(const char *variable)
{
  const char *value = getenv(variable);
  return value != NULL && value[0] == '/' ? value : NULL;
}

static bool find_library(char room[PATH_MAX])
{
  char here[PATH_MAX];
  const char *own = getenv("ZICHA_LIBRARY"), *data = folder_of("XDG_DATA_HOME"),
             *user = folder_of("HOME");
  room[0] = '\0';
  if (own != NULL && own[0] == '/')
    return snprintf(room, PATH_MAX, "%s", own) < PATH_MAX;
  if (own != NULL && own[0] != '\0')
    return getcwd(here, sizeof here) != NULL && join(room, here, own);
  if (data != NULL)
    return join(room, data, "zicha");
  return user == NULL || join(room, user, ".local/share/zicha");
}

zc_code zc_home_find(zc_home *home, zc_err *err)
{
  char prefix[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", prefix, sizeof prefix - 1);
  if (length < 0)
    return zc_fail_system(err, ZC_EINSTALL, errno,
                          "cannot tell where zicha is installed: {reason_term}", NULL);
  prefix[length] = '\0';
  for (int up = 0; up < 2; up++) { /* …/bin/zicha → … */
    char *slash = strrchr(prefix, '/');
    if (slash != NULL)
      *slash = '\0';
  }
  if (!join(home->share, prefix, "share/zicha") ||
      !join(home->locale, prefix, "share/locale") ||
      !join(home->evaluator, prefix, "libexec/zicha/zicha-eval") ||
      !find_library(home->library))
    return zc_fail(err, ZC_EINSTALL, "zicha is installed at too long a path", NULL);
  if (access(home->share, R_OK | X_OK) != 0 || access(home->evaluator, X_OK) != 0)
    return zc_fail(err, ZC_EINSTALL,
                   "zicha is not installed completely: {path} is missing; install it "
                   "again",
                   "path",
                   access(home->evaluator, X_OK) != 0 ? home->evaluator : home->share,
                   NULL);
  return ZC_OK;
}

zc_code zc_home_path(const zc_home *home, const char *inner, char path[PATH_MAX],
                     zc_err *err)
{
  if (join(path, home->share, inner))
    return ZC_OK;
  return zc_fail(err, ZC_EOPEN, "the path {path} is too long", "path", inner, NULL);
}
