#include "eval/expressions.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "eval/luavalue.h"
#include "table/evaluate.h"

#define SCOPE "zicha.scope"

/* The box is made, empty and known to the collector, before anything is acquired. */
typedef struct {
  zc_scope *scope;
  json_t *names;
  zc_arena arena;
  bool is_outer; /* of some other scope */
} box;

static int release(lua_State *L)
{
  box *b = luaL_checkudata(L, 1, SCOPE);
  zc_scope_free(b->scope);
  json_decref(b->names);
  zc_arena_free(&b->arena);
  *b = (box){0};
  return 0;
}

static int raise_error(lua_State *L, const zc_err *err)
{
  return luaL_error(L, "%s", err->text);
}

/* A scope keeps far more memory than the collector knows of. Small plans never come to so
 * many; whoever tries thousands of answers has them collected in between, as soon as they
 * may hold as much as everything else: else big plans would be collected again and again. */
#define COLLECT_AFTER 4096
#define SCOPE_KIB 20 /* its arena's first block, and what it read */

/* The upvalue counts the scopes since the last collection that were not closed. */
static void count_scope(lua_State *L)
{
  lua_Integer *count = lua_touserdata(L, lua_upvalueindex(1));
  if (++*count >= COLLECT_AFTER && *count * SCOPE_KIB >= lua_gc(L, LUA_GCCOUNT)) {
    lua_gc(L, LUA_GCCOLLECT);
    *count = 0;
  }
}

/* scope:close() frees what a scope of one's own holds, at once: thousands of answers each
 * have one for a moment. */
static int close_scope(lua_State *L)
{
  box *b = luaL_checkudata(L, 1, SCOPE);
  lua_Integer *count = lua_touserdata(L, lua_upvalueindex(1));
  if (b->scope == NULL || b->is_outer)
    return 0;
  *count -= *count > 0;
  return release(L);
}

static box *open_box(lua_State *L, int index)
{
  box *b = luaL_checkudata(L, index, SCOPE);
  if (b->scope == NULL)
    luaL_error(L, "this scope is closed");
  return b;
}

/* expression.scope(names[, outer])  (may raise) */
static int scope(lua_State *L)
{
  zc_err err;
  count_scope(L);
  luaL_checktype(L, 1, LUA_TTABLE);
  box *outer = lua_isnoneornil(L, 2) ? NULL : open_box(L, 2);
  box *b = lua_newuserdatauv(L, sizeof *b, 1);
  *b = (box){0};
  luaL_setmetatable(L, SCOPE);
  if (outer != NULL) {
    outer->is_outer = true;
    lua_pushvalue(L, 2); /* the outer scope lives as long as this one */
    lua_setiuservalue(L, -2, 1);
  }
  if (zc_lua_read(L, 1, true, false, &b->names, &err) != ZC_OK)
    return raise_error(L, &err);
  b->scope = zc_scope_new(outer == NULL ? NULL : outer->scope);
  if (b->scope == NULL || zc_scope_add_names(b->scope, b->names, &b->arena) != 0)
    return luaL_error(L, "out of memory");
  return 1;
}

static int integer_field(lua_State *L, int index, const char *name)
{
  lua_getfield(L, index, name);
  int number = (int)lua_tointeger(L, -1);
  lua_pop(L, 1);
  return number;
}

/* What check and evaluate need while they compile; freed by its own collector entry,
 * so that raising in between loses nothing. */
typedef struct {
  zc_arena arena;
  json_t *faults;
  zc_expression expression;
} work;

#define WORK "zicha.expression.work"

static void clear(work *w)
{
  zc_arena_free(&w->arena);
  json_decref(w->faults);
  *w = (work){0};
}

static int release_work(lua_State *L)
{
  clear(luaL_checkudata(L, 1, WORK));
  return 0;
}

static work *new_work(lua_State *L)
{
  work *w = lua_newuserdatauv(L, sizeof *w, 0);
  *w = (work){0};
  luaL_setmetatable(L, WORK);
  w->faults = json_array();
  if (w->faults == NULL)
    luaL_error(L, "out of memory");
  return w;
}

/* scope:check(text, kind, place) → list of faults  (may raise) */
static int check(lua_State *L)
{
  zc_err err;
  box *b = open_box(L, 1);
  const char *text = luaL_checkstring(L, 2);
  zc_kind kind = zc_kind_named(luaL_optstring(L, 3, ""));
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_settop(L, 4);
  lua_getfield(L, 4, "file");
  zc_usage usage = {.place = {.file = lua_tostring(L, 5),
                              .line = integer_field(L, 4, "line"),
                              .column = integer_field(L, 4, "column")},
                    .scope = b->scope};
  work *w = new_work(L);
  usage.arena = &w->arena;
  zc_code code = zc_expression_compile(text, kind, &usage, w->faults, &w->expression,
                                       &err);
  if (code != ZC_OK && code != ZC_EDATA)
    return raise_error(L, &err);
  zc_lua_push(L, w->faults);
  clear(w);
  return 1;
}

/* Collects names without a value into the list on the stack's top. */
static void note_empty(zc_node *node, void *context)
{
  lua_State *L = context;
  if (node->op != ZC_OP_CONSTANT ||
      !(node->constant->kind == ZC_NIL ||
        (node->constant->kind == ZC_TEXT && node->constant->size == 0)))
    return;
  if (node->space[0] == '\0')
    lua_pushstring(L, node->name);
  else
    lua_pushfstring(L, "%s.%s", node->space, node->name);
  lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* scope:evaluate(text) → value, empty names  (may raise) */
static int evaluate(lua_State *L)
{
  zc_err err;
  box *b = open_box(L, 1);
  const char *text = luaL_checkstring(L, 2);
  work *w = new_work(L);
  zc_usage usage = {.place = {"", 1, 1}, .scope = b->scope, .arena = &w->arena};
  if (zc_expression_compile(text, ZC_NIL, &usage, w->faults, &w->expression, &err) !=
      ZC_OK)
    return raise_error(L, &err);
  zc_evaluation e = {0};
  zc_scalar value = zc_evaluate(&e, w->expression.root);
  if (e.overflow)
    value = zc_nil();
  zc_lua_push_scalar(L, &value);
  lua_newtable(L);
  zc_expression_walk(w->expression.root, note_empty, L);
  clear(w);
  return 2;
}

void zc_expressions_open(lua_State *L)
{
  static const luaL_Reg methods[] = {{"check", check},
                                     {"evaluate", evaluate},
                                     {NULL, NULL}};
  luaL_newmetatable(L, WORK);
  lua_pushcfunction(L, release_work);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  luaL_newmetatable(L, SCOPE);
  lua_pushcfunction(L, release);
  lua_setfield(L, -2, "__gc");
  luaL_newlib(L, methods);
  lua_Integer *count = lua_newuserdatauv(L, sizeof *count, 0);
  *count = 0;
  lua_pushvalue(L, -1);
  lua_pushcclosure(L, close_scope, 1);
  lua_setfield(L, -3, "close");
  lua_insert(L, -3); /* count, metatable, methods */
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_newtable(L);
  lua_insert(L, -2);
  lua_pushcclosure(L, scope, 1);
  lua_setfield(L, -2, "scope");
}
