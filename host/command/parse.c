/* The command line, read by the table of commands. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/crew.h"
#include "base/date.h"
#include "base/utf8.h"
#include "cli/message.h"
#include "command/command.h"

#define MOST_OPTIONS 32

/* Every command has these. */
static const zc_option common[] = {
    {"workspace", 'C', "DIR", N_("the workspace (default: the current folder)")},
    {"today", 0, "DATE", N_("the business date (default: today)")},
    {"help", 'h', NULL, N_("print this help")},
    {NULL, 0, NULL, NULL},
};

const zc_option *zc_common_options(void)
{
  return common;
}

static int usage_error(const zc_command *command, const char *text, const char *word)
{
  json_t *args = json_pack("{s:o}", "word", zc_json_lossy(word, strlen(word)));
  json_t *message = json_pack("{s:s, s:o}", "text", text, "args", args);
  char *words = message == NULL ? NULL : zc_message_text(message);
  fprintf(stderr, "zicha: %s\n", zc_text_or(words, text));
  free(words);
  json_decref(message);
  if (command != NULL)
    zc_print_synopsis(stderr, command);
  else
    fprintf(stderr, "%s\n", _("`zicha help` lists the commands"));
  return ZC_EUSAGE;
}

/* How many of the words a command's name is made of; 0 when they are others. */
static int words_of(const char *name, int count, char **words)
{
  for (int i = 0; i < count; i++) {
    size_t size = strlen(words[i]);
    if (strncmp(name, words[i], size) != 0)
      return 0;
    if (name[size] == '\0')
      return i + 1;
    if (name[size] != ' ')
      return 0;
    name += size + 1;
  }
  return 0;
}

/* The command that the first words name, as many of them as one has; *used counts them. */
static const zc_command *find_command(int count, char **words, int *used)
{
  const zc_command *found = NULL;
  *used = 0;
  for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
    int number = words_of(c->name, count, words);
    if (number > *used) {
      *used = number;
      found = c;
    }
  }
  return found;
}

/* A first word that is only half a command (plan, of plan use), or no command at all. */
static int unknown_command(const char *word)
{
  zc_buffer seconds = {0};
  for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
    size_t size = strlen(word);
    if (strncmp(c->name, word, size) == 0 && c->name[size] == ' ' &&
        strchr(c->name + size + 1, ' ') == NULL)
      zc_buffer_print(&seconds, "%s%s", seconds.size == 0 ? "" : " ",
                      c->name + size + 1);
  }
  if (seconds.size == 0)
    return usage_error(NULL, N_("unknown command {word}"), word);
  zc_err err;
  zc_fail(&err, ZC_EUSAGE, "after {word} comes one of: {list}", "word", word, "list",
          seconds.data, NULL);
  zc_buffer_free(&seconds);
  zc_print_error(&err);
  fprintf(stderr, "%s\n", _("`zicha help` lists the commands"));
  return ZC_EUSAGE;
}

static int out_of_memory(void)
{
  zc_err err;
  zc_fail_memory(&err);
  zc_print_error(&err);
  return ZC_EINTERNAL;
}

static int add_value(zc_cli *cli, const char *name, const char *value)
{
  json_t *list = json_object_get(cli->options, name);
  int bad = 0;
  if (list == NULL) {
    list = json_array();
    bad |= json_object_set_new(cli->options, name, list);
  }
  /* The name of a file is any bytes; it is never sent anywhere. */
  return bad | json_array_append_new(list, json_stringn_nocheck(value, strlen(value)));
}

static bool is_utf8(const char *text)
{
  return zc_utf8_valid(text, strlen(text), NULL);
}

/* Only what names files and folders may be other than UTF-8. */
static bool names_file(const char *argument)
{
  return strncmp(argument, "FILE", 4) == 0 || strncmp(argument, "DIR", 3) == 0 ||
         strcmp(argument, "FORMAT:PATH") == 0;
}

typedef struct {
  struct option longs[MOST_OPTIONS];
  const zc_option *known[MOST_OPTIONS];
  char letters[2 * MOST_OPTIONS + 2];
  int count;
} getopt_table;

static void add_options(getopt_table *t, const zc_option *options)
{
  for (; options != NULL && options->name != NULL && t->count < MOST_OPTIONS - 1;
       options++) {
    t->known[t->count] = options;
    t->longs[t->count++] = (struct option){options->name,
                                           options->argument != NULL ? required_argument
                                                                     : no_argument,
                                           NULL, 0};
    if (options->letter != 0) {
      size_t at = strlen(t->letters);
      t->letters[at++] = options->letter;
      if (options->argument != NULL)
        t->letters[at] = ':';
    }
  }
}

static const zc_option *by_letter(const getopt_table *t, int letter)
{
  for (int i = 0; i < t->count; i++)
    if (t->known[i]->letter == letter)
      return t->known[i];
  return NULL;
}

/* The option that getopt stopped at. Of several letters in one word (-xy) it tells the
 * letter; the word itself is behind it only when it was the last of them. */
static const char *stopped_at(int count, char **words, char room[3])
{
  if (optopt > ' ' && optopt < 0x7f) {
    snprintf(room, 3, "-%c", optopt);
    return room;
  }
  return words[optopt != 0 && optind < count ? optind : optind - 1];
}

