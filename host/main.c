/* zicha: finds its files, chooses the language, runs one command. */
#include <signal.h>

#include "base/heap.h"
#include "cli/message.h"
#include "cli/screen.h"
#include "command/command.h"

int main(int count, char **words)
{
  zc_cli cli = {.paper_rows = zc_all_paper_rows};
  zc_err err;
  zc_heap_warm(1);
  /* An evaluator may die while we write to it; a limit on files is told, not died of. */
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  zc_code code = zc_home_find(&cli.home, &err);
  zc_language_begin(&cli.home);
  if (code != ZC_OK) {
    zc_print_error(&err);
    return (int)code;
  }
  int status = zc_cli_parse(&cli, count, words);
  if (status < 0)
    status = cli.command->run(&cli);
  zc_cli_free(&cli);
  if (!zc_screen_finish() && status < ZC_EUSAGE) {
    zc_fail(
        &err, ZC_EIO,
        "not all could be printed: the place that standard output goes to is full or "
        "gone",
        NULL);
    if (!zc_screen_unread())
      zc_print_error(&err);
    return ZC_EIO;
  }
  return status;
}
