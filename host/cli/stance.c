#include "cli/stance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/message.h"

static const struct {
  const char *code, *title;
} takens[] = {{"todo", N_("to do")},
              {"warning", N_("a warning")},
              {"failure", N_("a failure")}},
  words[] = {{"prepare", N_("launch")},
             {"self_check", N_("self-check")},
             {"enforce", N_("enforcement")},
             {"review", N_("review")}};

/* The English words: messages translate arguments whose names end in _term. */
static const char *taken_of(const json_t *stance)
{
  const char *taken = zc_text_of(stance, "taken");
  for (size_t i = 0; i < sizeof takens / sizeof *takens; i++)
    if (strcmp(takens[i].code, taken) == 0)
      return takens[i].title;
  return "a failure";
}

static const char *word_of(const json_t *stance)
{
  const char *word = zc_text_of(stance, "word");
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i].code, word) == 0)
      return words[i].title;
  return "";
}

const char *zc_taken_title(const json_t *stance)
{
  return _(taken_of(stance));
}

bool zc_taken_as_failure(const json_t *stance)
{
  return strcmp(taken_of(stance), "a failure") == 0;
}

void zc_stance_print(const json_t *stance, const char *indent)
{
  static const struct {
    const char *position, *text;
  } lines[] =
      {{"in", N_("phase: {title} ({word_term}); problems and gaps are {taken_term}")},
       {"before",
        N_("phase: {title} has not begun; problems and gaps are {taken_term}")},
       {"between", N_("phase: {title} ({word_term}) is over, the next one has not "
                      "begun; problems and gaps are {taken_term}")},
       {"over", N_("phase: all are over, {title} was the last; problems and gaps are "
                   "{taken_term}")}};
  const char *position = zc_text_of(stance, "position");
  const char *text = N_("phase: not known; problems and gaps are {taken_term}");
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    if (strcmp(lines[i].position, position) == 0)
      text = lines[i].text;
  printf("%s", indent);
  zc_say_line(text,
              json_pack("{s:s, s:s, s:s}", "title", zc_text_of(stance, "title"),
                        "word_term", word_of(stance), "taken_term", taken_of(stance)));
}

char *zc_stance_doubt(const json_t *stance)
{
  const json_t *reason = json_object_get(stance, "unknown");
  return reason == NULL ? NULL : zc_message_text(reason);
}

/* ---- statuses and certainties ------------------------------------------------------------ */

static const struct {
  const char *status, *title;
} statuses[] = {{"pass", N_("pass")},
                {"problem", N_("problem found")},
                {"not_applicable", N_("not applicable")},
                {"not_checked", N_("not checked")},
                {"undetermined", N_("undetermined")}};
#define STATUSES (sizeof statuses / sizeof *statuses)

const char *zc_status_title(const char *status)
{
  for (size_t i = 0; i < STATUSES; i++)
    if (strcmp(statuses[i].status, status) == 0)
      return _(statuses[i].title);
  return status;
}

const char *zc_certainty_title(const char *word)
{
  if (strcmp(word, "suspect") == 0)
    return _("suspect");
  return strcmp(word, "hint") == 0 ? _("hint") : _("certain");
}
