#include "eval/declare.h"

#include <lauxlib.h>
#include <string.h>

#include "base/utf8.h"
#include "eval/luavalue.h"
#include "value/fault.h"

/* Keys of the registry: the declarations' tables by id, and what is being loaded. */
static const char tables_key = 0;
static const char file_key = 0;

/* ---- places ------------------------------------------------------------------- */

static zc_rulefile *current_file(lua_State *L)
{
  lua_rawgetp(L, LUA_REGISTRYINDEX, &file_key);
  zc_rulefile *file = lua_touserdata(L, -1);
  lua_pop(L, 1);
  return file;
}

/* Where a line of the source starts; NULL beyond its end. Rules mostly come in order, so
 * that the search goes on from the last one. */
static const char *find_line(zc_rulefile *file, int line)
{
  if (file->line_at == NULL || file->line > line) {
    file->line = 1;
    file->line_at = file->source->text;
  }
  while (file->line < line && file->line_at != NULL) {
    file->line_at = strchr(file->line_at, '\n');
    file->line_at = file->line_at == NULL ? NULL : file->line_at + 1;
    file->line++;
  }
  return file->line_at;
}

static bool in_word(char c)
{
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z');
}

/* Where the next declaration begins a line; NULL if there is none. */
static const char *next_declaration(const char *from)
{
  static const char *const words[] = {"rule", "view", "measure"};
  for (const char *at = strchr(from, '\n'); at != NULL; at = strchr(at + 1, '\n'))
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
      if (strncmp(at + 1, words[i], strlen(words[i])) == 0)
        return at;
  return NULL;
}

/* The value of a field in the source: searched for from the line of the rule up to the
 * next one that begins a line, because Lua itself only knows lines. NULL when it is not
 * there as written. */
static const char *find_value(const char *from, const char *field)
{
  const char *end = next_declaration(from), *at = from;
  size_t size = strlen(field);
  while ((at = strstr(at, field)) != NULL && (end == NULL || at < end)) {
    const char *after = at + size + strspn(at + size, " \t");
    if (*after == '=' && after[1] != '=' && (at == from || !in_word(at[-1])))
      return after + 1 + strspn(after + 1, " \t");
    at += size;
  }
  return NULL;
}

/* Line and column of a field's value, or of its text if `text` is not NULL. Owned; NULL
 * when it is not there as written. */
static json_t *find_place(zc_rulefile *file, int line, const char *field,
                          const char *text)
{
  const char *from = find_line(file, line);
  const char *at = from == NULL ? NULL : find_value(from, field);
  if (at != NULL && text != NULL)
    at = strstr(at, text);
  if (at == NULL)
    return NULL;
  zc_place place = zc_place_within((zc_place){NULL, line, 1}, from,
                                   (size_t)(at - from));
  json_t *pair = json_array();
  json_array_append_new(pair, json_integer(place.line));
  json_array_append_new(pair, json_integer(place.column));
  return pair;
}

static void keep_place(zc_rulefile *file, json_t *places, const char *name,
                       const char *from, int line, const char *at)
{
  if (at == NULL)
    return;
  zc_place place = zc_place_within((zc_place){NULL, line, 1}, from,
                                   (size_t)(at - from));
  json_t *pair = json_array();
  (void)file;
  json_array_append_new(pair, json_integer(place.line));
  json_array_append_new(pair, json_integer(place.column));
  json_object_set_new(places, name, pair);
}

/* The parts of joins, each from the place of its `as` on: «join.1.when». */
static void find_join_places(zc_rulefile *file, int line, const json_t *joins,
                             json_t *places)
{
  static const char *const parts[] = {"as", "table", "match", "when", "on"};
  const char *from = find_line(file, line);
  const char *at = from == NULL ? NULL : find_value(from, "join");
  size_t index;
  const json_t *join;
  json_array_foreach(joins, index, join)
  {
    const char *as = zc_get_text(join, "as");
    const char *own = at == NULL ? NULL : find_value(at, "as");
    if (own == NULL || as == NULL || (own = strstr(own, as)) == NULL)
      return;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
      char name[40];
      const char *text = zc_get_text(join, parts[i]);
      const char *value = i == 0 ? own : find_value(own, parts[i]);
      if (i > 0 && value != NULL && text != NULL)
        value = strstr(value, text);
      snprintf(name, sizeof name, "join.%zu.%s", index + 1, parts[i]);
      if (text != NULL || json_object_get(join, parts[i]) != NULL)
        keep_place(file, places, name, from, line, value);
    }
    at = own;
  }
}

static json_t *find_places(zc_rulefile *file, int line, const json_t *declaration)
{
  json_t *places = json_object();
  const char *field;
  json_t *value;
  json_object_foreach((json_t *)declaration, field, value)
  {
    const json_t *first = json_is_array(value) ? json_array_get(value, 0) : value;
    bool text = json_is_string(first);
    if (!text && !json_is_object(value) && !json_is_array(value))
      continue;
    json_t *place = find_place(file, line, field,
                               text ? json_string_value(first) : NULL);
    if (place != NULL)
      json_object_set_new(places, field, place);
  }
  find_join_places(file, line, json_object_get(declaration, "join"), places);
  return places;
}

