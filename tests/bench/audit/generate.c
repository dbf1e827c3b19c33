/* generate: a year of prescription lines with prescribers and prices of drugs, in which the
 * twelve rules of `./dev bench audit` find something.
 *
 *   generate FOLDER ROWS [quoted] [crlf]
 *
 * writes rx.csv, staff.csv and price.csv; the same rows every time. quoted: every cell of rx.csv
 * stands in quotes; crlf: its lines end with CR LF. Lines of one prescription follow each other,
 * and prescriptions the days of the year. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PRESCRIBERS 4800
#define DRUGS 2900
#define PATIENTS 500000
#define DEPARTMENTS 20
#define PAST 4096      /* prescribed drugs that may be prescribed again */
#define MOST_BYTES 512 /* of a line */

typedef struct {
  long ceiling; /* in hundredths, as all money here */
  bool controlled;
  char name[64];
} drug;

typedef struct {
  uint32_t patient, drug;
} prescribed;

/* What is the same for all lines of a prescription. */
typedef struct {
  long number;
  uint32_t patient, visit, prescriber;
  int day;
  const char *department;
  bool costly;
} prescription;

typedef struct {
  drug drugs[DRUGS];
  unsigned department_of[PRESCRIBERS];
  prescribed past[PAST];
  uint32_t past_count;
  bool quoted, crlf;
} hospital;

static const char *const departments[DEPARTMENTS] =
    {"内科",     "外科",       "妇科",   "产科",   "儿科",   "急诊科",    "中医科",
     "针灸科",   "眼科",       "口腔科", "皮肤科", "骨科",   "肿瘤科",    "精神科",
     "神经内科", "心血管内科", "肾内科", "感染科", "康复科", "全科医疗科"};
static const char *const visits[] = {"门诊", "急诊", "住院", "慢病"};
static const char *const substances[] = {"氨溴索",   "头孢呋辛", "布地奈德",
                                         "厄贝沙坦", "非洛地平", "瑞舒伐他汀",
                                         "阿卡波糖", "雷贝拉唑", "替米沙坦",
                                         "西替利嗪"};
static const char *const shapes[] = {"片", "胶囊", "口服液", "注射液", "颗粒"};
static const char *const doses[] = {"10mg qd", "0.5g tid", "20mg bid",
                                    "1粒 bid", "2片 tid",  "50ml qd"};
static const char *const reasons[] = {"慢性病需长期用药", "行动不便",
                                      "外地居住,往返不便", "假期,提前取药",
                                      "病情稳定 经评估"};
static const int month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

/* xorshift: good enough for data that only has to vary. */
static uint64_t state = 0x5eedbeefcafe1234U;

static uint32_t below(uint32_t limit)
{
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)((state >> 32) * limit >> 32);
}

/* So many times in 100,000. */
static bool happens(uint32_t times)
{
  return below(100000) < times;
}

static FILE *begin_file(const char *folder, const char *name)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    perror(path);
    exit(73);
  }
  return file;
}

static void end_file(FILE *file)
{
  if (fclose(file) != 0) {
    perror("a file");
    exit(74);
  }
}

/* The day of a leap year, from 0, as month and day. */
static void date_of(int day, int *month, int *date)
{
  for (*month = 0; day >= month_days[*month]; (*month)++)
    day -= month_days[*month];
  *date = day + 1;
  (*month)++;
}

static void write_prices(hospital *h, const char *folder)
{
  FILE *file = begin_file(folder, "price.csv");
  fprintf(file, "drug_code,drug_name,ceiling,controlled\n");
  for (unsigned i = 0; i < DRUGS; i++) {
    drug *d = &h->drugs[i];
    d->ceiling = 150 + (long)below(happens(75000) ? 7000 : 50000);
    d->controlled = happens(4000);
    const char *substance = substances[below(COUNT(substances))];
    const char *shape = shapes[below(COUNT(shapes))];
    snprintf(d->name, sizeof d->name, "%s%s%u", substance, shape, i);
    fprintf(file, "M%05u,%s,%ld.%02ld,%d\n", 20000 + i * 11, d->name, d->ceiling / 100,
            d->ceiling % 100, d->controlled);
  }
  end_file(file);
}

/* One in eighty has a licence that ends within the year. */
static void write_staff(hospital *h, const char *folder)
{
  FILE *file = begin_file(folder, "staff.csv");
  fprintf(file, "prescriber_id,name,licence_expiry,dept,rights\n");
  for (unsigned i = 0; i < PRESCRIBERS; i++) {
    int year = happens(1250) ? 2024 : 2025 + (int)below(4), month, date;
    date_of((int)below(366), &month, &date);
    if (year != 2024 && month == 2 && date == 29)
      date = 28;
    h->department_of[i] = below(DEPARTMENTS);
    fprintf(file, "Y%06u,医师%04u,%d-%02d-%02d,%s,%s\n", 300000 + i * 7, i, year, month,
            date, departments[h->department_of[i]],
            happens(12000) ? "普通;麻精" : "普通");
  }
  end_file(file);
}

static void begin_prescription(hospital *h, prescription *p, int day)
{
  uint32_t visit = below(100), own = below(PRESCRIBERS);
  p->number++;
  p->day = day;
  p->patient = below(PATIENTS);
  p->visit = visit < 60 ? 0 : visit < 75 ? 1 : visit < 86 ? 2 : 3;
  p->prescriber = happens(60) ? 990000 + below(40) : 300000 + own * 7;
  p->department =
      departments[happens(350) ? below(DEPARTMENTS) : h->department_of[own]];
  if (happens(50))
    p->department = "";
  p->costly = happens(70);
}

