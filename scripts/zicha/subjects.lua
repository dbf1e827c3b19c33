-- Who answers a plan: facility.yaml and office.yaml, as the schema has them.

local kinds = require "kinds"
local terms = require "terms"

local subjects = {}

local text, ids, integer, bool, day = kinds.text, kinds.ids, kinds.integer, kinds.bool, kinds.day
local word, texts, list, record = kinds.word, kinds.texts, kinds.list, kinds.record

-- ---- facility.yaml (domain b-1, facility) ------------------------------------------

subjects.facility = record {
  { "code", "机构代码", text, required = true,
    help = "统一社会信用代码或登记号" },
  { "name", "机构名称", text, required = true },
  { "second_names", "其他名称", texts() },
  { "class", "机构类别", word(terms.facility_class), required = true },
  { "grade", "等级", text },
  { "ownership", "举办性质", word(terms.ownership) },
  { "county", "县区", text },
  { "licence_no", "许可证号", text },
  { "licence_valid_to", "许可证有效期至", day },
  { "next_check", "下次校验", day },
  { "beds_approved", "核定床位", integer },
  { "beds_open", "开放床位", integer, help = "没有床位的填0" },
  { "departments_approved", "核准科目", texts() },
  { "contact", "联系人", text },
  { "is_designated", "医保定点", bool },
}

-- ---- office.yaml ---------------------------------------------------------------------

subjects.office = record {
  { "name", "名称", text, required = true, help = "办公室的名称，如某县卫生健康局" },
  { "code", "代码", text, required = true, help = "统一社会信用代码或行政区划代码" },
  { "level", "层级", word(terms.office_level), required = true },
  { "region", "行政区划", text },
  { "contact", "联系人", text },
  { "phone", "联系电话", text },
  { "addressee", "报送对象", text, help = "总结、通报报给谁" },
  { "unsigned", "未签名报告", word(terms.unsigned), help = "未签名的报告是否接收，默认不接收" },
  { "late_days", "逾期归属天数", { kind = "integer", least = 0, most = 366 },
    help = "报告日期在一轮截止之后多少天以内仍归该轮，默认15" },
  { "rounds", "轮次", list(record {
    { "id", "编号", { kind = "round" }, required = true },
    { "plan", "方案", ids },
    { "title", "名称", text },
    { "from", "起", day },
    { "to", "止", day },
    { "due", "报送时限", day },
  }) },
}

return subjects
