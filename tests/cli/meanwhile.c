/* zicha-meanwhile: zicha that runs the shell command $MEANWHILE right before it writes an event of an
 * office, the first or the one that $MEANWHILE_AT counts, so that somebody else is done in between and no test goes by time. Linked with
 * --wrap=zc_office_record. */
#include <stdlib.h>

#include "supervisor/office.h"

/* The linker's names: the one is called in the place of the function, the other is the function. */
zc_code __wrap_zc_office_record(zc_office *office, const char *action, json_t *body,
                                zc_office_change *change, void *context, zc_err *err);
zc_code __real_zc_office_record(zc_office *office, const char *action, json_t *body,
                                zc_office_change *change, void *context, zc_err *err);

zc_code __wrap_zc_office_record(zc_office *office, const char *action, json_t *body,
                                zc_office_change *change, void *context, zc_err *err)
{
  static int written;
  const char *command = getenv("MEANWHILE"), *at = getenv("MEANWHILE_AT");
  if (command != NULL && ++written == (at == NULL ? 1 : atoi(at))) {
    int status = system(command);
    unsetenv("MEANWHILE");
    if (status != 0)
      abort(); /* a test that does nothing in between proves nothing */
  }
  return __real_zc_office_record(office, action, body, change, context, err);
}
