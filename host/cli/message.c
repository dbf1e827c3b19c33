#include "cli/message.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define DOMAIN "zicha"

/* Chinese unless somebody wants English: by ZICHA_LANG, or by the variables of the
 * locale, whether or not that locale is installed. */
bool zc_language_english(void)
{
  static const char *const variables[] = {"ZICHA_LANG", "LC_ALL", "LC_MESSAGES",
                                          "LANG"};
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
    const char *value = getenv(variables[i]);
    if (value != NULL && *value != '\0')
      return strncmp(value, "en", 2) == 0;
  }
  return false;
}

void zc_language_begin(const zc_home *home)
{
  /* Only what is said depends on the reader. Texts are UTF-8 everywhere; LANGUAGE has
   * an effect in any locale but the plain C. */
  setlocale(LC_CTYPE, "C.UTF-8");
  setlocale(LC_MESSAGES, "C.UTF-8");
  setenv("LANGUAGE", zc_language_english() ? "en" : "zh_CN", 1);
  bindtextdomain(DOMAIN, home->locale);
  bind_textdomain_codeset(DOMAIN, "UTF-8");
  textdomain(DOMAIN);
}

const char *zc_say(const char *text)
{
  return *text == '\0' ? text : gettext(text);
}

static bool is_term(const char *name)
{
  size_t size = strlen(name);
  return size > 5 && strcmp(name + size - 5, "_term") == 0;
}

void zc_add_visible(zc_buffer *out, const char *text)
{
  uint32_t c;
  size_t size = text == NULL ? 0 : strlen(text);
  for (size_t at = 0, length; at < size; at += length) {
    length = zc_utf8_decode(text + at, size - at, &c);
    if (length == 0) {
      zc_buffer_text(out, "\xef\xbf\xbd");
      length = 1;
    } else if (c == '\n' || c == '\t' || c == '\r' || c == 0x2028 || c == 0x2029) {
      zc_buffer_char(out, ' ');
    } else if (zc_text_forbidden(c)) {
      zc_buffer_print(out, "\\u%04x", (unsigned)c);
    } else {
      zc_buffer_add(out, text + at, length);
    }
  }
}

/* Owned; NULL when out of memory. */
static char *visible(const char *text)
{
  zc_buffer out = {0};
  zc_buffer_text(&out, "");
  zc_add_visible(&out, text);
  return zc_buffer_take(&out);
}

static json_t *visible_value(const char *text)
{
  char *clean = visible(text);
  json_t *value = clean == NULL ? NULL : json_string(clean);
  free(clean);
  return value;
}

static json_t *shown_args(const json_t *args)
{
  json_t *result = json_object();
  const char *name;
  json_t *value;
  int bad = result == NULL;
  json_object_foreach((json_t *)args, name, value)
  {
    if (is_term(name) && json_is_string(value))
      bad |= json_object_set_new(result, name,
                                 visible_value(zc_say(json_string_value(value))));
    else if (json_is_string(value))
      bad |= json_object_set_new(result, name, visible_value(json_string_value(value)));
    else
      bad |= json_object_set(result, name, value);
  }
  if (bad == 0)
    return result;
  json_decref(result);
  return NULL;
}

static char *fill(const char *text, const json_t *args)
{
  json_t *shown = shown_args(args);
  char *own = visible(zc_say(text)); /* which a script may have made up, too */
  char *result = shown == NULL || own == NULL ? NULL : zc_message_fill(own, shown);
  json_decref(shown);
  free(own);
  return result;
}

char *zc_message_text(const json_t *message)
{
  return fill(zc_text_of(message, "text"), json_object_get(message, "args"));
}

/* Takes `message`; NULL counts as out of memory. */
static void print_beside(const char *label, json_t *message)
{
  char *text = message == NULL ? NULL : zc_message_text(message);
  fflush(stdout); /* what it is about stands above it */
  fprintf(stderr, "%s%s\n", label, zc_text_or(text, "?"));
  free(text);
  json_decref(message);
}

static json_t *message_with(const char *text, json_t *args)
{
  return json_pack("{s:s, s:o}", "text", text, "args",
                   args == NULL ? json_object() : args);
}

void zc_print_warning(const zc_err *what)
{
  print_beside(_("warning: "), zc_message_of(what));
}

void zc_warn(const char *text, json_t *args)
{
  print_beside(_("warning: "), message_with(text, args));
}

