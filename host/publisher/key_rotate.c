/* key rotate: makes the next root from a list of keys, and puts a holder's signature beside it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/secret.h"
#include "cli/subject.h"
#include "cli/workspace.h"
#include "publisher/commands.h"
#include "publisher/key_list.h"
#include "publisher/keys_file.h"
#include "publisher/roots.h"

const zc_option zc_key_rotate_options[] =
    {{"out", 0, "DIR",
      N_("the folder of the roots, into which the next one is written")},
     {"sign", 0, "FILE", N_("sign this root instead of making one")},
     {"key", 0, "FILE", N_("the secret key that signs it")},
     {NULL, 0, NULL, NULL}};

/* ---- the next root ------------------------------------------------------------- */

static zc_code write_root(int fd, zc_root *root, zc_err *err)
{
  char name[40];
  zc_buffer text = {0};
  snprintf(name, sizeof name, "%lld" ZC_ROOT_SUFFIX, (long long)root->number);
  zc_code code = zc_root_print(root, &text, err);
  if (code == ZC_OK)
    code = zc_hash_of(text.data, text.size, root->sha256, err);
  if (code == ZC_OK)
    code = zc_file_create(fd, name, text.data, text.size, 0666, err);
  zc_buffer_free(&text);
  return code;
}

/* What has to be done before it is trusted. */
static void tell_next(const char *folder, const zc_root *root, const zc_root *before)
{
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%.4000s/%lld" ZC_ROOT_SUFFIX, folder,
           (long long)root->number);
  zc_say_line(N_("made {path}; have its holders sign it: `zicha key rotate --sign "
                 "{path} --key KEY`"),
              json_pack("{s:o}", "path", zc_json_lossy(path, strlen(path))));
  if (before != NULL)
    zc_say_line(
        N_("it needs {own} signatures of its own keys, and {before} of the keys "
           "of root {number}; a key of both counts for both"),
        json_pack("{s:i, s:i, s:I}", "own", root->threshold, "before",
                  before->threshold, "number", (json_int_t)before->number));
  else
    zc_say_line(
        N_("it needs {own} signatures of its own keys; print the fingerprint on "
           "paper and hand it to the facilities"),
        json_pack("{s:i}", "own", root->threshold));
}

static zc_code make_next(zc_cli *cli, int fd, const char *folder, zc_err *err)
{
  zc_root root = {0}, before = {0};
  int64_t newest;
  json_t *faults = json_array();
  zc_code code = faults == NULL ? zc_fail_memory(err)
                                : zc_roots_newest(fd, &newest, err);
  if (code == ZC_OK && newest > 0)
    code = zc_roots_read_unsigned(fd, newest, &before, err);
  if (code == ZC_OK) {
    root.number = newest + 1;
    snprintf(root.issued, sizeof root.issued, "%.10s", cli->today);
    code = zc_keys_file_read(cli->arguments[0], faults, &root, err);
  }
  zc_print_faults(faults, NULL);
  if (code == ZC_OK)
    code = write_root(fd, &root, err);
  if (code == ZC_OK)
    code = zc_root_show(&root, cli->today, err);
  if (code == ZC_OK)
    tell_next(folder, &root, newest > 0 ? &before : NULL);
  json_decref(faults);
  zc_root_free(&root);
  zc_root_free(&before);
  return code;
}

/* ---- signing ------------------------------------------------------------------- */

/* A root that a holder signs, and the one before it. */
typedef struct {
  int fd;
  zc_root root, before;
} signing;

static bool signs(const zc_root *root, const unsigned char id[ZC_KEY_ID])
{
  const zc_root_key *key = zc_root_find(root, id);
  return key != NULL && key->root;
}

static zc_code check_holder(const signing *s, const zc_secret_key *key, zc_err *err)
{
  char id[ZC_KEY_ID_ROOM];
  if (signs(&s->root, key->shown.id) || signs(&s->before, key->shown.id))
    return ZC_OK;
  zc_key_id_text(key->shown.id, id);
  return zc_fail(
      err, ZC_ETRUST,
      "the key {id} has the role root neither in root {number} nor in the one "
      "before it: its signature would not count",
      "id", id, "number", ZC_DIGITS(s->root.number), NULL);
}

