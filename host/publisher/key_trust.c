/* key trust: takes roots. The first one by its fingerprint, which came another way; later ones
 * because enough keys of the one before have signed them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/workspace.h"
#include "package/library.h"
#include "publisher/chain.h"
#include "publisher/commands.h"
#include "publisher/key_list.h"
#include "publisher/roots.h"

const zc_option zc_key_trust_options[] =
    {{"fingerprint", 0, "HEX",
      N_("the first root's fingerprint, from paper or by telephone")},
     {NULL, 0, NULL, NULL}};

typedef struct {
  zc_cli *cli;
  zc_library packages;
  int fd;         /* the folder with the roots */
  int64_t newest; /* to be trusted in the end */
  zc_chain chain; /* what it has behind the root that is trusted */
} trusting;

/* ---- checking ------------------------------------------------------------------ */

/* The folder has nothing newer. */
static zc_code check_same(trusting *t, zc_err *err)
{
  zc_root root;
  const zc_root *own = &t->packages.root;
  if (t->newest < own->number)
    return zc_fail(err, ZC_ETRUST,
                   "root {number} is older than root {own}, which is trusted here: "
                   "there is no way back to keys that may have been revoked",
                   "number", ZC_DIGITS(t->newest), "own", ZC_DIGITS(own->number), NULL);
  zc_code code = zc_roots_read_unsigned(t->fd, t->newest, &root, err);
  if (code == ZC_OK && strcmp(root.sha256, own->sha256) != 0)
    code = zc_fail(err, ZC_ETRUST,
                   "root {number} here is another than the root {number} that is "
                   "trusted: one of them is forged, or two were made; ask the office "
                   "by telephone",
                   "number", ZC_DIGITS(t->newest), NULL);
  zc_root_free(&root);
  return code;
}

/* ---- the first time ------------------------------------------------------------ */

static bool is_yes(const char *line)
{
  static const char *const yes[] = {"y", "Y", "yes", "是"};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    if (strcmp(line, yes[i]) == 0)
      return true;
  return false;
}

static zc_code ask(const trusting *t, zc_err *err)
{
  char line[32];
  zc_code code = zc_root_show(&t->chain.last, t->cli->today, err);
  if (code != ZC_OK)
    return code;
  printf("%s > ",
         _("does the fingerprint agree with the one that the office gave you on paper "
           "or by telephone, in every group? (yes or no)"));
  fflush(stdout);
  if (fgets(line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  line[strcspn(line, "\r\n")] = '\0';
  return is_yes(line) ? ZC_OK
                      : zc_fail(err, ZC_ETRUST,
                                "it was not confirmed: nothing was "
                                "trusted",
                                NULL);
}

/* Whether a root of this fingerprint is among those that are trusted, or will be. */
static bool is_known(const trusting *t, const char *given)
{
  size_t index;
  const json_t *known;
  json_array_foreach(t->chain.fingerprints, index, known)
  {
    if (zc_fingerprint_is(given, json_string_value(known)))
      return true;
  }
  return zc_fingerprint_is(given, t->packages.root.sha256);
}

static zc_code check_fingerprint(const trusting *t, zc_err *err)
{
  const char *given = zc_option_value(t->cli, "fingerprint");
  if (given != NULL && !is_known(t, given))
    return zc_fail(
        err, ZC_ETRUST,
        "no root here has this fingerprint: nothing was trusted; compare the "
        "digits, and if they are right, the roots are not the office's",
        NULL);
  if (given != NULL || t->packages.root.number > 0)
    return ZC_OK;
  if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
    return ask(t, err);
  return zc_fail(err, ZC_ETRUST,
                 "the first root is trusted by its fingerprint: give the one that came "
                 "from the office on paper or by telephone with --fingerprint",
                 NULL);
}

/* ---- keeping ------------------------------------------------------------------- */

static zc_code take(trusting *t, zc_err *err)
{
  zc_code code = ZC_OK;
  if (t->newest <= t->packages.root.number) {
    code = check_same(t, err);
    if (code == ZC_OK)
      code = check_fingerprint(t, err);
    if (code == ZC_OK)
      zc_say_line(N_("root {number} is trusted already"),
                  json_pack("{s:I}", "number", (json_int_t)t->newest));
    return code;
  }
  code = zc_chain_follow(t->fd, &t->packages.root, t->newest, t->cli->today, &t->chain,
                         err);
  if (code == ZC_OK)
    code = check_fingerprint(t, err);
  if (code == ZC_OK)
    code = zc_chain_keep(&t->chain, &t->packages, err);
  if (code == ZC_OK) {
    zc_say_line(N_("root {number} is trusted from now on"),
                json_pack("{s:I}", "number", (json_int_t)t->newest));
    code = zc_root_show(&t->packages.root, t->cli->today, err);
  }
  return code;
}

static zc_code find_newest(trusting *t, int64_t named, const char *path, zc_err *err)
{
  t->newest = named;
  zc_code code = named != 0 ? ZC_OK : zc_roots_newest(t->fd, &t->newest, err);
  if (code == ZC_OK && t->newest == 0)
    code = zc_fail(err, ZC_EOPEN,
                   "{path} has no root: roots are files 1.root, 2.root … with their "
                   "signatures beside them",
                   "path", path, NULL);
  return code;
}

int zc_command_key_trust(zc_cli *cli)
{
  const char *given = zc_option_value(cli, "fingerprint");
  trusting t = {.cli = cli, .fd = -1};
  int64_t named;
  zc_err err;
  if (given != NULL && !zc_fingerprint_reads(given))
    return zc_exit(
        zc_fail(&err, ZC_EUSAGE,
                "{given} is no fingerprint: it has 64 digits 0 to 9 and a to "
                "f, in groups or not",
                "given", given, NULL),
        &err);
  zc_code code = zc_roots_open(cli->arguments[0], &t.fd, &named, &err);
  if (code == ZC_OK)
    code = find_newest(&t, named, cli->arguments[0], &err);
  if (code == ZC_OK)
    code = zc_library_open(&cli->home, true, &t.packages, &err);
  if (code == ZC_OK) {
    code = take(&t, &err);
    zc_library_close(&t.packages);
  }
  zc_chain_free(&t.chain);
  if (t.fd >= 0)
    close(t.fd);
  return zc_exit(code, &err);
}
