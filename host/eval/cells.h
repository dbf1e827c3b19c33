/* cells.h: rows that a plan brings along, for the engine's scripts: its reference tables
 * and its parameters that are tables. They are read as exports are, so that what is told
 * of them is what rules will see.
 *
 * In Lua:  found = cells.header(text)          the first row of a CSV text: {cells: [{text,
 *            line, column}]}, or {problem, hint}
 *          found = cells.read(dataset, text, values)   all rows of it: {rows, faults,
 *            problems: [{row, line, column, …}], values, lines}
 * A problem has `text` (a malformed row); or `id` and `cell` (a cell that does not read as
 * the type of the column `id`; `damaged`: a spreadsheet program has spoiled it; `open`: a
 * draft has left it so, ____); or `same` and `same_row` (line and number of an earlier row
 * that is the same). `row` counts the rows that are not blank, from 1. Not all are told of
 * a text that has hundreds. With `values`, the rows without a problem as maps: column →
 * value, none for a blank one, and the line of each. */
#ifndef ZC_EVAL_CELLS_H
#define ZC_EVAL_CELLS_H

#include <lua.h>

/* Pushes the library. May raise. */
void zc_cells_open(lua_State *L);

#endif