/* ---- faults ------------------------------------------------------------------- */

/* What a declaration holds besides the fields that its author wrote. */
static const char *const own_fields[] = {"id", "line", "at", "faults", "kind"};

static bool is_own_field(const char *name)
{
  for (size_t i = 0; i < sizeof own_fields / sizeof *own_fields; i++)
    if (strcmp(own_fields[i], name) == 0)
      return true;
  return false;
}

/* Enough of them for whoever mends the rule; none may fill the memory. */
#define DECLARATION_FAULTS 20
#define DECLARATION_COST 512 /* bytes of a declaration without fields */

static bool note_fault(zc_rulefile *file, json_t *faults, int line, const char *rule,
                       const char *field, const char *text, const char *problem,
                       const char *hint)
{
  zc_place place = {file->source->path, line, 0};
  if (json_array_size(faults) >= DECLARATION_FAULTS)
    return true;
  json_t *found = field == NULL ? NULL : find_place(file, line, field, NULL);
  if (found != NULL) {
    place.line = (int)json_integer_value(json_array_get(found, 0));
    place.column = (int)json_integer_value(json_array_get(found, 1));
  }
  json_decref(found);
  return zc_fault(faults, place, text, "rule", rule, "field", zc_text_or(field, ""),
                  "problem_term", problem, hint == NULL ? NULL : "hint", hint,
                  NULL) == 0;
}

static json_t *faults_of(json_t *declaration)
{
  json_t *faults = json_object_get(declaration, "faults");
  if (faults != NULL)
    return faults;
  faults = json_array();
  return json_object_set_new(declaration, "faults", faults) == 0 ? faults : NULL;
}

/* What is wrong with a declaration costs its rule, and no other of the file. */
static bool spoil(zc_rulefile *file, json_t *declaration, const char *field,
                  const char *text, const char *problem, const char *hint)
{
  json_t *faults = faults_of(declaration);
  return faults != NULL &&
         note_fault(file, faults, (int)zc_get_integer(declaration, "line", 0),
                    zc_get_text(declaration, "id"), field, text, problem, hint);
}

/* ---- declaring ---------------------------------------------------------------- */

/* A declaration as long as nothing is known of the rule but its name. */
static json_t *begin_declaration(zc_rulefile *file, const char *kind, const char *id,
                                 int line)
{
  json_t *value = json_object();
  int bad = json_object_set_new(value, "id", json_string(id));
  if (strcmp(kind, "rule") != 0)
    bad |= json_object_set_new(value, "kind", json_string(kind));
  bad |= json_object_set_new(value, "line", json_integer(line));
  bad |= json_object_set(file->by_id, id, value);
  bad |= json_array_append_new(file->declarations, value);
  return bad == 0 ? value : NULL;
}

/* Told where it is declared again. */
static bool spoil_again(zc_rulefile *file, json_t *declaration, int line)
{
  json_t *faults = faults_of(declaration);
  return faults != NULL &&
         note_fault(file, faults, line, zc_get_text(declaration, "id"), NULL,
                    N_("the rule {rule} is declared twice"), "",
                    N_("give the other one a name of its own"));
}

/* The name of a field: key and value stand on the top. NULL if it is no name. */
static const char *field_name(lua_State *L)
{
  size_t size, bad;
  const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &size)
                                                    : NULL;
  return name != NULL && size < 64 && strlen(name) == size &&
                 zc_utf8_valid(name, size, &bad)
             ? name
             : NULL;
}

/* Takes one field in: key and value stand on the top. False when out of memory. */
static bool take_field(lua_State *L, zc_rulefile *file, json_t *declaration)
{
  zc_err err;
  json_t *value = NULL;
  const char *name = field_name(L);
  if (name == NULL)
    return spoil(file, declaration, NULL,
                 N_("the rule {rule} holds a value without the name of a field"), "",
                 N_("write field = value, such as where = \"days > 7\""));
  if (is_own_field(name))
    return spoil(file, declaration, name,
                 N_("the rule {rule} has an unknown field {field}"), "", NULL);
  zc_code code = zc_lua_read_foreign(L, lua_gettop(L), true, &file->room, &value, &err);
  if (code == ZC_OK)
    return json_object_set_new(declaration, name, value) == 0;
  const char *problem = zc_err_argument(&err, "problem_term");
  return problem != NULL &&
         spoil(file, declaration, name,
               N_("the field {field} cannot be used: {problem_term}"), problem, NULL);
}

static int line_of_caller(lua_State *L)
{
  lua_Debug where;
  bool known = lua_getstack(L, 1, &where) && lua_getinfo(L, "l", &where);
  return known ? where.currentline : 0;
}