/* Options may stand before and after the arguments. */
static int parse_options(zc_cli *cli, int count, char **words)
{
  getopt_table table = {.letters = ":"};
  add_options(&table, common);
  add_options(&table, cli->command->options);
  optind = 0;
  opterr = 0;
  for (;;) {
    int index = -1;
    int letter = getopt_long(count, words, table.letters, table.longs, &index);
    if (letter == -1)
      break;
    char room[3];
    if (letter == '?' || letter == ':')
      return usage_error(cli->command,
                         letter == ':' ? N_("the option {word} needs a value")
                                       : N_("unknown option {word}"),
                         stopped_at(count, words, room));
    const zc_option *option = letter == 0 ? table.known[index]
                                          : by_letter(&table, letter);
    if (optarg != NULL && !names_file(option->argument) && !is_utf8(optarg))
      return usage_error(cli->command, N_("{word} is not UTF-8 text"), optarg);
    if (add_value(cli, option->name, optarg == NULL ? "yes" : optarg) != 0)
      return out_of_memory();
  }
  cli->arguments = words + optind;
  cli->argument_count = count - optind;
  return -1;
}

/* Arguments by the words of the command's usage; `answer` looks at its own. */
static int check_arguments(const zc_cli *cli)
{
  const char *usage = cli->command->usage;
  for (int i = 0; *usage != '[' && i < cli->argument_count; i++) {
    if (!names_file(usage) && !is_utf8(cli->arguments[i]))
      return usage_error(cli->command, N_("{word} is not UTF-8 text"),
                         cli->arguments[i]);
    usage += strcspn(usage, " ");
    usage += strspn(usage, " ");
  }
  return -1;
}

static int read_today(zc_cli *cli)
{
  int32_t day;
  time_t moment = time(NULL);
  struct tm local, utc;
  const char *given = zc_option_value(cli, "today");
  if (given == NULL)
    given = getenv("ZICHA_TODAY");
  localtime_r(&moment, &local);
  gmtime_r(&moment, &utc);
  strftime(cli->now, sizeof cli->now, "%Y-%m-%dT%H:%M:%SZ", &utc);
  strftime(cli->today, sizeof cli->today, "%Y-%m-%d", &local);
  if (given == NULL || *given == '\0')
    return -1;
  if (!zc_day_parse(given, strlen(given), &day))
    return usage_error(cli->command, N_("{word} is not a day such as 2023-05-01"),
                       given);
  cli->today_given = strcmp(given, cli->today) != 0;
  zc_day_text(day, cli->today);
  return -1;
}

/* How evaluators work, for those who measure and compare. */
static int read_workings(zc_cli *cli)
{
  const char *threads = getenv("ZICHA_THREADS"), *executor = getenv("ZICHA_EXECUTOR");
  if (threads != NULL && *threads != '\0') {
    size_t digits = strspn(threads, "0123456789");
    long number = digits > 2 ? 0 : strtol(threads, NULL, 10);
    if (threads[digits] != '\0' || number < 1 || number > ZC_CREW_MOST)
      return usage_error(cli->command,
                         N_("ZICHA_THREADS={word} is not a number from 1 to 64"),
                         threads);
    cli->threads = (int)number;
  }
  if (executor == NULL || *executor == '\0')
    return -1;
  if (strcmp(executor, "plain") != 0 && strcmp(executor, "vector") != 0)
    return usage_error(cli->command,
                       N_("ZICHA_EXECUTOR={word} is neither plain nor vector"),
                       executor);
  cli->executor = executor;
  return -1;
}

int zc_cli_parse(zc_cli *cli, int count, char **words)
{
  int used = 0;
  cli->options = json_object();
  if (cli->options == NULL)
    return out_of_memory();
  /* Options before the command (zicha -C DIR check) are moved behind it. */
  int first = 1;
  while (first < count && words[first][0] == '-' && words[first][1] != '\0') {
    bool takes = strcmp(words[first], "-C") == 0 ||
                 strcmp(words[first], "--today") == 0 ||
                 strcmp(words[first], "--workspace") == 0;
    if (strcmp(words[first], "--version") == 0)
      return zc_print_version(cli);
    if (strcmp(words[first], "--help") == 0 || strcmp(words[first], "-h") == 0)
      return zc_help(cli);
    if (takes && first + 1 == count)
      return usage_error(NULL, N_("the option {word} needs a value"), words[first]);
    first += takes ? 2 : 1;
  }
  if (first >= count && count > 1)
    return usage_error(NULL, N_("a command is missing after {word}"), words[count - 1]);
  if (first >= count) {
    zc_help(cli);
    return ZC_EUSAGE;
  }
  cli->command = find_command(count - first, words + first, &used);
  if (cli->command == NULL)
    return unknown_command(words[first]);
  /* words: program, options before, command…, rest → program, options, rest */
  for (int i = first; i + used < count; i++)
    words[i] = words[i + used];
  int status = parse_options(cli, count - used, words);
  if (status >= 0)
    return status;
  if (zc_option_value(cli, "help") != NULL) {
    zc_print_usage(cli->command);
    return ZC_OK;
  }
  if (cli->argument_count < cli->command->least)
    return usage_error(cli->command, N_("an argument is missing"), "");
  if (cli->command->most >= 0 && cli->argument_count > cli->command->most)
    return usage_error(cli->command, N_("unexpected argument {word}"),
                       cli->arguments[cli->command->most]);
  status = check_arguments(cli);
  if (status >= 0)
    return status;
  cli->folder = zc_option_value(cli, "workspace");
  if (cli->folder == NULL)
    cli->folder = getenv("ZICHA_WORKSPACE");
  if (cli->folder == NULL || *cli->folder == '\0')
    cli->folder = ".";
  status = read_workings(cli);
  return status >= 0 ? status : read_today(cli);
}
