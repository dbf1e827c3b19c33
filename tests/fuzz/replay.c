/* replay: a fuzz target over files, one TAP line each; for builds without libFuzzer. A
 * property that does not hold ends the program, as it does while fuzzing.
 *
 *   replay-NAME FILE … */
#include <fcntl.h>

#include "base/file.h"
#include "property.h"

int main(int count, char **words)
{
  printf("1..%d\n", count - 1);
  for (int i = 1; i < count; i++) {
    zc_buffer text = {0};
    zc_err err;
    const char *slash = strrchr(words[i], '/');
    HOLDS(zc_file_read(words[i], (size_t)16 << 20, &text, &err) == ZC_OK, "%s",
          words[i]);
    /* An exact copy, so that reading one byte too many is seen. */
    uint8_t *copy = malloc(text.size > 0 ? text.size : 1);
    HOLDS(copy != NULL, "%s", words[i]);
    memcpy(copy, zc_text_or(text.data, ""), text.size);
    LLVMFuzzerTestOneInput(copy, text.size);
    free(copy);
    zc_buffer_free(&text);
    printf("ok %d - %s\n", i, slash == NULL ? words[i] : slash + 1);
    fflush(stdout);
  }
  return 0;
}
