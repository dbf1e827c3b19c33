/* secret.h: passphrases, and secret keys that they unlock. */
#ifndef ZC_CLI_SECRET_H
#define ZC_CLI_SECRET_H

#include "package/key.h"

/* A passphrase: ZICHA_PASSPHRASE, else typed on the terminal without being shown, else the
 * first line of standard input. One for a new key is typed twice. Whoever calls forgets it
 * (zc_forget). ZC_EUSAGE: there is none, or it cannot be one. */
zc_code zc_passphrase_new(char room[ZC_PASSPHRASE], zc_err *err);

/* Reads a secret key file, asking for its passphrase if it is locked. `locked` may be
 * NULL. Whoever calls forgets the key (zc_key_forget). */
zc_code zc_secret_open(const char *path, zc_secret_key *key, bool *locked, zc_err *err);

#endif
