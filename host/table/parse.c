/* The grammar, loosest first:  or · and · comparison · + - · * / · not - · atom.
 * A recursive descent with a depth cap, because the texts come from strangers; a
 * chain (a and b and …) is a loop here and makes a tree that is deep to the left,
 * which the limit on the text's length bounds. */
#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "table/expression.h"

typedef enum {
  T_END,
  T_NAME,
  T_NUMBER,
  T_TEXT,
  T_AND,
  T_OR,
  T_NOT,
  T_TRUE,
  T_FALSE,
  T_NIL,
  T_EQUAL,
  T_UNEQUAL,
  T_LESS,
  T_LESS_EQUAL,
  T_MORE,
  T_MORE_EQUAL,
  T_SIGN /* a single character: + - * / ( ) [ ] , . */
} token;

typedef struct {
  const char *text;
  const zc_usage *usage;
  json_t *faults;
  size_t at;        /* after the current token */
  token token;      /* the current token … */
  size_t from;      /* … where it begins … */
  char sign;        /* … T_SIGN: which */
  const char *word; /* … T_NAME, T_TEXT: its text, in the arena */
  size_t word_size;
  zc_scalar number; /* … T_NUMBER */
  int depth;
  bool failed, memory;
} parser;

zc_place zc_place_within(zc_place start, const char *text, size_t offset)
{
  if (start.column == 0)
    return start; /* only the line of the whole text is known */
  for (size_t i = 0; i < offset && text[i] != '\0'; i++) {
    if (text[i] == '\n') {
      start.line++;
      start.column = 1;
    } else {
      start.column += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
  }
  return start;
}

static void *refuse(parser *p, size_t offset, const char *text, const char *name,
                    const char *value, const char *hint)
{
  if (!p->failed) {
    zc_place place = zc_place_within(p->usage->place, p->text, offset);
    int bad = hint != NULL
                  ? zc_fault(p->faults, place, text, name, value, "hint", hint, NULL)
                  : zc_fault(p->faults, place, text, name, value, NULL);
    p->memory |= bad != 0;
  }
  p->failed = true;
  p->token = T_END;
  return NULL;
}

static void *no_memory(parser *p)
{
  p->memory = p->failed = true;
  return NULL;
}

static bool name_start(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
  return c >= '0' && c <= '9';
}

static void keep_word(parser *p, const char *from, size_t size)
{
  p->word = zc_arena_copy(p->usage->arena, from, size);
  p->word_size = size;
  if (p->word == NULL)
    no_memory(p);
}

/* '…' or "…", with \\ \" \' \n as the only escapes. */
static void quoted(parser *p)
{
  char quote = p->text[p->at++];
  zc_buffer out = {0};
  for (;; p->at++) {
    char c = p->text[p->at];
    if (c == '\0' || c == '\n') {
      refuse(p, p->from, "this text is not closed", "quote", "",
             N_("put the closing quotation mark"));
      break;
    }
    if (c == quote) {
      p->at++;
      break;
    }
    if (c == '\\') {
      c = p->text[++p->at];
      if (c == 'n') {
        c = '\n';
      } else if (c != '\\' && c != '"' && c != '\'') {
        refuse(p, p->at, "an unknown escape stands in this text", "quote", "",
               N_("write \\\\ for a backslash"));
        break;
      }
    }
    zc_buffer_char(&out, c);
  }
  if (out.failed)
    no_memory(p);
  else if (!p->failed)
    keep_word(p, out.data == NULL ? "" : out.data, out.size);
  zc_buffer_free(&out);
  p->token = p->failed ? T_END : T_TEXT;
}

/* [[…]] */
static void bracketed(parser *p)
{
  const char *from = p->text + p->at + 2, *end = strstr(from, "]]");
  if (end == NULL) {
    refuse(p, p->from, "this text is not closed", "quote", "",
           N_("put the closing ]]"));
    return;
  }
  keep_word(p, from, (size_t)(end - from));
  p->at = (size_t)(end - p->text) + 2;
  p->token = p->failed ? T_END : T_TEXT;
}

static void number(parser *p)
{
  size_t end = p->at;
  while (digit(p->text[end]) || p->text[end] == '.')
    end++;
  bool good = zc_number_parse(p->text + p->at, end - p->at, &p->number) &&
              !name_start(p->text[end]);
  if (!good) {
    refuse(p, p->at, "this is not a number", "quote", "",
           N_("write digits and at most one point, such as 0.05"));
    return;
  }
  p->at = end;
  p->token = T_NUMBER;
}

static void word(parser *p)
{
  static const struct {
    const char *word;
    token token;
  } reserved[] = {{"and", T_AND},   {"or", T_OR},       {"not", T_NOT},
                  {"true", T_TRUE}, {"false", T_FALSE}, {"nil", T_NIL}};
  size_t end = p->at;
  while (name_start(p->text[end]) || digit(p->text[end]))
    end++;
  keep_word(p, p->text + p->at, end - p->at);
  p->at = end;
  if (p->failed)
    return;
  p->token = T_NAME;
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
    if (strcmp(p->word, reserved[i].word) == 0)
      p->token = reserved[i].token;
}

/* A character that has no place here, with the remedy for the likely slip. */
static void stray(parser *p)
{
  uint32_t c = 0;
  const char *text = p->text + p->at;
  size_t length = zc_utf8_decode(text, strlen(text), &c);
  char shown[8] = {0};
  memcpy(shown, text, length < sizeof shown ? length : 0);
  const char *hint = NULL;
  if (zc_text_narrow(c) != c)
    hint = N_("write it in half width");
  else if (c == 0x201c || c == 0x201d || c == 0x2018 || c == 0x2019)
    hint = N_("use the straight quotation marks \" or '");
  else if (c >= 0x80)
    hint = N_("put texts in quotation marks");
  else if (c == '=')
    hint = N_("write == to compare");
  else if (c == '!')
    hint = N_("write ~= for unequal and not for negation");
  else if (c == '&' || c == '|')
    hint = N_("write and, or");
  else if (c == '%' || c == '^' || c == '#')
    hint = N_("the arithmetic here is + - * /");
  refuse(p, p->at, "the character {character} cannot stand here", "character", shown,
         hint);
}

static void next(parser *p)
{
  if (p->failed)
    return;
  while (p->text[p->at] == ' ' || p->text[p->at] == '\t' || p->text[p->at] == '\n' ||
         p->text[p->at] == '\r')
    p->at++;
  p->from = p->at;
  const char *t = p->text + p->at;
  static const struct {
    char text[3];
    token token;
  } pairs[] = {{"==", T_EQUAL},
               {"~=", T_UNEQUAL},
               {"<=", T_LESS_EQUAL},
               {">=", T_MORE_EQUAL}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    if (t[0] == pairs[i].text[0] && t[1] == pairs[i].text[1]) {
      p->token = pairs[i].token;
      p->at += 2;
      return;
    }
  if (t[0] == '-' && t[1] == '-') {
    /* Lua begins a comment here, arithmetic would negate twice: neither is guessed. */
    refuse(p, p->at, "the character {character} cannot stand here", "character", "--",
           N_("comments stand outside the text; write a - (-b) to subtract twice"));
  } else if (*t == '\0') {
    p->token = T_END;
  } else if (name_start(*t)) {
    word(p);
  } else if (digit(*t)) {
    number(p);
  } else if (*t == '"' || *t == '\'') {
    quoted(p);
  } else if (t[0] == '[' && t[1] == '[') {
    bracketed(p);
  } else if (*t == '<' || *t == '>') {
    p->token = *t == '<' ? T_LESS : T_MORE;
    p->at++;
  } else if (strchr("+-*/()[],.", *t) != NULL) {
    p->token = T_SIGN;
    p->sign = *t;
    p->at++;
  } else {
    stray(p);
  }
}

static bool is_sign(const parser *p, char sign)
{
  return !p->failed && p->token == T_SIGN && p->sign == sign;
}

static bool expect(parser *p, char sign, const char *text)
{
  if (is_sign(p, sign)) {
    next(p);
    return !p->failed;
  }
  refuse(p, p->from, text, "sign", "", NULL);
  return false;
}

static zc_node *node_new(parser *p, zc_op op, size_t offset, int count)
{
  if (p->failed)
    return NULL;
  zc_node *node = zc_arena_take(p->usage->arena, sizeof *node);
  zc_node **args = NULL;
  if (node != NULL && count > 0)
    args = zc_arena_take(p->usage->arena, (size_t)count * sizeof *args);
  if (node == NULL || (count > 0 && args == NULL))
    return no_memory(p);
  *node = (zc_node){.op = op, .offset = offset, .count = count, .args = args};
  return node;
}

static zc_node *expression(parser *p);

#define MOST_ARGUMENTS 64

static zc_node *call(parser *p, zc_node *name)
{
  zc_node *args[MOST_ARGUMENTS];
  int count = 0;
  next(p);
  for (bool more = !is_sign(p, ')'); more;) {
    if (count == MOST_ARGUMENTS)
      return refuse(p, p->from, "more than 64 arguments", "sign", "",
                    N_("put the words into a list parameter"));
    args[count] = expression(p);
    if (p->failed)
      return NULL;
    count++;
    more = is_sign(p, ',');
    if (more)
      next(p);
    else if (!is_sign(p, ')'))
      return refuse(p, p->from, "a comma or ) is missing here", "sign", "", NULL);
  }
  next(p);
  zc_node *node = node_new(p, ZC_OP_CALL, name->offset, count);
  if (node == NULL)
    return NULL;
  if (count > 0)
    memcpy(node->args, args, (size_t)count * sizeof *args);
  node->space = name->space;
  node->name = name->name;
  return node;
}

/* Joins the parts before the last point: answers.posted.wrong lives in the space
 * "answers.posted". */
static const char *join_space(parser *p, const char *space, const char *name)
{
  if (*space == '\0')
    return name;
  size_t first = strlen(space), second = strlen(name);
  char *joined = zc_arena_take(p->usage->arena, first + second + 2);
  if (joined == NULL)
    return no_memory(p);
  memcpy(joined, space, first);
  joined[first] = '.';
  memcpy(joined + first + 1, name, second);
  return joined;
}

/* name · space.name · space.name.part · m["measure"] · function(…) */
static zc_node *name_or_call(parser *p)
{
  zc_node *node = node_new(p, ZC_OP_NAME, p->from, 0);
  if (node == NULL)
    return NULL;
  node->space = "";
  node->name = p->word;
  next(p);
  for (int parts = 1; parts < 3 && is_sign(p, '.'); parts++) {
    next(p);
    if (p->failed || p->token != T_NAME)
      return refuse(p, p->from, "a name is missing after the point", "sign", "", NULL);
    node->space = join_space(p, node->space, node->name);
    node->name = p->word;
    next(p);
  }
  if (is_sign(p, '[')) {
    next(p);
    if (p->failed || p->token != T_TEXT)
      return refuse(p, p->from, "a quoted name is missing in the brackets", "sign", "",
                    N_("write m[\"file.measure\"]"));
    node->space = join_space(p, node->space, node->name);
    node->name = p->word;
    next(p);
    if (!expect(p, ']', "a closing ] is missing here"))
      return NULL;
  }
  if (p->failed)
    return NULL;
  return is_sign(p, '(') ? call(p, node) : node;
}

static zc_node *literal(parser *p, zc_scalar value)
{
  zc_node *node = node_new(p, ZC_OP_LITERAL, p->from, 0);
  if (node == NULL)
    return NULL;
  node->literal = value;
  node->type = (zc_type){.kind = value.kind, .fixed = true};
  next(p);
  return node;
}

static zc_node *atom(parser *p)
{
  switch (p->failed ? T_END : p->token) {
  case T_NAME:
    return name_or_call(p);
  case T_NUMBER:
    return literal(p, p->number);
  case T_TEXT:
    return literal(p, zc_text(p->word, p->word_size));
  case T_TRUE:
  case T_FALSE:
    return literal(p, zc_bool(p->token == T_TRUE));
  case T_NIL:
    return literal(p, zc_nil());
  case T_SIGN:
    if (p->sign == '(') {
      next(p);
      zc_node *inner = expression(p);
      return inner != NULL && expect(p, ')', "a closing ) is missing here") ? inner
                                                                            : NULL;
    }
    break;
  default:
    break;
  }
  return refuse(p, p->from, "a name or a value is missing here", "sign", "", NULL);
}

static zc_node *unary(parser *p)
{
  bool negation = !p->failed && p->token == T_NOT;
  if (!negation && !is_sign(p, '-'))
    return atom(p);
  size_t offset = p->from;
  if (++p->depth > ZC_EXPRESSION_DEPTH)
    return refuse(p, offset, "the expression is nested too deeply", "sign", "", NULL);
  next(p);
  zc_node *inner = unary(p);
  p->depth--;
  zc_node *node = node_new(p, negation ? ZC_OP_NOT : ZC_OP_NEGATE, offset, 1);
  if (node != NULL)
    node->args[0] = inner;
  return node;
}

typedef struct {
  token token;
  char sign;
  zc_op op;
  bool swap; /* a > b is b < a */
  int level;
} operation;

static const operation *infix(const parser *p, int level)
{
  static const operation known[] = {
      {T_OR, 0, ZC_OP_OR, false, 0},
      {T_AND, 0, ZC_OP_AND, false, 1},
      {T_EQUAL, 0, ZC_OP_EQUAL, false, 2},
      {T_UNEQUAL, 0, ZC_OP_UNEQUAL, false, 2},
      {T_LESS, 0, ZC_OP_LESS, false, 2},
      {T_LESS_EQUAL, 0, ZC_OP_LESS_EQUAL, false, 2},
      {T_MORE, 0, ZC_OP_LESS, true, 2},
      {T_MORE_EQUAL, 0, ZC_OP_LESS_EQUAL, true, 2},
      {T_SIGN, '+', ZC_OP_ADD, false, 3},
      {T_SIGN, '-', ZC_OP_SUBTRACT, false, 3},
      {T_SIGN, '*', ZC_OP_MULTIPLY, false, 4},
      {T_SIGN, '/', ZC_OP_DIVIDE, false, 4},
  };
  for (size_t i = 0; !p->failed && i < sizeof known / sizeof *known; i++)
    if (known[i].level == level && known[i].token == p->token &&
        (p->token != T_SIGN || known[i].sign == p->sign))
      return &known[i];
  return NULL;
}

static zc_node *binary(parser *p, int level)
{
  if (level == 5)
    return unary(p);
  zc_node *left = binary(p, level + 1);
  const operation *found;
  while (left != NULL && (found = infix(p, level)) != NULL) {
    size_t offset = p->from;
    next(p);
    zc_node *right = binary(p, level + 1);
    zc_node *node = node_new(p, found->op, offset, 2);
    if (node == NULL || right == NULL)
      return NULL;
    node->args[0] = found->swap ? right : left;
    node->args[1] = found->swap ? left : right;
    left = node;
  }
  return left;
}

static zc_node *expression(parser *p)
{
  if (++p->depth > ZC_EXPRESSION_DEPTH)
    return refuse(p, p->from, "the expression is nested too deeply", "sign", "", NULL);
  zc_node *node = binary(p, 0);
  p->depth--;
  return node;
}

zc_code zc_expression_parse(const char *text, const zc_usage *usage, json_t *faults,
                            zc_node **root, zc_err *err)
{
  parser p = {.text = text, .usage = usage, .faults = faults};
  *root = NULL;
  if (strlen(text) > ZC_EXPRESSION_LIMIT) {
    refuse(&p, 0, "the expression is longer than 8 KiB", "sign", "",
           N_("put word lists into parameters"));
  } else {
    next(&p);
    *root = expression(&p);
    if (!p.failed && p.token != T_END)
      refuse(&p, p.from, "the expression should end here", "sign", "",
             N_("write and, or between two conditions"));
  }
  if (p.memory)
    return zc_fail_memory(err);
  if (p.failed) {
    *root = NULL;
    return zc_fail(err, ZC_EDATA, "an expression has errors", NULL);
  }
  return ZC_OK;
}
