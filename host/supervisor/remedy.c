#include "supervisor/remedy.h"

#include <stddef.h>
#include <string.h>

static const zc_remedy remedies[] = {
    {"unsigned", "未签名", "用已登记的密钥签名后重新报送", NULL, true},
    {"foreign_key", "签名密钥不符",
     "核对签名密钥；确已更换的，来函登记新公钥后重新报送", NULL, true},
    {"tampered", "内容被改动", "文件内容签名后被改动，从系统重新生成并报送原件", NULL,
     false},
    {"broken_chain", "台账不连续",
     "问题台账与已报送的不连续，恢复完整台账后重新报送，或书面说明原因", NULL, true},
    {"bad_date", "日期不符",
     "报告日期晚于登记的收到日期，或者不属于任何轮次；与收报单位核对，日期确有误的，校"
     "正计算机日期后重新自查、报送",
     "登记的检查日期不属于任何轮次；由收报单位核对原表，日期登记有误的，更正后重新登记",
     true},
    {"foreign_plan", "方案不符",
     "所用方案或版本与下发的不一致，按下发的方案重新自查、报送", NULL, false},
    {"unreadable", "不能读取", "文件不能读取，重新生成并报送", NULL, false},
};

const zc_remedy *zc_remedy_of(const char *state)
{
  for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
    if (strcmp(remedies[i].state, state) == 0)
      return &remedies[i];
  return NULL;
}

const char *zc_remedy_text(const zc_remedy *remedy, const char *kind)
{
  return strcmp(kind, "paper") == 0 && remedy->of_paper != NULL ? remedy->of_paper
                                                                : remedy->text;
}
