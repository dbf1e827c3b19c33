/* The county's facilities: names, classes, keys, and which of them do what they should not.
 * Towns and names are invented; there are no persons. */
#include <stdio.h>
#include <string.h>

#include "county.h"

/* In what share each class stands in a county, and how its facilities are called. */
typedef struct {
  const char *class, *name, *grade;
  int share; /* of 300 */
  bool large, private_too;
} class_kind;

static const class_kind classes[] =
    {{"三级医院", "第%d人民医院", "三级乙等", 2, true, false},
     {"二级医院", "第%d医院", "二级甲等", 8, true, true},
     {"一级医院", "第%d综合医院", "一级甲等", 10, true, true},
     {"中医医院", "第%d中医医院", "二级甲等", 4, true, true},
     {"妇幼保健院", "妇幼保健院%d分院", "二级乙等", 3, true, false},
     {"专科医院", "第%d专科医院", "未定级", 12, true, true},
     {"乡镇卫生院", "第%d卫生院", "一级甲等", 40, true, false},
     {"社区卫生服务中心", "第%d社区卫生服务中心", "", 14, true, true},
     {"社区卫生服务站", "第%d社区卫生服务站", "", 14, false, true},
     {"村卫生室", "第%d村卫生室", "", 74, false, true},
     {"门诊部", "第%d门诊部", "", 22, true, true},
     {"诊所", "第%d诊所", "", 46, false, true},
     {"医务室", "第%d医务室", "", 8, false, true},
     {"急救站", "第%d急救站", "", 3, false, false},
     {"疾控机构", "疾病预防控制中心%d部", "", 2, false, false},
     {"采供血机构", "第%d献血屋", "", 2, false, false},
     {"第三方检验机构", "第%d检验所", "", 3, false, true},
     {"零售药店", "第%d药店", "", 10, false, true},
     {"生活美容机构", "第%d美容院", "", 7, false, true},
     {"养老机构", "第%d养老院", "", 7, false, true},
     {"学校卫生室", "第%d学校卫生室", "", 7, false, false},
     {"医保经办机构", "医保经办%d处", "", 2, false, false}};
#define CLASSES (int)(sizeof classes / sizeof *classes)

static const char *const towns[] = {"城关镇", "东岭镇", "西河镇", "南坪镇", "北塬镇",
                                    "柳林镇", "石桥镇", "双泉乡", "白杨乡", "青川乡"};
#define TOWNS (int)(sizeof towns / sizeof *towns)

const plant_kind plant_kinds[PLANTS] = {
    [HONEST] = {"honest", "accepted", 0, 0, 0},
    [NO_REPORT] = {"missing", "missing", 9, 0, -1},
    [NEVER_REPORTS] = {"never", "missing", 2, 0, 0},
    [NIL] = {"nil", "accepted", 6, 0, 0},
    [NOT_CHECKED] = {"not_checked", "accepted", 4, 0, -1},
    [UNDETERMINED] = {"undetermined", "accepted", 3, 1, -1},
    [LEFT_OUT] = {"left_out", "accepted", 3, 0, -1},
    [LATE] = {"late", "late", 6, 0, -1},
    [SAME_BYTES] = {"replayed_file", "replayed", 3, 0, 2},
    [SAME_RUN] = {"replayed_run", "replayed", 3, 0, 2},
    [RECORD_CHANGED] = {"record_changed", "tampered", 3, 0, -1},
    [FIGURES_CHANGED] = {"figures_changed", "tampered", 3, 0, -1},
    [COMMENT_CHANGED] = {"comment_changed", "tampered", 3, 0, -1},
    [OTHER_RUN] = {"other_run", "tampered", 2, 0, -1},
    [FIGURES_DISAGREE] = {"figures_disagree", "tampered", 2, 0, -1},
    [NEW_KEY] = {"new_key", "foreign_key", 3, 0, -1},
    [OTHERS_KEY] = {"others_key", "foreign_key", 2, 0, -1},
    [UNSIGNED] = {"unsigned", "unsigned", 4, 0, -1},
    [UNKNOWN] = {"unknown", "unknown_facility", 4, 0, 0},
    [OTHER_PLAN] = {"other_plan", "foreign_plan", 3, 0, -1},
    [OTHER_VERSION] = {"other_version", "foreign_plan", 3, 0, -1},
    [YEAR_BEFORE] = {"year_before", "bad_date", 3, 0, -1},
    [YEAR_AFTER] = {"year_after", "bad_date", 2, 0, -1},
    [SEQ_BACK] = {"seq_back", "broken_chain", 3, 0, 3},
    [SEQ_FORKED] = {"seq_forked", "broken_chain", 3, 0, 3},
    [PROBLEM_GONE] = {"problem_gone", "broken_chain", 3, 0, 3},
    [CORRECTED] = {"corrected", "superseded", 5, 0, -1},
    [RELAPSED] = {"relapsed", "accepted", 5, 0, 3},
    [UNCHANGED] = {"unchanged", "accepted", 4, 2, 0},
    [SAME_DAY] = {"same_day", "accepted", 4, 0, 0},
    [IDENTICAL] = {"identical", "accepted", 3, 2, 0},
    [TOKEN_SAMPLE] = {"token_sample", "accepted", 4, 2, 0},
    [SILENT_DATA] = {"silent_data", "accepted", 4, 1, 2},
};

