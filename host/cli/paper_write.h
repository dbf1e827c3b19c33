/* paper_write.h: a paper in the formats that are wanted, all of its files or none. */
#ifndef ZC_CLI_PAPER_WRITE_H
#define ZC_CLI_PAPER_WRITE_H

#include "cli/paper.h"
#include "document/document.h"

/* What follows the Markdown of a paper. */
typedef struct {
  zc_code (*write)(void *context, const zc_sink *sink, zc_err *err);
  void *context;
} zc_paper_tail;

/* Writes a paper where --format (on the screen) and --out say, else as `base`.md, .html and,
 * with `csv` and `xlsx`, these, beneath the workspace. All files are in place when all are
 * whole; their paths are printed, and the hashes of those beneath the workspace are kept. What
 * zc_ledger_hold holds is released before. `tail` may be NULL. ZC_EUSAGE for an unknown format. */
zc_code zc_paper_write(const zc_workspace *workspace, const json_t *tree,
                       const zc_rows *rows, const zc_paper_tail *tail, const char *base,
                       bool csv, bool xlsx, zc_err *err);

/* ZC_EUSAGE when --format or --out ask for what there is not. */
zc_code zc_paper_formats(const zc_cli *cli, zc_err *err);

/* The same for drafts, which are Markdown and HTML only. */
zc_code zc_paper_draft_formats(const zc_cli *cli, zc_err *err);

/* ZC_EUSAGE when the screen is to have text or JSON, and --out files, too. */
zc_code zc_paper_check_screen(const zc_cli *cli, zc_err *err);

/* What a paper of figures has besides its tree. */
typedef struct {
  zc_code (*json)(void *context, const zc_sink *sink, zc_err *err);
  void *context;
  const char
      *table; /* the id of the table that CSV has; NULL: the first that is streamed */
} zc_paper_figures;

/* Writes a paper of figures where --format (on the screen) and --out say, else as text on the screen.
 * It can be text and JSON, too. All files are in place when all are whole; their paths are printed to
 * standard error. */
zc_code zc_paper_show(const zc_workspace *workspace, const json_t *tree,
                      const zc_rows *rows, const zc_paper_figures *figures,
                      zc_err *err);

/* ZC_EUSAGE when --format or --out ask for what such a paper cannot be. */
zc_code zc_paper_show_formats(const zc_cli *cli, zc_err *err);

#endif