void zc_note(const char *text, json_t *args)
{
  print_beside(_("note: "), message_with(text, args));
}

void zc_say_line(const char *text, json_t *args)
{
  char *line = args == NULL && strchr(text, '{') != NULL ? NULL : fill(text, args);
  if (line == NULL) {
    zc_err err;
    zc_fail_memory(&err);
    zc_print_error(&err);
    exit(ZC_EINTERNAL); /* whatever it was to tell is done and kept */
  }
  printf("%s\n", line);
  free(line);
  json_decref(args);
}

/* glibc looks LANGUAGE up again when this counter changes. */
extern int _nl_msg_cat_cntr;

static void switch_language(const char *language)
{
  setenv("LANGUAGE", language, 1);
  ++_nl_msg_cat_cntr;
}

char *zc_message_chinese(const json_t *message)
{
  char before[16];
  snprintf(before, sizeof before, "%s", zc_text_or(getenv("LANGUAGE"), "zh_CN"));
  if (strcmp(before, "zh_CN") == 0)
    return zc_message_text(message);
  switch_language("zh_CN");
  char *text = zc_message_text(message);
  switch_language(before);
  return text;
}

void zc_print_error(const zc_err *err)
{
  json_t *message = zc_message_of(err);
  char *text = message == NULL ? NULL : zc_message_text(message);
  fflush(stdout); /* what it is about stands above it */
  fprintf(stderr, "zicha: %s\n", zc_text_or(text, err->text));
  free(text);
  json_decref(message);
}

/* A file of a parent stands in the parent's folder. */
static const char *place_of(const json_t *parents, const char *folder,
                            const char **file)
{
  size_t index;
  const json_t *parent;
  json_array_foreach(parents, index, parent)
  {
    const char *label = zc_get_text(parent, "label");
    size_t size = strlen(label);
    if (strncmp(*file, label, size) == 0 && (*file)[size] == '/') {
      *file += size + 1;
      return zc_get_text(parent, "folder");
    }
  }
  return folder;
}

void zc_add_path(zc_buffer *out, const char *folder, const char *file,
                 const json_t *parents)
{
  folder = place_of(parents, folder, &file);
  if (strncmp(file, "scripts/", strlen("scripts/")) == 0)
    folder = NULL; /* one that zicha ships */
  zc_add_visible(out, folder);
  zc_buffer_text(out, folder == NULL ? "" : "/");
  zc_add_visible(out, file);
}

static void print_path(const char *folder, const char *file, const json_t *parents)
{
  zc_buffer path = {0};
  zc_add_path(&path, folder, file, parents);
  fprintf(stderr, "%s:", zc_text_or(path.data, ""));
  zc_buffer_free(&path);
}

static void print_fault(const json_t *fault, const char *folder, const json_t *parents)
{
  const char *file = zc_get_text(fault, "file");
  const char *severity = zc_text_or(zc_get_text(fault, "severity"), "error");
  json_int_t line = zc_get_integer(fault, "line", 0);
  json_int_t column = zc_get_integer(fault, "column", 0);
  char *text = zc_message_text(fault);
  if (file != NULL && *file != '\0') {
    print_path(folder, file, parents);
    if (line > 0)
      fprintf(stderr, "%lld:", (long long)line);
    if (line > 0 && column > 0)
      fprintf(stderr, "%lld:", (long long)column);
    fputc(' ', stderr);
  } else {
    fputs("zicha: ", stderr);
  }
  if (strcmp(severity, "warning") == 0)
    fprintf(stderr, "%s", _("warning: "));
  else if (strcmp(severity, "note") == 0)
    fprintf(stderr, "%s", _("note: "));
  fprintf(stderr, "%s\n", zc_text_or(text, "?"));
  free(text);
  const char *hint = zc_get_text(fault, "hint");
  if (hint != NULL) {
    char *advice = fill(hint, json_object_get(fault, "args"));
    fprintf(stderr, "    → %s\n", zc_text_or(advice, hint));
    free(advice);
  }
}

void zc_print_faults(json_t *faults, const char *folder)
{
  zc_print_layered(faults, folder, NULL);
}

void zc_print_layered(json_t *faults, const char *folder, const json_t *parents)
{
  zc_err ignored;
  size_t index;
  const json_t *fault;
  zc_fault_sort(faults, &ignored);
  json_array_foreach(faults, index, fault) print_fault(fault, folder, parents);
}