/* Days of use, and whether a reason stands behind more of them than there should be. */
static unsigned draw_days(uint32_t visit, const char **reason)
{
  bool explained = happens(82000);
  unsigned days = 1 + below(visit == 0 ? 7 : visit == 1 ? 3 : visit == 2 ? 14 : 30);
  if (visit < 2 && happens(3500))
    days += visit == 0 ? 7 : 3;
  bool over = visit == 0 ? days > 7 : visit == 1 && days > 3;
  *reason = (over && explained) || happens(2000) ? reasons[below(COUNT(reasons))] : "";
  return days;
}

/* A cell behind its comma; in quotes if it has to be, or all are. */
static char *put_cell(const hospital *h, char *at, const char *text)
{
  bool quotes = h->quoted || strchr(text, ',') != NULL;
  return at + sprintf(at, quotes ? ",\"%s\"" : ",%s", text);
}

static char *put_number(const hospital *h, char *at, const char *form, long number)
{
  char text[32];
  snprintf(text, sizeof text, form, number);
  return put_cell(h, at, text);
}

static char *put_money(const hospital *h, char *at, long amount)
{
  char text[48];
  long size = amount < 0 ? -amount : amount;
  snprintf(text, sizeof text, "%s%ld.%02ld", amount < 0 ? "-" : "", size / 100,
           size % 100);
  return put_cell(h, at, text);
}

/* A line of the prescription for the drug: how many bytes. */
static size_t put_line(const hospital *h, const prescription *p, uint32_t number,
                       char *line)
{
  const drug *d = &h->drugs[number];
  const char *reason;
  int month, date;
  char text[32], *at = line;
  long days = (long)draw_days(p->visit, &reason);
  long quantity = 1 + (long)below(p->costly ? 40 : 6);
  long share = happens(110) ? 103 + (long)below(90)
                            : 45 + (long)below(50); /* of the ceiling */
  long amount = d->ceiling * share * quantity / 100;
  if (happens(15)) {
    if (happens(50000))
      amount = happens(50000) ? 0 : -amount;
    else
      quantity = happens(50000) ? 0 : -quantity;
  }
  date_of(p->day, &month, &date);
  at = put_number(h, at, "CF%09ld", p->number);
  at = put_number(h, at, "HZ%07ld", 1000000 + (long)p->patient);
  snprintf(text, sizeof text, "2024-%02d-%02d", month, date);
  at = put_cell(h, at, text);
  at = put_cell(h, at, visits[p->visit]);
  at = put_cell(h, at, p->department);
  at = put_number(h, at, "Y%06ld", (long)p->prescriber);
  at = put_number(h, at, "M%05ld", 20000 + (long)number * 11);
  at = put_cell(h, at, d->name);
  at = put_cell(h, at, doses[below(COUNT(doses))]);
  at = put_number(h, at, "%ld", days);
  at = put_number(h, at, "%ld", quantity);
  at = put_money(h, at, amount);
  at = put_cell(h, at, reason);
  at += sprintf(at, h->crlf ? "\r\n" : "\n");
  size_t length = (size_t)(at - line) - 1; /* without the first comma */
  memmove(line, line + 1, length);
  return length;
}

/* One to five drugs, seldom more. */
static unsigned draw_lines(void)
{
  uint32_t share = below(1000);
  return share < 250   ? 1
         : share < 540 ? 2
         : share < 780 ? 3
         : share < 905 ? 4
         : share < 993 ? 5
                       : 6 + below(3);
}

static void write_lines(hospital *h, FILE *file, long rows)
{
  prescription p = {0};
  char line[MOST_BYTES];
  for (long row = 0; row < rows;) {
    begin_prescription(h, &p, (int)((double)row * 366 / (double)rows));
    const prescribed *again = h->past_count > PAST && happens(900)
                                  ? &h->past[below(PAST)]
                                  : NULL;
    if (again != NULL)
      p.patient = again->patient;
    uint32_t first = again != NULL ? again->drug : below(DRUGS);
    unsigned count = draw_lines();
    for (unsigned i = 0; i < count && row < rows; i++, row++) {
      /* Another drug on every line: each begins 40 behind the one before. */
      uint32_t number = (first + i * 40 + (i > 0 ? below(30) : 0)) % DRUGS;
      h->past[h->past_count++ % PAST] = (prescribed){p.patient, number};
      fwrite(line, 1, put_line(h, &p, number, line), file);
    }
  }
}

int main(int argc, char **argv)
{
  static hospital h;
  long rows = argc > 2 ? atol(argv[2]) : 0;
  for (int i = 3; i < argc; i++) {
    h.quoted |= strcmp(argv[i], "quoted") == 0;
    h.crlf |= strcmp(argv[i], "crlf") == 0;
  }
  if (rows < 1 || rows > 1000000000) {
    fprintf(stderr, "usage: generate FOLDER ROWS [quoted] [crlf]\n");
    return 64;
  }
  write_prices(&h, argv[1]);
  write_staff(&h, argv[1]);
  FILE *file = begin_file(argv[1], "rx.csv");
  fprintf(
      file,
      "rx_id,patient_id,date,visit_type,department,prescriber_id,drug_code,drug_name,"
      "dose,days,qty,amount,reason%s\n",
      h.crlf ? "\r" : "");
  write_lines(&h, file, rows);
  end_file(file);
  return 0;
}
