#include "vector/scan.h"

#include <stdlib.h>
#include <string.h>

#include "vector/scanning.h"

/* A piece of the file is read by each thread; then what is strange in the pieces is told, in
 * their order, and the next ones are read. */

/* ---- telling ---------------------------------------------------------------------------- */

/* Everything that a worker has found, its lines counted from `line` on. */
static void tell(zc_scan_worker *w, zc_census *census, int64_t line)
{
  for (size_t i = 0; i < w->strange_count; i++) {
    const zc_strange *strange = &w->strange[i];
    if (strange->problem != NULL)
      zc_census_malformed(census, line + strange->line, strange->problem);
    else if (strange->state == ZC_CELL_DAMAGED)
      zc_census_damaged(census, strange->column, line + strange->line, &strange->cell);
    else
      zc_census_bad(census, strange->column, line + strange->line, &strange->cell);
  }
  zc_counted *counted = &w->counted;
  if (counted->undated_line > 0)
    counted->undated_line += line - 1;
  if (counted->later > 0)
    counted->later_line += line - 1;
  zc_census_counted(census, counted);
}

/* ---- rounds ----------------------------------------------------------------------------- */

typedef struct {
  zc_scan_worker *workers;
  size_t count; /* of pieces in this round */
} round_of;

static void read_piece(void *context, size_t number, int worker)
{
  round_of *round = context;
  (void)worker;
  zc_scan_worker_read(&round->workers[number]);
}

/* False when out of memory. */
static bool read_rounds(zc_scan_worker *workers, int count, const zc_rows_rest *rest,
                        size_t piece, zc_crew *crew, zc_census *census,
                        const zc_watch *watch, size_t size)
{
  const char *at = rest->at;
  int64_t line = rest->line;
  while (at < rest->end) {
    round_of round = {.workers = workers};
    const char *begin = at;
    for (; round.count < (size_t)count && begin < rest->end; round.count++) {
      zc_scan_worker *w = &workers[round.count];
      w->at = begin;
      begin = (size_t)(rest->end - begin) <= piece
                  ? rest->end
                  : zc_line_behind(begin + piece, rest->end);
      w->stop = begin;
    }
    zc_crew_run(crew, round.count, read_piece, &round);
    for (size_t i = 0; i < round.count; i++) {
      zc_scan_worker *w = &workers[i];
      if (w->memory)
        return false;
      /* It began inside of a row: the next round begins where that ends. */
      if (w->at != at)
        break;
      tell(w, census, line);
      at = w->split.at;
      line += w->split.line;
    }
    if (watch != NULL)
      zc_watch_tell(watch,
                    (uint64_t)((double)(at - rest->data) /
                               (double)(rest->end - rest->data) * (double)size),
                    (uint64_t)(line - rest->line));
  }
  return true;
}

static bool scan_rest(const zc_dataset *dataset, const zc_rows *rows, int32_t today,
                      zc_grain grain, zc_crew *crew, zc_census *census,
                      const zc_watch *watch, size_t size)
{
  int count = zc_crew_size(crew);
  zc_rows_rest rest = zc_rows_behind_header(rows);
  zc_scan_worker *workers = calloc((size_t)count, sizeof *workers);
  bool good = workers != NULL;
  for (int i = 0; good && i < count; i++)
    good = zc_scan_worker_begin(&workers[i], dataset, rows, today, grain.batch);
  good = good &&
         read_rounds(workers, count, &rest, grain.part, crew, census, watch, size);
  for (int i = 0; workers != NULL && i < count; i++)
    zc_scan_worker_free(&workers[i]);
  free(workers);
  return good;
}

/* Whether the rows have to be read one by one: where keys stand in an earlier row, and in a
 * table of periods. False when out of memory. */
static bool needs_rows(const zc_dataset *dataset, const zc_rows *rows, zc_grain grain,
                       zc_crew *crew, const zc_census *census, bool *needed)
{
  zc_parts parts;
  uint8_t *repeated = NULL;
  size_t found = 0;
  int date = dataset->date;
  *needed = zc_census_needs_rows(census) ||
            (date >= 0 && dataset->columns[date].kind != ZC_DATE &&
             dataset->columns[date].kind != ZC_MOMENT);
  if (*needed || dataset->repeats)
    return true;
  bool good = zc_parts_begin(&parts, dataset, rows, NULL, grain, zc_crew_size(crew));
  if (good && parts.keys > 0)
    good = zc_parts_read(&parts, crew) && zc_parts_join(&parts, crew) &&
           zc_parts_repeated(&parts, crew, &repeated, &found);
  free(repeated);
  zc_parts_free(&parts);
  *needed = found > 0;
  return good;
}

zc_code zc_columns_scan_by(const char *file, const char *data, size_t size,
                           const zc_dataset *dataset, const json_t *options,
                           int32_t today, zc_crew *crew, zc_grain grain,
                           zc_gb18030 *converter, const zc_watch *watch, json_t *faults,
                           json_t **summary, zc_err *err)
{
  zc_census *census = NULL;
  zc_rows *rows = NULL;
  bool needed = false;
  *summary = NULL;
  zc_code code = zc_rows_open(file, data, size, dataset, options, NULL, converter,
                              faults, &rows, err);
  if (code == ZC_OK)
    code = zc_census_new(file, dataset, rows, today, faults, &census, err);
  if (code == ZC_OK && !needs_rows(dataset, rows, grain, crew, census, &needed))
    code = zc_fail_memory(err);
  if (code == ZC_OK && needed)
    code = zc_census_rows(census, rows, watch, size, err);
  else if (code == ZC_OK &&
           !scan_rest(dataset, rows, today, grain, crew, census, watch, size))
    code = zc_fail_memory(err);
  if (code == ZC_OK)
    code = zc_census_result(census, summary, err);
  zc_census_free(census);
  zc_rows_free(rows);
  return code;
}

#define PIECE ((size_t)4 << 20)

zc_code zc_columns_scan(const char *file, const char *data, size_t size,
                        const zc_dataset *dataset, const json_t *options, int32_t today,
                        zc_crew *crew, zc_gb18030 *converter, const zc_watch *watch,
                        json_t *faults, json_t **summary, zc_err *err)
{
  return zc_columns_scan_by(file, data, size, dataset, options, today, crew,
                            (zc_grain){ZC_SPLIT_BYTES, PIECE}, converter, watch, faults,
                            summary, err);
}
