/* Tables of a comparison with a row for each item, focus area or member of a set in each class. */
#include <stdlib.h>

#include "supervisor/compare_source.h"

enum { INDEX, CLASS, ID, TITLE };
#define WHAT "index", "class", "id", "title"

enum {
  T_EXPECTED = TITLE + 1,
  T_HERE,
  T_MISSING,
  T_NIL,
  T_LEFT_OUT,
  T_CHECKED,
  T_SHARE,
  T_SUSPECTS,
  T_LETTERS
};

static const char *const tally_columns[] =
    {WHAT,      "expected", "here",          "missing",         "nil", "left_out",
     "checked", "share",    "suspect_share", ZC_LETTER_COLUMNS, NULL};
static const char *const change_columns[] = {WHAT, ZC_CHANGE_COLUMNS, NULL};

/* The classes that are compared, and all together before or without them. */
static bool open_blocks(zc_compare_source *s, const zc_compared_rows *kind, bool all,
                        bool classes)
{
  s->kind = kind;
  s->first = 0;
  s->count = kind->count;
  s->block_count = 0;
  s->blocks = calloc(s->c->view.class_count + 1, sizeof *s->blocks);
  if (s->blocks == NULL)
    return false;
  if (all)
    s->blocks[s->block_count++] = s->c->view.class_count;
  for (size_t k = 0; classes && k < s->c->view.class_count; k++)
    if (zc_compared_class(s->c, k))
      s->blocks[s->block_count++] = k;
  s->rows = s->block_count * s->count;
  return true;
}

static bool open_all_items(zc_compare_source *s)
{
  return open_blocks(s, &s->c->items, true, false);
}

static bool open_items(zc_compare_source *s)
{
  return open_blocks(s, &s->c->items, false, true);
}

static bool open_areas(zc_compare_source *s)
{
  return open_blocks(s, &s->c->areas, true, true);
}

static bool open_members(zc_compare_source *s)
{
  return open_blocks(s, &s->c->members, true, true);
}

static size_t block_of(const zc_compare_source *s)
{
  return s->blocks[s->row / s->count];
}

static size_t place_of(const zc_compare_source *s)
{
  return s->first + s->row % s->count;
}

static void seek_tally(zc_compare_source *s)
{
  size_t class = block_of(s);
  int at = class == s->c->view.class_count ? -1 : (int)class;
  if (s->c->other == NULL)
    s->tally = *zc_tallies_at(&s->kind->tallies, place_of(s), at);
  else
    s->change = *zc_change_tallies_at(&s->kind->changes, place_of(s), at);
}

static const char *row_title(const zc_compare_source *s, const zc_compared_row *row)
{
  if (*row->title != '\0')
    return row->title;
  return s->kind == &s->c->members ? "合计（任一成员）" : row->id;
}

static const char *row_cell(const zc_compare_source *s, size_t column,
                            char room[ZC_FIGURE_ROOM])
{
  const zc_compared_row *row = &s->kind->rows[place_of(s)];
  size_t class = block_of(s);
  switch (column) {
  case INDEX:
    return zc_number_text(room, (int64_t)s->row + 1);
  case CLASS:
    return class == s->c->view.class_count ? "全部" : s->c->groups[class].title;
  case ID:
    return s->kind == &s->c->members ? zc_text_of(s->c->sets[row->set], "title")
                                     : row->id;
  case TITLE:
    return row_title(s, row);
  default:
    return NULL;
  }
}

static const char *tally_cell(const zc_compare_source *s, size_t column,
                              char room[ZC_FIGURE_ROOM])
{
  const char *own = row_cell(s, column, room);
  size_t class = own == NULL ? block_of(s) : 0;
  const zc_group *g = class == s->c->view.class_count ? &s->c->all
                                                      : &s->c->groups[class];
  const zc_tally *t = &s->tally;
  if (own != NULL)
    return own;
  switch (column) {
  case T_EXPECTED:
    return zc_compare_number(room, g->expected);
  case T_HERE:
    return zc_compare_number(room, g->here);
  case T_MISSING:
    return zc_compare_number(room, g->expected - g->here);
  case T_NIL:
    return zc_compare_number(room, g->nil);
  case T_LEFT_OUT:
    return zc_compare_number(room, zc_tally_left_out(t));
  case T_CHECKED:
    return zc_compare_number(room, zc_tally_checked(t));
  case T_SHARE:
    return zc_rate_text(room, t->problem, zc_tally_checked(t));
  case T_SUSPECTS:
    return zc_rate_text(room, t->suspect + t->hint, zc_tally_checked(t));
  default:
    return zc_letter_cell(t, column - T_LETTERS, room);
  }
}

static const char *change_cell(const zc_compare_source *s, size_t column,
                               char room[ZC_FIGURE_ROOM])
{
  const char *own = row_cell(s, column, room);
  return own != NULL ? own : zc_change_cell(&s->change, column - (TITLE + 1), room);
}

const zc_compare_table zc_class_tables[] =
    {{"compare.items.all", tally_columns, open_all_items, seek_tally, tally_cell},
     {"compare.items", tally_columns, open_items, seek_tally, tally_cell},
     {"compare.focus", tally_columns, open_areas, seek_tally, tally_cell},
     {"compare.sets", tally_columns, open_members, seek_tally, tally_cell},
     {"changes.items.all", change_columns, open_all_items, seek_tally, change_cell},
     {"changes.items", change_columns, open_items, seek_tally, change_cell},
     {"changes.focus", change_columns, open_areas, seek_tally, change_cell},
     {"changes.sets", change_columns, open_members, seek_tally, change_cell},
     {NULL, NULL, NULL, NULL, NULL}};
