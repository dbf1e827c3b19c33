/* message.h: messages in the user's language. Texts are English with {names}; this is
 * where they are translated and filled. An argument whose name ends in _term is a
 * text of ours too. */
#ifndef ZC_CLI_MESSAGE_H
#define ZC_CLI_MESSAGE_H

#include "base/home.h"
#include "value/fault.h"

/* Chooses the language: ZICHA_LANG, else English if the locale says so, else Chinese.
 */
void zc_language_begin(const zc_home *home);

/* Whether messages are English: figures are called by their names then, else by their titles. */
bool zc_language_english(void);

/* The translation of a text without arguments. Borrowed. */
const char *zc_say(const char *text);
#define _(text) zc_say(text)

/* Translates and fills a message {text, args}. Owned; NULL when out of memory. */
char *zc_message_text(const json_t *message);

/* Appends a text so that it stays on its line and writes over nothing: a line end or tab
 * becomes a space, an invisible character its number. NULL is nothing. The arguments of
 * messages, which come from files and scripts, are written so by all that is here. */
void zc_add_visible(zc_buffer *out, const char *text);

/* Prints a warning to standard error. */
void zc_print_warning(const zc_err *what);

/* Prints a message as a warning, or a note, to standard error. Takes `args` (may be NULL). */
void zc_warn(const char *text, json_t *args);
void zc_note(const char *text, json_t *args);

/* Prints a message and a line end to standard output. Takes `args` (may be NULL). */
void zc_say_line(const char *text, json_t *args);

/* The text of a message in Chinese whatever the language: for papers. Owned. */
char *zc_message_chinese(const json_t *message);

/* Prints an error to standard error. */
void zc_print_error(const zc_err *err);

/* Prints faults to standard error, each with its place; `folder` stands before the
 * file names, if it is not NULL. */
void zc_print_faults(json_t *faults, const char *folder);

/* The same for a package and its parents ([{label, folder}], NULL for none): the names of
 * a parent's files begin with its label. */
void zc_print_layered(json_t *faults, const char *folder, const json_t *parents);

/* Appends where a file of a package or of one of its parents is; `folder` may be NULL. */
void zc_add_path(zc_buffer *out, const char *folder, const char *file,
                 const json_t *parents);

#endif
