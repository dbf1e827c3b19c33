/* signing: what no command of zicha does by itself yet, for signing.bats. Exit status and
 * messages are those of zicha.
 *
 *   signing sign KEY REPORT CODE RUN          writes REPORT.minisig
 *   signing check PUBLIC REPORT SIGNATURE     prints the trusted comment
 *   signing pack KEY REPORT FIGURES CODE RUN  writes REPORT.zrep
 *   signing open PUBLIC ZREP                  prints facility and run */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/message.h"
#include "cli/secret.h"
#include "facility/submit.h"
#include "value/json.h"

/* Kept until the end of the process. */
static zc_err err;
static zc_buffer loaded[3], out;
static size_t count_loaded;

static void must(zc_code code)
{
  if (code == ZC_OK)
    return;
  zc_print_error(&err);
  exit(code);
}

static zc_part load(const char *path)
{
  zc_buffer *text = &loaded[count_loaded++];
  must(zc_file_read(path, ZC_ZREP_FILE, text, &err));
  return (zc_part){text->data, text->size};
}

int main(int count, char **words)
{
  zc_secret_key key;
  zc_public_key public;
  zc_zrep parts;
  zc_claim claim;
  const char *task = count > 3 ? words[1] : "";
  if (strcmp(task, "sign") == 0 && count == 6) {
    must(zc_secret_open(words[2], &key, NULL, &err));
    zc_submission s = {words[4], words[5], load(words[3]), {NULL, 0}};
    char path[4200];
    snprintf(path, sizeof path, "%.4000s" ZC_SIGNATURE_SUFFIX, words[3]);
    must(zc_submission_sign(&s, &key, &out, &err));
    must(zc_file_write(AT_FDCWD, path, out.data, out.size, 0666, &err));
  } else if (strcmp(task, "pack") == 0 && count == 7) {
    must(zc_secret_open(words[2], &key, NULL, &err));
    zc_submission s = {words[5], words[6], load(words[3]), load(words[4])};
    char path[4200];
    snprintf(path, sizeof path, "%.4000s" ZC_ZREP_SUFFIX, words[3]);
    must(zc_submission_pack(&s, &key, &out, &err));
    must(zc_file_write(AT_FDCWD, path, out.data, out.size, 0666, &err));
  } else if (strcmp(task, "check") == 0 && count == 5) {
    unsigned char digest[ZC_BLAKE2B];
    zc_signature signature;
    zc_part text = load(words[4]);
    must(zc_key_read_public(words[2], &public, &err));
    must(zc_signature_parse(words[4], text.data, text.size, &signature, &err));
    zc_part report = load(words[3]);
    zc_blake2b_of(report.data, report.size, digest, sizeof digest);
    must(zc_signature_check(&signature, &public, words[3], digest, &err));
    puts(signature.comment);
  } else if (strcmp(task, "open") == 0 && count == 4) {
    zc_part text = load(words[3]);
    must(zc_key_read_public(words[2], &public, &err));
    must(zc_zrep_read(words[3], text.data, text.size, &parts, &err));
    must(zc_zrep_check(words[3], &parts, &public, &claim, &err));
    printf("%s %s\n", claim.facility, claim.run);
  } else {
    fprintf(stderr, "signing: see the head of its source\n");
    return ZC_EUSAGE;
  }
  return ZC_OK;
}
