/* key: keys with which reports and plans are signed, in minisign's files. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/message.h"
#include "cli/secret.h"
#include "command/commands.h"

#define DEFAULT_NAME "facility"
#define OFFICE_NAME "office" /* in the workspace of one */
#define NAME_LIMIT 100
#define SECRET ".key"
#define PUBLIC ".pub"

/* ---- key new ----------------------------------------------------------------- */

/* Where a key goes. */
typedef struct {
  int fd;
  const char *name;
  char folder[PATH_MAX]; /* as people read it; "" or ends with a slash */
} place;

/* A name of a file, in the folder and seen in listings. */
static zc_code check_name(const char *name, zc_err *err)
{
  uint32_t character;
  size_t length = strlen(name);
  bool good = length > 0 && length <= NAME_LIMIT && name[0] != '.' && name[0] != '-' &&
              zc_utf8_valid(name, length, NULL);
  for (size_t at = 0; good && at < length;) {
    at += zc_utf8_decode(name + at, length - at, &character);
    good = character > ' ' && character != '/' && !zc_text_forbidden(character);
  }
  return good ? ZC_OK
              : zc_fail(err, ZC_EUSAGE,
                        "{name} cannot name a key: take letters, digits, - and _, at "
                        "most {limit} bytes",
                        "name", name, "limit", ZC_DIGITS(NAME_LIMIT), NULL);
}

/* The folder that --out names; else keys/ of the workspace, or the folder itself where
 * there is none. */
static zc_code find_place(const zc_cli *cli, place *to, zc_err *err)
{
  const char *out = zc_option_value(cli, "out"), *folder = cli->folder;
  int base;
  if (out != NULL)
    folder = out;
  zc_code code = zc_folder_open(folder, &base, err);
  if (code != ZC_OK)
    return code;
  bool office = faccessat(base, "office.yaml", F_OK, 0) == 0;
  to->name = cli->argument_count > 0 ? cli->arguments[0]
             : office                ? OFFICE_NAME
                                     : DEFAULT_NAME;
  code = check_name(to->name, err);
  if (code != ZC_OK) {
    close(base);
    return code;
  }
  bool inside = out == NULL && faccessat(base, ZC_STORE_FILE, F_OK, 0) == 0;
  const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
  snprintf(to->folder, sizeof to->folder, "%.4000s%s%s",
           strcmp(folder, ".") == 0 ? "" : folder,
           strcmp(folder, ".") == 0 ? "" : slash, inside ? "keys/" : "");
  to->fd = base;
  if (!inside)
    return ZC_OK;
  zc_drafts_sweep(base, "keys");
  code = zc_folder_open_beneath(base, "keys", true, &to->fd, err);
  close(base);
  return code;
}

