#include "cli/secret.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "cli/message.h"

#define CANCEL '\3' /* Ctrl-C */

/* Reads a line byte by byte: nothing of it stays in a buffer of the C library. *length
 * counts what came, also what did not fit; -1 when nothing did. */
static zc_code read_line(char room[ZC_PASSPHRASE], long *length, zc_err *err)
{
  *length = -1;
  for (;;) {
    char byte;
    ssize_t got = read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return zc_fail_system(err, ZC_EIO, errno, "cannot read {path}: {reason_term}",
                            "path", "stdin", NULL);
    if (got == 0)
      break;
    *length += *length < 0;
    if (byte == '\n')
      break;
    if (*length < ZC_PASSPHRASE - 1)
      room[*length] = byte;
    ++*length;
    if (byte == CANCEL)
      break;
  }
  if (*length < 0)
    return ZC_OK;
  if (*length<ZC_PASSPHRASE && * length> 0 && room[*length - 1] == '\r')
    --*length;
  room[*length < ZC_PASSPHRASE ? *length : ZC_PASSPHRASE - 1] = '\0';
  return ZC_OK;
}

/* The same from a terminal that does not show it. Ctrl-C ends the line instead of the
 * process, or the terminal would stay as it is. */
static zc_code read_hidden(const char *prompt, char room[ZC_PASSPHRASE], long *length,
                           zc_err *err)
{
  struct termios before, hidden;
  bool changed = tcgetattr(STDIN_FILENO, &before) == 0;
  hidden = before;
  hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
  hidden.c_cc[VEOL] = CANCEL;
  changed = changed && tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  fprintf(stderr, "%s", prompt);
  zc_code code = read_line(room, length, err);
  if (changed)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
  fputc('\n', stderr);
  if (code == ZC_OK && *length > 0 && *length < ZC_PASSPHRASE &&
      room[*length - 1] == CANCEL)
    code = zc_fail(err, ZC_EUSAGE, "it was cancelled", NULL);
  return code;
}

static zc_code check(const char *passphrase, long length, zc_err *err)
{
  if (length < 0)
    return zc_fail(
        err, ZC_EUSAGE,
        "a passphrase is missing: type it, set ZICHA_PASSPHRASE, or give it as "
        "the first line of standard input",
        NULL);
  if (length == 0)
    return zc_fail(err, ZC_EUSAGE, "the passphrase is empty", NULL);
  if (length >= ZC_PASSPHRASE)
    return zc_fail(err, ZC_EUSAGE, "the passphrase is longer than {limit} bytes",
                   "limit", ZC_DIGITS(ZC_PASSPHRASE - 1), NULL);
  for (long i = 0; i < length; i++)
    if ((unsigned char)passphrase[i] < ' ' || passphrase[i] == 0x7f)
      return zc_fail(err, ZC_EUSAGE, "the passphrase holds a control character", NULL);
  return ZC_OK;
}

static zc_code ask(const char *prompt, char room[ZC_PASSPHRASE], zc_err *err)
{
  const char *given = getenv("ZICHA_PASSPHRASE");
  long length;
  if (given != NULL && *given != '\0') {
    length = (long)strlen(given);
    if (length < ZC_PASSPHRASE)
      strcpy(room, given);
    return check(given, length, err);
  }
  zc_code code = isatty(STDIN_FILENO) ? read_hidden(prompt, room, &length, err)
                                      : read_line(room, &length, err);
  return code == ZC_OK ? check(room, length, err) : code;
}

static bool is_typed(void)
{
  const char *given = getenv("ZICHA_PASSPHRASE");
  return (given == NULL || *given == '\0') && isatty(STDIN_FILENO);
}

zc_code zc_passphrase_new(char room[ZC_PASSPHRASE], zc_err *err)
{
  char again[ZC_PASSPHRASE];
  zc_code code = ask(_("passphrase for the new key: "), room, err);
  if (code == ZC_OK && is_typed()) {
    code = ask(_("the same once more: "), again, err);
    if (code == ZC_OK && strcmp(room, again) != 0)
      code = zc_fail(err, ZC_EUSAGE, "the two passphrases differ: nothing was written",
                     NULL);
    zc_forget(again, sizeof again);
  }
  if (code != ZC_OK)
    zc_forget(room, ZC_PASSPHRASE);
  return code;
}

static zc_code ask_passphrase(const char *file, char room[ZC_PASSPHRASE], zc_err *err)
{
  json_t *name = zc_json_lossy(file, strlen(file));
  json_t *message = json_pack("{s:s, s:{s:o}}", "text", N_("passphrase of {file}: "),
                              "args", "file", name);
  char *prompt = message == NULL ? NULL : zc_message_text(message);
  zc_code code = prompt == NULL ? zc_fail_memory(err) : ask(prompt, room, err);
  if (code != ZC_OK)
    zc_forget(room, ZC_PASSPHRASE);
  free(prompt);
  json_decref(message);
  return code;
}

zc_code zc_secret_open(const char *path, zc_secret_key *key, bool *locked, zc_err *err)
{
  zc_sealed_key sealed;
  char passphrase[ZC_PASSPHRASE] = "";
  zc_code code = zc_key_read_secret(path, &sealed, err);
  if (code == ZC_OK && sealed.locked)
    code = ask_passphrase(path, passphrase, err);
  if (code == ZC_OK)
    code = zc_key_unlock(path, &sealed, passphrase, key, err);
  if (locked != NULL)
    *locked = code == ZC_OK && sealed.locked;
  zc_forget(passphrase, sizeof passphrase);
  zc_key_forget_sealed(&sealed);
  return code;
}