static zc_code write_signature(const signing *s, const zc_secret_key *key, zc_err *err)
{
  char id[ZC_KEY_ID_ROOM], name[40], signature[80];
  unsigned char digest[ZC_BLAKE2B];
  zc_buffer text = {0}, comment = {0}, out = {0};
  zc_key_id_text(key->shown.id, id);
  snprintf(name, sizeof name, "%lld" ZC_ROOT_SUFFIX, (long long)s->root.number);
  snprintf(signature, sizeof signature, "%s.%s" ZC_SIGNATURE_SUFFIX, name, id);
  zc_root_comment(s->root.number, &comment);
  zc_code code = zc_buffer_check(&comment, err);
  if (code == ZC_OK)
    code = zc_file_read_beneath(s->fd, name, ZC_ROOT_FILE, &text, err);
  if (code == ZC_OK) {
    zc_blake2b_of(text.data, text.size, digest, sizeof digest);
    code = zc_signature_make(digest, key, comment.data, &out, err);
  }
  if (code == ZC_OK)
    code = zc_file_write(s->fd, signature, out.data, out.size, 0666, err);
  zc_buffer_free(&text);
  zc_buffer_free(&comment);
  zc_buffer_free(&out);
  return code;
}

static void tell_missing(const signing *s, const zc_root_count *count)
{
  bool first = s->before.number == 0;
  bool enough = count->own >= s->root.threshold &&
                (first || count->before >= s->before.threshold);
  zc_say_line(N_("root {number}: {count} of {threshold} signatures of its own keys"),
              json_pack("{s:I, s:i, s:i}", "number", (json_int_t)s->root.number,
                        "count", count->own, "threshold", s->root.threshold));
  if (!first)
    zc_say_line(N_("root {number}: {count} of {threshold} signatures of the keys of "
                   "root {before}"),
                json_pack("{s:I, s:i, s:i, s:I}", "number", (json_int_t)s->root.number,
                          "count", count->before, "threshold", s->before.threshold,
                          "before", (json_int_t)s->before.number));
  zc_say_line(enough ? N_("that is enough: it can be published and trusted")
                     : N_("that is not enough yet: hand the folder to the next holder"),
              NULL);
}

static zc_code sign(signing *s, int64_t number, const char *key_path, zc_err *err)
{
  zc_secret_key key;
  zc_root again;
  zc_root_count count;
  json_t *kept = NULL;
  zc_code code = zc_roots_read_unsigned(s->fd, number, &s->root, err);
  if (code == ZC_OK && number > 1)
    code = zc_roots_read_unsigned(s->fd, number - 1, &s->before, err);
  if (code == ZC_OK)
    code = zc_secret_open(key_path, &key, NULL, err);
  if (code != ZC_OK)
    return code;
  code = check_holder(s, &key, err);
  if (code == ZC_OK)
    code = write_signature(s, &key, err);
  zc_key_forget(&key);
  if (code != ZC_OK)
    return code;
  code = zc_root_read_part(s->fd, "", number, number > 1 ? &s->before : NULL, &again,
                           &kept, &count, err);
  if (code == ZC_OK)
    tell_missing(s, &count);
  json_decref(kept);
  zc_root_free(&again);
  return code;
}

static zc_code sign_file(const zc_cli *cli, const char *path, zc_err *err)
{
  signing s = {.fd = -1};
  const char *key = zc_option_value(cli, "key");
  int64_t number;
  if (key == NULL)
    return zc_fail(err, ZC_EUSAGE, "--sign needs --key with the secret key that signs",
                   NULL);
  zc_code code = zc_roots_open(path, &s.fd, &number, err);
  if (code == ZC_OK && number == 0)
    code = zc_fail(err, ZC_EUSAGE, "{path} is no root: name the file, as roots/2.root",
                   "path", path, NULL);
  if (code == ZC_OK)
    code = sign(&s, number, key, err);
  zc_root_free(&s.root);
  zc_root_free(&s.before);
  if (s.fd >= 0)
    close(s.fd);
  return code;
}

/* ---- the command --------------------------------------------------------------- */

static zc_code make_file(zc_cli *cli, zc_err *err)
{
  const char *folder = zc_option_value(cli, "out");
  int fd;
  if (cli->argument_count != 1 || folder == NULL)
    return zc_fail(err, ZC_EUSAGE,
                   "name the list of keys and the folder of the roots: `zicha key "
                   "rotate KEYS.yaml --out DIR`",
                   NULL);
  zc_code code = zc_subject_make_folder(folder, &fd, err);
  if (code != ZC_OK)
    return code;
  code = make_next(cli, fd, folder, err);
  close(fd);
  return code;
}

int zc_command_key_rotate(zc_cli *cli)
{
  const char *path = zc_option_value(cli, "sign");
  zc_err err;
  if (path != NULL && cli->argument_count > 0)
    return zc_exit(zc_fail(&err, ZC_EUSAGE,
                           "a root is made or signed, not both at once", NULL),
                   &err);
  zc_code code = path != NULL ? sign_file(cli, path, &err) : make_file(cli, &err);
  return zc_exit(code, &err);
}