/* Both paths, before anybody thinks of a passphrase. */
static zc_code check_free(const place *to, zc_err *err)
{
  static const char *const suffixes[] = {SECRET, PUBLIC};
  char file[NAME_LIMIT + 8], path[PATH_MAX + NAME_LIMIT + 8];
  for (size_t i = 0; i < 2; i++) {
    snprintf(file, sizeof file, "%s%s", to->name, suffixes[i]);
    snprintf(path, sizeof path, "%s%s", to->folder, file);
    if (faccessat(to->fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
      return zc_fail(
          err, ZC_EWRITE,
          "{path} is there already and is not overwritten; take another name "
          "or folder",
          "path", path, NULL);
  }
  return ZC_OK;
}

static zc_code write_pair(const place *to, const zc_secret_key *key,
                          const char *passphrase, zc_err *err)
{
  char secret_file[NAME_LIMIT + 8], public_file[NAME_LIMIT + 8];
  zc_buffer secret = {0}, shown = {0};
  snprintf(secret_file, sizeof secret_file, "%s" SECRET, to->name);
  snprintf(public_file, sizeof public_file, "%s" PUBLIC, to->name);
  zc_key_print_public(&key->shown, &shown);
  zc_code code = zc_buffer_check(&shown, err);
  if (code == ZC_OK)
    code = zc_key_print_secret(key, passphrase, &secret, err);
  if (code == ZC_OK)
    code = zc_file_create(to->fd, secret_file, secret.data, secret.size, 0600, err);
  if (code == ZC_OK) {
    code = zc_file_create(to->fd, public_file, shown.data, shown.size, 0666, err);
    if (code != ZC_OK)
      unlinkat(to->fd, secret_file, 0); /* nothing was signed with half a pair */
  }
  if (secret.data != NULL)
    zc_forget(secret.data, secret.room);
  zc_buffer_free(&secret);
  zc_buffer_free(&shown);
  return code;
}

/* A path beneath the folder, as a text. Owned. */
static json_t *path_text(const place *to, const char *suffix)
{
  char path[PATH_MAX + NAME_LIMIT + 8];
  snprintf(path, sizeof path, "%s%s%s", to->folder, to->name, suffix);
  return zc_json_lossy(path, strlen(path));
}

static void print_public(const zc_public_key *key)
{
  char id[ZC_KEY_ID_ROOM], line[ZC_KEY_LINE_ROOM];
  zc_key_id_text(key->id, id);
  zc_key_line(key, line);
  zc_say_line(N_("key id: {id}"), json_pack("{s:s}", "id", id));
  zc_say_line(N_("public key: {line}"), json_pack("{s:s}", "line", line));
}

static zc_code make_key(const place *to, bool lock, zc_err *err)
{
  char passphrase[ZC_PASSPHRASE];
  zc_secret_key key;
  zc_code code = check_free(to, err);
  if (code == ZC_OK && lock)
    code = zc_passphrase_new(passphrase, err);
  if (code != ZC_OK)
    return code;
  code = zc_key_new(&key, err);
  if (code == ZC_OK)
    code = write_pair(to, &key, lock ? passphrase : NULL, err);
  if (code == ZC_OK) {
    zc_say_line(N_("made {secret}: it signs; keep it where nobody else can read it"),
                json_pack("{s:o}", "secret", path_text(to, SECRET)));
    zc_say_line(N_("made {public}: hand it to whoever is to check signatures, and let "
                   "them compare the key id"),
                json_pack("{s:o}", "public", path_text(to, PUBLIC)));
    print_public(&key.shown);
    if (!lock) {
      fflush(stdout);
      fprintf(stderr, "%s%s\n", _("warning: "),
              _("the key is not locked: whoever reads its file can sign with it"));
    }
  }
  zc_forget(passphrase, sizeof passphrase);
  zc_key_forget(&key);
  return code;
}

int zc_command_key_new(zc_cli *cli)
{
  zc_err err;
  place to;
  zc_code code = find_place(cli, &to, &err);
  if (code != ZC_OK)
    return zc_exit(code, &err);
  code = make_key(&to, zc_option_value(cli, "no-passphrase") == NULL, &err);
  close(to.fd);
  return zc_exit(code, &err);
}

/* ---- key show ---------------------------------------------------------------- */

static zc_code show_secret(const char *path, zc_err *err)
{
  zc_secret_key key;
  bool locked;
  zc_code code = zc_secret_open(path, &key, &locked, err);
  if (code != ZC_OK)
    return code;
  print_public(&key.shown);
  zc_say_line(locked ? N_("this is the secret key, locked by a passphrase")
                     : N_("this is the secret key, not locked by a passphrase"),
              NULL);
  zc_key_forget(&key);
  return ZC_OK;
}

int zc_command_key_show(zc_cli *cli)
{
  zc_err err;
  zc_public_key key;
  zc_buffer text = {0};
  const char *path = cli->arguments[0];
  zc_code code = zc_file_read(path, ZC_KEY_FILE, &text, &err);
  if (code == ZC_OK && zc_key_is_secret(text.data, text.size)) {
    code = show_secret(path, &err);
  } else if (code == ZC_OK) {
    code = zc_key_parse_public(path, text.data, text.size, &key, &err);
    if (code == ZC_OK)
      print_public(&key);
  }
  if (text.data != NULL)
    zc_forget(text.data, text.room);
  zc_buffer_free(&text);
  return zc_exit(code, &err);
}
