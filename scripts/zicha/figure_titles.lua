-- What the figures of formulas are called in papers and on screens: l["…"] of the ledger, o["…"] of an
-- office's roster and reports, c["…"] of its cases and inspections.

local figure_titles = {}

figure_titles.l = { found = "登记问题", counted = "应整改问题", pending = "待核实",
  verified = "已核实", dismissed = "不属实", untrue_rows = "不属实明细", assigned = "已分派",
  rectifying = "正在整改", not_begun = "尚未着手", rectified = "已整改", closed = "已核销",
  open = "未核销", overdue = "逾期", no_deadline = "未定时限", immediate = "立行立改", deadline = "限期整改",
  long_term = "长期坚持", due_10 = "10日内到期", due_20 = "20日内到期", extended = "延期问题", extensions = "延期次数",
  due_total = "到期应完成", on_time = "按期完成", transferred = "移送", cases = "机构台账立案", looked_back = "回头看抽查",
  held = "回头看保持", relapsed = "反弹", relapsed_at_look_back = "回头看反弹",
  inspected = "检查发现", unreported = "应报未报", reported = "主动报告", systems = "制度",
  departments = "责任部门", people = "责任人", amount = "涉及金额", refund = "退回金额",
  refund_self = "自查主动退回" }

figure_titles.o = { roster = "名册机构", expected = "应报机构", reported = "已报机构", missing = "未报送机构",
  late = "逾期报送机构", on_time = "按时报送机构", zero = "零报告机构", counted = "计入的报告", paper = "手工登记的报告",
  left_out = "有漏项机构", clean = "全部查完且未发现问题机构", self_check_due = "应自查机构", self_checked = "已自查机构",
  inspection_due = "应检查机构", inspected = "已检查机构（应报的）" }

figure_titles.c = { cases = "立案", simple = "简易程序案件", general = "一般程序案件", closed = "结案", open = "未结案件",
  warnings = "警告家（人）数", fined = "罚款机构", fine_amount = "罚款金额", confiscated = "没收违法所得", orders = "责令改正户次",
  opinions = "监督意见书", suspended = "停业整顿", revoked = "吊销许可证", cancelled = "注销",
  doctors_suspended = "暂停执业人数", doctors_revoked = "吊销证书人数", unlicensed_closed = "取缔无证行医",
  points_facilities = "机构记分", points_staff = "人员记分", transfers = "移送", transfers_police = "移送公安",
  transfers_discipline = "移送纪检监察", transfers_insurance = "移送医保", transfers_market = "移送市监",
  transfers_justice = "移送司法机关", transfers_other = "移送其他部门", exposed = "曝光", refunds = "案件退回金额",
  cases_facilities = "立案机构", scored_facilities = "记分机构", scored_staff = "记分人数", inspected = "检查机构",
  visits = "检查户次", inspectors = "出动人次", orders_facilities = "责令改正机构", inspected_problems = "检查发现问题",
  inspected_amount = "检查发现金额" }

-- Those that inspections tell; the others of c["…"] are of cases.
figure_titles.of_visits = { inspected = true, visits = true, inspectors = true, orders = true, opinions = true,
  orders_facilities = true, unlicensed_closed = true, inspected_problems = true, inspected_amount = true }

-- The title of a figure; its name where it has none.
function figure_titles.of(space, name) return (figure_titles[space] or {})[name] or name end

-- A formula with the titles of its figures, 〔应整改问题〕.
function figure_titles.worded(formula)
  return (formula:gsub('(%l)%["([%w_.]+)"%]', function(space, name)
    return figure_titles[space] and "〔" .. figure_titles.of(space, name) .. "〕"
  end))
end

return figure_titles
