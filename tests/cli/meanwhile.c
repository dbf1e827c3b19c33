/* zicha-meanwhile: zicha that runs the shell command $MEANWHILE right before it writes an event of an
 * office, or an upgrade; the first or the one that $MEANWHILE_AT counts, so that somebody else is done in
 * between and no test goes by time. Linked with --wrap of both. */
#include <stdlib.h>

#include "store/upgrade.h"
#include "supervisor/office.h"

/* The linker's names: the one is called in the place of the function, the other is the function. */
zc_code __wrap_zc_office_record(zc_office *office, const char *action, json_t *body,
                                zc_office_change *change, void *context, zc_err *err);
zc_code __real_zc_office_record(zc_office *office, const char *action, json_t *body,
                                zc_office_change *change, void *context, zc_err *err);

zc_code __wrap_zc_upgrade_write(zc_store *store, const zc_upgrade *upgrade,
                                const json_t *seen, const zc_head *head,
                                const json_t *steps, zc_err *err);
zc_code __real_zc_upgrade_write(zc_store *store, const zc_upgrade *upgrade,
                                const json_t *seen, const zc_head *head,
                                const json_t *steps, zc_err *err);

static void let_others_go_first(void)
{
  static int written;
  const char *command = getenv("MEANWHILE"), *at = getenv("MEANWHILE_AT");
  if (command != NULL && ++written == (at == NULL ? 1 : atoi(at))) {
    int status = system(command);
    unsetenv("MEANWHILE");
    if (status != 0)
      abort(); /* a test that does nothing in between proves nothing */
  }
}

zc_code __wrap_zc_office_record(zc_office *office, const char *action, json_t *body,
                                zc_office_change *change, void *context, zc_err *err)
{
  let_others_go_first();
  return __real_zc_office_record(office, action, body, change, context, err);
}

zc_code __wrap_zc_upgrade_write(zc_store *store, const zc_upgrade *upgrade,
                                const json_t *seen, const zc_head *head,
                                const json_t *steps, zc_err *err)
{
  let_others_go_first();
  return __real_zc_upgrade_write(store, upgrade, seen, head, steps, err);
}
