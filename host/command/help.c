#include <stdio.h>
#include <string.h>

#include "cli/message.h"
#include "cli/screen.h"
#include "command/command.h"

static const struct {
  const char *group, *title;
} groups[] = {{"facility", N_("For facilities")},
              {"office", N_("For offices")},
              {"supervisor", N_("For offices that collect reports")},
              {"any", N_("For everyone")}};

static void overview(void)
{
  printf("%s\n\n", _("zicha: rule-driven self-checks for health campaigns"));
  printf("%s: zicha [-C %s] %s …\n", _("usage"), "DIR", _("COMMAND"));
  for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
    bool first = true;
    for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
      if (strcmp(c->group, groups[g].group) != 0)
        continue;
      if (first)
        printf("\n%s\n", _(groups[g].title));
      first = false;
      printf("  ");
      zc_print_padded(stdout, c->name, 21, false);
      printf("%s\n", _(c->summary));
    }
  }
  printf("\n%s\n", _("`zicha help COMMAND` tells more."));
}

static void print_options(const zc_option *options)
{
  for (; options != NULL && options->name != NULL; options++) {
    char words[80];
    int size = options->letter != 0
                   ? snprintf(words, sizeof words, "-%c, --%s", options->letter,
                              options->name)
                   : snprintf(words, sizeof words, "    --%s", options->name);
    if (options->argument != NULL)
      snprintf(words + size, sizeof words - (size_t)size, " %s", options->argument);
    printf("  ");
    zc_print_padded(stdout, words, 30, false);
    printf(" %s\n", _(options->help));
  }
}

void zc_print_synopsis(FILE *out, const zc_command *command)
{
  fprintf(out, "%s: zicha %s%s%s\n", _("usage"), command->name,
          *command->usage == '\0' ? "" : " ", command->usage);
}

void zc_print_usage(const zc_command *command)
{
  zc_print_synopsis(stdout, command);
  printf("%s\n\n", _(command->summary));
  print_options(command->options);
  print_options(zc_common_options());
}

static size_t first_word(const zc_command *c)
{
  return strcspn(c->name, " ");
}

/* Whether an earlier command begins with the same word. */
static bool is_repeated(const zc_command *command)
{
  size_t size = first_word(command);
  for (const zc_command *c = zc_commands(); c != command; c++)
    if (first_word(c) == size && strncmp(c->name, command->name, size) == 0)
      return true;
  return false;
}

/* Whether its first word is a command by itself, whose line has the second words. */
static bool has_single(const zc_command *command)
{
  size_t size = first_word(command);
  for (const zc_command *c = zc_commands(); c->name != NULL; c++)
    if (strlen(c->name) == size && strncmp(c->name, command->name, size) == 0)
      return true;
  return false;
}

/* The next words of all commands whose names begin with these. */
static void next_words(const char *name, size_t size)
{
  for (const zc_command *c = zc_commands(); c->name != NULL; c++)
    if (strncmp(c->name, name, size) == 0 && c->name[size] == ' ' &&
        strchr(c->name + size + 1, ' ') == NULL)
      printf(" %s", c->name + size + 1);
}

/* For bash: words of commands, then options of the command. */
static void completions(void)
{
  printf("# zicha: completions for bash\n_zicha() {\n"
         "  local word=\"${COMP_WORDS[COMP_CWORD]}\" line=\"${COMP_WORDS[*]:1}\"\n"
         "  case \"$line\" in\n");
  for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
    printf("    \"%s \"*) COMPREPLY=($(compgen -o default -W \"-C --today --help",
           c->name);
    for (const zc_option *o = c->options; o != NULL && o->name != NULL; o++)
      printf(" --%s", o->name);
    next_words(c->name, strlen(c->name));
    printf("\" -- \"$word\"));;\n");
  }
  for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
    if (strchr(c->name, ' ') == NULL || is_repeated(c) || has_single(c))
      continue;
    printf("    \"%.*s \"*) COMPREPLY=($(compgen -W \"", (int)first_word(c), c->name);
    next_words(c->name, first_word(c));
    printf("\" -- \"$word\"));;\n");
  }
  printf("    *) COMPREPLY=($(compgen -W \"");
  for (const zc_command *c = zc_commands(); c->name != NULL; c++)
    if (!is_repeated(c))
      printf("%s%.*s", c == zc_commands() ? "" : " ", (int)first_word(c), c->name);
  printf("\" -- \"$word\"));;\n  esac\n}\ncomplete -F _zicha zicha\n");
}

static void manual(void)
{
  printf(".TH ZICHA 1 \"\" \"zicha %s\"\n.SH NAME\nzicha \\- %s\n", ZC_VERSION,
         _("rule-driven self-checks for health campaigns"));
  printf(".SH SYNOPSIS\n.B zicha\n[\\-C DIR] COMMAND\n.SH COMMANDS\n");
  for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
    printf(".TP\n.B %s %s\n%s\n", c->name, c->usage, _(c->summary));
    for (const zc_option *o = c->options; o != NULL && o->name != NULL; o++)
      printf(".br\n\\fB\\-\\-%s\\fR %s: %s\n", o->name,
             o->argument == NULL ? "" : o->argument, _(o->help));
  }
  printf(".SH EXIT STATUS\n0 %s, 1 %s, 2 %s; 64 %s, 65 %s, 66 %s, 69 %s, 70 %s, 73 %s, "
         "74 %s, 77 %s\n",
         _("complete and clean"), _("problems found"), _("incomplete"), _("usage"),
         _("bad data"), _("cannot open"), _("something to install"), _("internal"),
         _("cannot write"), _("input or output"), _("signature or trust"));
}

/* Whether the first words of a command's name are these; *all: it has no others. */
static bool begins_with(const zc_command *c, int count, char **words, bool *all)
{
  const char *name = c->name;
  for (int i = 0; i < count; i++) {
    size_t size = strlen(words[i]);
    if (strncmp(name, words[i], size) != 0 ||
        (name[size] != '\0' && name[size] != ' ') ||
        (name[size] == '\0' && i + 1 < count))
      return false;
    name += size + (name[size] == ' ');
  }
  *all = *name == '\0';
  return true;
}

int zc_help(zc_cli *cli)
{
  bool all, found = false, exact = false;
  if (cli->command != NULL && zc_option_value(cli, "completions") != NULL) {
    completions();
    return ZC_OK;
  }
  if (cli->command != NULL && zc_option_value(cli, "man") != NULL) {
    manual();
    return ZC_OK;
  }
  if (cli->argument_count == 0) {
    overview();
    return ZC_OK;
  }
  /* import is a command, and import auto another: each explains itself. */
  for (const zc_command *c = zc_commands(); c->name != NULL; c++)
    exact |= begins_with(c, cli->argument_count, cli->arguments, &all) && all;
  for (const zc_command *c = zc_commands(); c->name != NULL; c++) {
    if (!begins_with(c, cli->argument_count, cli->arguments, &all) || (exact && !all))
      continue;
    if (found)
      printf("\n");
    zc_print_usage(c);
    found = true;
  }
  if (found)
    return ZC_OK;
  zc_err err;
  zc_fail(&err, ZC_EUSAGE, "unknown command {word}", "word", cli->arguments[0], NULL);
  zc_print_error(&err);
  return ZC_EUSAGE;
}

int zc_print_version(zc_cli *cli)
{
  (void)cli;
  printf("zicha %s\n", ZC_VERSION);
  return ZC_OK;
}