/* ---- making ------------------------------------------------------------------------ */

static const class_kind *class_of(int no)
{
  /* 7 has no divisor in common with 300: neighbours are of different classes. */
  int at = no * 7 % 300;
  for (int i = 0; i < CLASSES; i++) {
    if (at < classes[i].share)
      return &classes[i];
    at -= classes[i].share;
  }
  return &classes[CLASSES - 1];
}

void place_make(place *p, uint64_t seed, int no)
{
  dice d = dice_of(seed, (uint64_t)no, "place");
  const class_kind *kind = class_of(no);
  memset(p, 0, sizeof *p);
  p->no = p->twin = no;
  p->seed = seed;
  p->class = kind->class;
  p->grade = kind->grade;
  p->large = kind->large;
  p->town = towns[dice_below(&d, TOWNS)];
  p->ownership = kind->private_too && dice_chance(&d, 60) ? "民营" : "公立";
  p->expected = p->on_roster = true;
  p->round = p->copy = -1;
  snprintf(p->code, sizeof p->code, "52000000SL%07d%c", no,
           "0123456789ABCDEFGHJKLMNPQRTUWXY"[no % 31]);
  int at = snprintf(p->name, sizeof p->name, "%s", p->town);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  snprintf(p->name + at, sizeof p->name - (size_t)at, kind->name, no + 1);
#pragma GCC diagnostic pop
}

void place_key(place *p, const char *which)
{
  zc_err err;
  dice d = dice_of(p->seed, (uint64_t)p->no, which);
  for (size_t i = 0; i < sizeof p->key.seed; i++)
    p->key.seed[i] = (unsigned char)(dice_roll(&d) >> 32);
  for (size_t i = 0; i < sizeof p->key.shown.id; i++)
    p->key.shown.id[i] = (unsigned char)(dice_roll(&d) >> 32);
  must(zc_ed25519_point(p->key.seed, p->key.shown.point, &err), &err);
}

void place_roster_line(const place *p, zc_buffer *out)
{
  char line[ZC_KEY_LINE_ROOM];
  dice d = dice_of(p->seed, (uint64_t)p->no, "licence");
  if (!p->on_roster)
    return;
  zc_key_line(&p->key.shown, line);
  int years = p->large ? 15 : 5, since = dice_between(&d, 2024 - years, 2022);
  zc_buffer_print(out, "%s,%s,%s,%s,%s,%s,%d-03-01,%d-02-28,%s,,%s,%s\r\n", p->code,
                  p->name, p->class, p->grade, p->ownership, p->town, since,
                  since + years, p->large ? "办公室" : "", line,
                  p->expected ? "是" : "否");
}

/* ---- planting ---------------------------------------------------------------------- */

static bool fits(const place *p, const plant_kind *kind)
{
  return p->plant == HONEST && p->expected && p->copy < 0 &&
         (kind->size == 0 || p->large == (kind->size == 1));
}

/* Somebody of the same class whose answers are copied: honest, and copied once. */
static int twin_of(const place *places, int count, const place *p)
{
  for (int i = 0; i < count; i++) {
    if (i != p->no && places[i].copy < 0 && places[i].plant == HONEST &&
        places[i].expected && strcmp(places[i].class, p->class) == 0)
      return i;
  }
  stop("too few facilities for the planted ones");
  return 0;
}

void places_plant(place *places, int count, uint64_t seed)
{
  dice d = dice_of(seed, 0, "plant");
  for (int i = 0, spared = 0; i < count && spared < 3; i++)
    if (strcmp(places[i].class, "生活美容机构") == 0 && ++spared)
      places[i].expected = false;
  for (int kind = 1; kind < PLANTS; kind++) {
    const plant_kind *wanted = &plant_kinds[kind];
    for (int i = 0; i < wanted->count; i++) {
      int at = dice_below(&d, count), tries = 0;
      while (!fits(&places[at], wanted)) {
        at = (at + 1) % count;
        if (++tries > count)
          stop("too few facilities for the planted ones");
      }
      place *p = &places[at];
      p->plant = (plant)kind;
      p->round = wanted->round == -1 ? i % ROUNDS : wanted->round - 1;
      p->on_roster = kind != UNKNOWN;
      if (kind == IDENTICAL)
        places[p->twin = twin_of(places, count, p)].copy = at;
    }
  }
}