/* The second half of  rule "id" {…}: the upvalue is the id. */
static int declare(lua_State *L)
{
  zc_rulefile *file = current_file(L);
  const char *id = lua_tostring(L, lua_upvalueindex(1));
  json_t *declaration = zc_rulefile_find(file, id);
  bool good = true;
  if (file->sealed)
    return luaL_error(L, N_("rules are declared while the file is loaded"));
  lua_settop(L, 1);
  if (json_object_get(declaration, "at") != NULL) {
    good = spoil_again(file, declaration, line_of_caller(L));
  } else if (!lua_istable(L, 1)) {
    good = spoil(file, declaration, NULL, N_("the rule {rule} is no table of fields"),
                 "", N_("write rule \"file.name\" { on = …, where = … }"));
  } else {
    lua_rawgetp(L, LUA_REGISTRYINDEX, &tables_key);
    lua_pushvalue(L, 1);
    lua_setfield(L, 2, id);
    lua_pushnil(L);
    while (good && lua_next(L, 1) != 0) {
      good = take_field(L, file, declaration);
      lua_pop(L, 1);
    }
  }
  json_t *places = find_places(file, (int)zc_get_integer(declaration, "line", 0),
                               declaration);
  good &= json_object_set_new(declaration, "at", places) == 0;
  return good ? 0 : luaL_error(L, ZC_MEMORY_TEXT);
}

/* Takes the table that follows what has been refused already. */
static int disregard(lua_State *L)
{
  (void)L;
  return 0;
}

static bool is_word(const char *name)
{
  return *name != '\0' &&
         strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static bool is_id_of(const zc_rulefile *file, const char *id)
{
  size_t stem = strlen(file->source->name);
  return strncmp(id, file->source->name, stem) == 0 && id[stem] == '.' &&
         is_word(id + stem + 1);
}

/* A view is named as a table is: whoever names it does not know that it is none. */
static bool is_view_name(const char *id)
{
  return *id >= 'a' && *id <= 'z' && is_word(id);
}

/* rule "file.name", measure "file.name", view "name": checks the id; the table that
 * follows declares it. The upvalue is the kind. */
static int name(lua_State *L)
{
  size_t size;
  const char *kind = lua_tostring(L, lua_upvalueindex(1));
  const char *id = luaL_checklstring(L, 1, &size);
  zc_rulefile *file = current_file(L);
  bool view = strcmp(kind, "view") == 0, good = true;
  if (file->sealed)
    return luaL_error(L, N_("rules are declared while the file is loaded"));
  if (size + DECLARATION_COST > file->room)
    return luaL_error(L, N_("more than 1 MiB of texts and values"));
  file->room -= size + DECLARATION_COST;
  json_t *known = zc_rulefile_find(file, id);
  int line = line_of_caller(L);
  if (known != NULL) {
    good = spoil_again(file, known, line);
  } else if (strlen(id) != size || !(view ? is_view_name(id) : is_id_of(file, id))) {
    good = note_fault(file, file->faults, line, id, NULL,
                      view ? N_("{rule} is no name for a view")
                           : N_("{rule} is no name for a rule of this file"),
                      "",
                      view ? N_("write a name of a to z, 0 to 9 and _, without a dot, "
                                "such as fee_day")
                           : N_("write the file's name, a dot, and a name of a to z, 0 "
                                "to 9 and _, such as rx.over_days"));
  } else {
    known = begin_declaration(file, kind, id, line);
    if (known == NULL)
      return luaL_error(L, ZC_MEMORY_TEXT);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, declare, 1);
    return 1;
  }
  if (!good)
    return luaL_error(L, ZC_MEMORY_TEXT);
  lua_pushcfunction(L, disregard);
  return 1;
}

void zc_declare_open(lua_State *L, zc_rulefile *file)
{
  static const char *const words[] = {"rule", "view", "measure"};
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    lua_pushstring(L, words[i]);
    lua_pushcclosure(L, name, 1);
    lua_setfield(L, -2, words[i]);
  }
  lua_pop(L, 1);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &tables_key);
  lua_pushlightuserdata(L, file);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &file_key);
}

void zc_declare_push(lua_State *L, const char *id)
{
  lua_rawgetp(L, LUA_REGISTRYINDEX, &tables_key);
  lua_getfield(L, -1, id);
}

bool zc_declare_finish(zc_rulefile *file)
{
  size_t index;
  json_t *declaration;
  bool good = true;
  json_array_foreach(file->declarations, index, declaration)
  {
    if (json_object_get(declaration, "at") == NULL)
      good &= spoil(file, declaration, NULL,
                    N_("the rule {rule} is named but has no {…} after its name"), "",
                    NULL);
  }
  return good;
}

json_t *zc_rulefile_find(const zc_rulefile *file, const char *id)
{
  return json_object_get(file->by_id, id);
}
