-- 收费规则 FEE：从费用明细、医嘱、价目、进销存和同意书能看出的违规收费。
--
-- 退费在费用明细中是负数，按天、按次相加以后自然抵消；退费另日入账的，降为可疑。
-- 两份数据直接矛盾的（单价高于价目、收费次数多于执行次数）是“明确”；要看病历和原始
-- 凭证才能认定的是“可疑”；只是统计异常的是“提醒”。
--
-- 价目有有效期，连接价目时都按费用发生的那一天取价。

-- 一笔费用当日有效的价目；按天相加以后，那一天有效的价目。没有价目的不在范围内。
local price = {
  as = "c", table = "price_catalog", on = { item_code = "item_code" }, match = "inner",
  when = [[(c.valid_from == nil or date(fee_time) >= c.valid_from)
           and (c.valid_to == nil or date(fee_time) <= c.valid_to)]],
}
local price_of_day = {
  as = "c", table = "price_catalog", on = { item = "item_code" }, match = "inner",
  when = [[(c.valid_from == nil or day >= c.valid_from) and (c.valid_to == nil or day <= c.valid_to)]],
}

-- 一年的费用明细可以有几百万笔：视图只留用得着的，药品、材料另按进销存核对。

-- 医疗服务项目，每次就诊、每个项目、每一天收了多少；每次就诊从头到尾收了多少。同一项目分记在
-- 几个费用类别下的，合在一起；是什么类别，看 classes。
view "fee_day" {
  on     = "fee_lines",
  among  = [[not one_of(fee_class, p.fee_stock_classes)]],
  group  = { enc = "encounter_id", item = "item_code", day = "date(fee_time)" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)", classes = "set(fee_class)" },
  titles = { day = "收费日期", qty = "当日收费数量", amount = "当日金额", classes = "费用类别" },
}
view "fee_stay" {
  on     = "fee_lines",
  among  = "not one_of(fee_class, p.fee_stock_classes)",
  group  = { enc = "encounter_id", item = "item_code" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)", first = "min(date(fee_time))", classes = "set(fee_class)" },
  titles = { qty = "收费数量", amount = "收费金额", first = "首次收费日期", classes = "费用类别" },
}

-- 有退费的项目，退费相抵以后还剩多少。没有退费的不在里面。
view "fee_refund" {
  on     = "fee_lines",
  among  = [[qty < 0]],
  group  = { enc = "encounter_id", item = "item_code" },
  cols   = { lines = "count()" },
  titles = { lines = "退费笔数" },
}
view "fee_net" {
  on     = "fee_lines",
  join   = { { as = "r", table = "fee_refund", on = { encounter_id = "enc", item_code = "item" }, match = "inner" } },
  group  = { enc = "encounter_id", item = "item_code" },
  cols   = { qty = "sum(qty)" },
  titles = { qty = "退费后数量" },
}

-- 收了费的医疗服务项目，医嘱从头到尾执行了多少次；是不是都是临时医嘱。
view "fee_executed" {
  on     = "orders",
  join   = { { as = "f", table = "fee_stay", on = { encounter_id = "enc", item_code = "item" }, match = "inner" } },
  group  = { enc = "encounter_id", item = "item_code" },
  cols   = { times = "sum(exec_times)", standing = "count(order_class ~= \"临时\")" },
  titles = { times = "执行次数", standing = "长期医嘱数" },
}

-- 同样的项目，每一天执行了多少次（没有执行时间的，按医嘱开始时间）。
view "fee_executed_day" {
  on     = "orders",
  join   = { { as = "f", table = "fee_stay", on = { encounter_id = "enc", item_code = "item" }, match = "inner" } },
  group  = { enc = "encounter_id", item = "item_code", day = "date(default(exec_time, start))" },
  cols   = { times = "sum(exec_times)" },
  titles = { day = "执行日期", times = "执行次数" },
}

-- ---- 重复收费 ----------------------------------------------------------------------

-- FEE-01  重复收费：一次就诊中某个项目收费的次数，多于医嘱执行的次数。
rule "fee.more_than_executed" {
  on     = "fee_stay",
  join   = { { as = "o", table = "fee_executed", on = { enc = "enc", item = "item" }, match = "inner" } },
  among  = [[any_of(classes, p.fee_executed_classes) and qty > 0]],
  where  = [[qty > o.times]],
  show   = { "enc", "item", "qty", "o.times", "amount" },
  amount = "round(amount * (qty - o.times) / qty, 2)",
  say    = "有医嘱的收费项目按就诊逐项核对{population}条，其中{count}条收费次数多于执行次数，多收{amount}元",
}

-- FEE-01（同日）  同一天收费的次数多于当天临时医嘱执行的次数；另有长期医嘱的不看。
-- 执行与记账可能差一日，故为可疑；从头到尾算的见上一条。
rule "fee.more_than_executed_day" {
  on        = "fee_day",
  join      = { { as = "o", table = "fee_executed_day", on = { enc = "enc", item = "item", day = "day" }, match = "inner" },
                { as = "l", table = "fee_executed", on = { enc = "enc", item = "item" } } },
  among     = [[any_of(classes, p.fee_executed_classes) and qty > 0 and l.standing == 0]],
  where     = [[qty > o.times]],
  show      = { "enc", "item", "day", "qty", "o.times" },
  amount    = "round(amount * (qty - o.times) / qty, 2)",
  certainty = "suspect",
  say       = "临时医嘱的收费项目逐日核对{population}条，其中{count}条收费次数多于当日执行次数，多收{amount}元",
}

-- FEE-01（无医嘱数据时）  同一条医嘱、同一项目，在规定小时内计费两次以上。一条医嘱也可能
-- 执行几次，要对照执行记录，故为提醒；有医嘱数据的用前两条。
rule "fee.charged_again" {
  on        = "fee_lines",
  join      = { { as = "s", table = "fee_net", on = { encounter_id = "enc", item_code = "item" } } },
  among     = [[one_of(fee_class, p.fee_once_classes) and qty > 0 and order_no ~= ""
                and (s.qty == nil or s.qty > 1)]],
  group     = { "encounter_id", "item_code", "order_no" },
  sort      = "fee_time",
  where     = [[hours(prev.fee_time, fee_time) < p.fee_repeat_hours]],
  show      = { "encounter_id", "item_code", "item_name", "fee_time", "order_no" },
  amount    = "amount",
  certainty = "hint",
  say       = "检查、手术收费{population}笔中，{count}笔在{p.fee_repeat_hours}小时内按同一条医嘱再次计费，涉及{amount}元",
}

-- ---- 超标准收费 --------------------------------------------------------------------

-- FEE-02  超标准收费：单价高于当日有效的价目。已经全部退费的不算；价目说明常允许加收的
-- 类别（如儿童手术，p.fee_surcharge_classes），加收幅度以内的降为可疑。
rule "fee.over_price" {
  on     = "fee_lines",
  join   = { price,
             { as = "s", table = "fee_net", on = { encounter_id = "enc", item_code = "item" } } },
  among  = [[qty > 0 and (s.qty == nil or s.qty > 0)]],
  where  = [[unit_price > c.price_std + p.fee_price_tolerance]],
  level  = [[choose(one_of(fee_class, p.fee_surcharge_classes)
                    and unit_price <= c.price_std * (1 + p.fee_surcharge_percent / 100), "suspect", "certain")]],
  show   = { "bill_no", "fee_time", "item_code", "item_name", "unit_price", "c.price_std", "qty" },
  amount = "(unit_price - c.price_std) * qty",
  say    = "有价目的收费{population}笔中，{count}笔单价高于当日价目，多收{amount}元",
}

-- ---- 计价数量超限 ------------------------------------------------------------------

-- FEE-03  每日限次：床位、护理等按日项目一天计费超过限次（价目有限次的从其限次）。
rule "fee.over_daily_limit" {
  on     = "fee_day",
  join   = { price_of_day,
             { as = "s", table = "fee_net", on = { enc = "enc", item = "item" } } },
  among  = [[qty > 0 and (c.per_day_max ~= nil
             or any_of(classes, p.fee_daily_classes) and not one_of(c.unit, p.fee_hour_units))]],
  where  = [[qty > default(c.per_day_max, p.fee_daily_max)]],
  level  = [[choose(s.qty ~= nil, "suspect", "certain")]],
  show   = { "enc", "item", "c.name", "day", "qty", "c.per_day_max" },
  amount = "round(amount * (qty - default(c.per_day_max, p.fee_daily_max)) / qty, 2)",
  say    = "限日计费的项目逐日核对{population}条，其中{count}条超过每日限次，多收{amount}元",
}

-- FEE-03  按小时计价的项目，一天超过24小时。
rule "fee.over_hours" {
  on     = "fee_day",
  join   = { price_of_day,
             { as = "s", table = "fee_net", on = { enc = "enc", item = "item" } } },
  among  = [[qty > 0 and one_of(c.unit, p.fee_hour_units)]],
  where  = [[qty > p.fee_hours_per_day]],
  level  = [[choose(s.qty ~= nil, "suspect", "certain")]],
  show   = { "enc", "item", "c.name", "day", "qty" },
  amount = "round(amount * (qty - p.fee_hours_per_day) / qty, 2)",
  say    = "按小时计价的项目逐日核对{population}条，其中{count}条一日超过{p.fee_hours_per_day}小时，多收{amount}元",
}

-- FEE-03  按日项目的数量多于住院天数。各地入院、出院当日的算法不同，只多1日的降为可疑。
rule "fee.over_stay" {
  on    = "fee_stay",
  join  = { { as = "a", table = "admissions", on = { enc = "encounter_id" }, match = "inner" },
            { as = "c", table = "price_catalog", on = { item = "item_code" }, match = "inner",
              when = [[(c.valid_from == nil or first >= c.valid_from) and (c.valid_to == nil or first <= c.valid_to)]] } },
  among = [[qty > 0 and a.discharge_time ~= nil
            and any_of(classes, p.fee_daily_classes) and not one_of(c.unit, p.fee_hour_units)]],
  where = [[qty > max(1, days(a.admit_time, a.discharge_time)) * default(c.per_day_max, p.fee_daily_max)]],
  level = [[choose(qty <= (days(a.admit_time, a.discharge_time) + 1) * default(c.per_day_max, p.fee_daily_max),
                   "suspect", "certain")]],
  show  = { "enc", "item", "c.name", "a.admit_time", "a.discharge_time", "qty" },
  say   = "出院患者的床位、护理等按日项目按住院逐项核对{population}条，其中{count}条数量多于住院天数",
}

-- p.fee_not_more_than 的各项目，每次就诊、每天按名称收了多少（各机构的院内编码不同，名称照
-- 当地价目）；它们所对应的项目有哪些，收了多少。
view "fee_paired" {
  on     = "fee_lines",
  join   = { { as = "t", table = "p.fee_not_more_than", on = { item_name = "item" }, match = "inner" } },
  group  = { enc = "encounter_id", day = "date(fee_time)", name = "item_name", base = "t.base" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)", ratio = "max(t.ratio)" },
  titles = { day = "收费日期", qty = "当日收费数量", amount = "当日金额", base = "对应项目", ratio = "倍数" },
}
view "fee_base" {
  on     = "fee_paired",
  group  = { enc = "enc", day = "day", base = "base" },
  cols   = { pairs = "count()" },
  titles = { pairs = "对应项目数" },
}
view "fee_base_day" {
  on     = "fee_lines",
  join   = { { as = "t", table = "fee_base", on = { encounter_id = "enc", ["date(fee_time)"] = "day", item_name = "base" }, match = "inner" } },
  group  = { enc = "encounter_id", day = "date(fee_time)", base = "item_name" },
  cols   = { qty = "sum(qty)" },
  titles = { day = "收费日期", qty = "对应项目数量" },
}

-- FEE-03  甲项目的数量多于所对应的乙项目的规定倍数（如透析器多于透析次数），对应关系见
-- p.fee_not_more_than。
rule "fee.more_than_base" {
  on        = "fee_paired",
  join      = { { as = "b", table = "fee_base_day", on = { enc = "enc", day = "day", base = "base" } } },
  among     = [[qty > 0]],
  where     = [[qty > default(b.qty, 0) * ratio]],
  show      = { "enc", "day", "name", "qty", "base", "b.qty" },
  amount    = "round(amount * (qty - default(b.qty, 0) * ratio) / qty, 2)",
  certainty = "suspect",
  say       = "有数量对应关系的项目逐日核对{population}条，其中{count}条的数量多于所对应的项目，涉及{amount}元",
}

-- ---- 分解收费 ----------------------------------------------------------------------

-- 价目写明内涵的项目，哪次就诊、哪一天收了。
view "fee_package_day" {
  on     = "fee_day",
  join   = { price_of_day },
  among  = [[qty > 0 and len(c.contains) > 0]],
  group  = { enc = "enc", day = "day", package = "item" },
  cols   = { qty = "sum(qty)" },
  titles = { qty = "数量" },
}

-- FEE-04  分解收费：收了一个项目，同日又收了它的内涵已经包含的项目（价目的“包含项目”）。
-- 已经全部退费的不算；同日分两次做的要看记录，故为可疑。
rule "fee.split_package" {
  on        = "fee_lines",
  join      = { { as = "t", table = "fee_package_day", on = { encounter_id = "enc", ["date(fee_time)"] = "day" }, match = "any" },
                { as = "c", table = "price_catalog", on = { ["t.package"] = "item_code" },
                  when = [[(c.valid_from == nil or date(fee_time) >= c.valid_from)
                           and (c.valid_to == nil or date(fee_time) <= c.valid_to)]] },
                { as = "s", table = "fee_net", on = { encounter_id = "enc", item_code = "item" } } },
  among     = [[qty > 0 and one_of(default(fee_class, "其他"), p.fee_package_classes)
                and (s.qty == nil or s.qty > 0)]],
  where     = [[t.package ~= item_code and any_of(c.contains, item_code)]],
  show      = { "bill_no", "fee_time", "item_code", "item_name", "amount", "t.package", "c.name" },
  amount    = "amount",
  certainty = "suspect",
  say       = "收费{population}笔中，{count}笔的项目已包含在同日收取的另一项目内，涉及{amount}元",
}

-- FEE-04  不得同时收取的项目同日都收了（价目的“不得同时收费项目”）。
rule "fee.excluded_pair" {
  on        = "fee_day",
  join      = { price_of_day,
                { as = "x", table = "fee_day", on = { enc = "enc", day = "day" }, match = "any" } },
  among     = [[qty > 0 and any_of(classes, p.fee_package_classes) and len(c.excludes) > 0]],
  where     = [[x.qty > 0 and any_of(c.excludes, x.item) and not any_of(c.combinable_with, x.item)]],
  show      = { "enc", "day", "item", "c.name", "x.item", "x.amount" },
  certainty = "suspect",
  say       = "价目写明不得同时收费的项目逐日核对{population}条，其中{count}条当日又收取了不得同时收费的项目",
}

-- ---- 打包检查 ----------------------------------------------------------------------

-- 每名医师给多少次就诊开过检查，写过多少种不同的诊断和指征；每个项目开给了多少次就诊。
view "fee_doctor" {
  on     = "exam_requests",
  group  = { doctor = "doctor_id" },
  cols   = { visits  = "distinct(encounter_id, encounter_id ~= \"\")",
             reasons = "distinct(indication_text, indication_text ~= \"\")" },
  titles = { visits = "就诊人次", reasons = "指征种数" },
}
view "fee_doctor_item" {
  on     = "exam_requests",
  group  = { doctor = "doctor_id", item = "item_code" },
  cols   = { visits = "distinct(encounter_id, encounter_id ~= \"\")" },
  titles = { visits = "就诊人次" },
}

-- FEE-05  项目打包过滥：不论什么诊断，一名医师的患者几乎都做同样的几项检查。只作提醒。
rule "fee.bundled" {
  on        = "fee_doctor_item",
  join      = { { as = "d", table = "fee_doctor", on = { doctor = "doctor" } },
                { as = "s", table = "staff", on = { doctor = "staff_id" } } },
  among     = [[d.visits >= p.fee_bundle_min_visits and d.reasons >= p.fee_bundle_min_reasons]],
  group     = "doctor",
  having    = "count(visits * 100 >= d.visits * p.fee_bundle_percent) >= p.fee_bundle_min_items",
  show      = { "doctor", "s.on_duty_dept", "d.visits" },
  certainty = "hint",
  say       = "开检查较多的医师{population}名中，{count}名给{p.fee_bundle_percent}%以上的患者开了同样的{p.fee_bundle_min_items}项以上检查",
}

-- ---- 串换、虚记 --------------------------------------------------------------------

-- FEE-06  串换：药品收的不是医嘱开的那一种。
rule "fee.other_than_ordered" {
  on        = "fee_lines",
  join      = { { as = "o", table = "orders", on = { order_no = "order_no" }, match = "inner" } },
  among     = [[one_of(fee_class, p.fee_drug_classes) and qty > 0]],
  where     = [[item_code ~= o.item_code]],
  show      = { "bill_no", "fee_time", "item_code", "item_name", "o.item_code", "o.item_name" },
  amount    = "amount",
  certainty = "suspect",
  say       = "有医嘱的药品收费{population}笔中，{count}笔收费的药品与医嘱不是同一种，涉及{amount}元",
}

-- 每种药品、耗材收了多少，出库多少：分日的、分月的和整个检查期间的。科室退库在出库中是
-- 负数；月份是从公元元年数起的第几个月，减1就是上月。
view "fee_item" {
  on     = "fee_lines",
  among  = [[one_of(fee_class, p.fee_stock_classes)]],
  group  = { item = "item_code" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)" },
  titles = { qty = "收费数量", amount = "收费金额" },
}
view "fee_item_month" {
  on     = "fee_lines",
  among  = [[one_of(fee_class, p.fee_stock_classes)]],
  group  = { item = "item_code", month = "year(fee_time) * 12 + month(fee_time)" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)", first = "min(date(fee_time))" },
  titles = { month = "月序", qty = "当月收费数量", amount = "当月金额", first = "当月首次收费" },
}
view "fee_item_day" {
  on     = "fee_lines",
  among  = [[one_of(fee_class, p.fee_stock_classes)]],
  group  = { item = "item_code", day = "date(fee_time)" },
  cols   = { qty = "sum(qty)", amount = "sum(amount)" },
  titles = { day = "收费日期", qty = "当日收费数量", amount = "当日金额" },
}
view "fee_stock" {
  on     = "stock_moves",
  among  = [[one_of(move_type, "出库", "退库")]],
  group  = { item = "item_code" },
  cols   = { qty = "sum(out_qty)" },
  titles = { qty = "出库数量" },
}
view "fee_stock_month" {
  on     = "stock_moves",
  among  = [[one_of(move_type, "出库", "退库")]],
  group  = { item = "item_code", month = "year(date) * 12 + month(date)" },
  cols   = { qty = "sum(out_qty)", first = "min(date, out_qty > 0)", last = "max(date, out_qty > 0)" },
  titles = { month = "月序", qty = "当月出库数量", first = "当月首次出库", last = "当月末次出库" },
}

-- FEE-06  串换：收了药品、耗材的费用，收费前规定天数内却没有出过库。
-- 当月的看最早一次，上月和再上月的看最晚一次。
rule "fee.not_in_stock" {
  on        = "fee_item_day",
  join      = { { as = "k", table = "fee_stock_month", on = { item = "item", ["year(day) * 12 + month(day)"] = "month" } },
                { as = "l", table = "fee_stock_month", on = { item = "item", ["year(day) * 12 + month(day) - 1"] = "month" } },
                { as = "m2", table = "fee_stock_month", on = { item = "item", ["year(day) * 12 + month(day) - 2"] = "month" } } },
  among     = [[qty > 0]],
  where     = [[(k.first == nil or k.first > day)
                and (l.last == nil or days(l.last, day) > p.fee_stock_days)
                and (m2.last == nil or days(m2.last, day) > p.fee_stock_days)]],
  show      = { "item", "day", "qty", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "药品、耗材收费逐日核对{population}条，其中{count}条在此前{p.fee_stock_days}日内没有出库记录，涉及{amount}元",
}

-- FEE-08  虚记、多记：检查期间收费的数量多于出库的数量。
rule "fee.more_than_stock" {
  on        = "fee_item",
  join      = { { as = "k", table = "fee_stock", on = { item = "item" } } },
  among     = [[qty > 0]],
  where     = [[qty > default(k.qty, 0) * (1 + p.fee_stock_tolerance / 100)]],
  show      = { "item", "qty", "k.qty", "amount" },
  amount    = "round(amount * (qty - default(k.qty, 0)) / qty, 2)",
  certainty = "suspect",
  say       = "收费的药品、耗材{population}种中，{count}种收费数量多于出库数量，多记{amount}元",
}

-- FEE-08（分月）  某月收费的数量多于当月出库的数量。科室可能先领后用，只作提醒。
rule "fee.more_than_stock_month" {
  on        = "fee_item_month",
  join      = { { as = "k", table = "fee_stock_month", on = { item = "item", month = "month" } } },
  among     = [[qty > 0]],
  where     = [[qty > default(k.qty, 0) * (1 + p.fee_stock_tolerance / 100)]],
  show      = { "item", "first", "qty", "k.qty", "amount" },
  certainty = "hint",
  say       = "药品、耗材收费逐月核对{population}条，其中{count}条的收费数量多于当月出库数量",
}

-- FEE-08  只收费不服务：住院的检查、化验、治疗、手术收了费，找不到医嘱。
rule "fee.no_order" {
  on        = "fee_lines",
  join      = { { as = "o", table = "orders", on = { order_no = "order_no" } } },
  among     = [[visit_type == "住院" and one_of(fee_class, p.fee_executed_classes) and qty > 0]],
  where     = [[order_no == "" or o.order_no == nil]],
  show      = { "bill_no", "encounter_id", "fee_time", "item_code", "item_name", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "住院检查、化验、治疗、手术收费{population}笔中，{count}笔没有对应的医嘱，涉及{amount}元",
}

-- ---- 无目录、未公示 ----------------------------------------------------------------

-- FEE-07  无收费目录：收费的项目当日不在价目中。药品、耗材另按进销存核对。
rule "fee.no_catalog" {
  on     = "fee_lines",
  join   = { { as = "c", table = "price_catalog", on = { item_code = "item_code" }, match = "none",
               when = [[(c.valid_from == nil or date(fee_time) >= c.valid_from)
                        and (c.valid_to == nil or date(fee_time) <= c.valid_to)]] } },
  among  = [[one_of(fee_class, p.fee_catalog_classes) and qty > 0]],
  show   = { "bill_no", "fee_time", "item_code", "item_name", "amount" },
  amount = "amount",
  say    = "医疗服务项目收费{population}笔中，{count}笔的项目不在当日有效的价目中，涉及{amount}元",
}

-- FEE-07  套用医保编码：结算的医保编码与价目中该项目的医保编码不同。
rule "fee.other_ins_code" {
  on     = "fee_lines",
  join   = { price },
  among  = [[ins_code ~= "" and c.ins_code ~= "" and qty > 0
             and one_of(default(fee_class, "其他"), p.fee_code_classes)]],
  where  = [[ins_code ~= c.ins_code]],
  show   = { "bill_no", "fee_time", "item_code", "item_name", "ins_code", "c.ins_code" },
  amount = "amount",
  say    = "有医保编码的收费{population}笔中，{count}笔的医保编码与价目不符，涉及{amount}元",
}

-- FEE-09  收取未公示项目的费用：收费当日价目还没有公示。
rule "fee.unposted_charge" {
  on     = "fee_lines",
  join   = { price },
  among  = [[qty > 0]],
  where  = [[c.posted_at == nil or c.posted_at > date(fee_time)]],
  show   = { "bill_no", "fee_time", "item_code", "item_name", "c.posted_at" },
  amount = "amount",
  say    = "有价目的收费{population}笔中，{count}笔在收费时价格尚未公示，涉及{amount}元",
}

-- FEE-10  价格公示：在用的项目没有公示；执行以后才公示的只作提醒。
rule "fee.price_unposted" {
  on    = "price_catalog",
  among = [[(valid_from == nil or valid_from <= today) and (valid_to == nil or valid_to >= today)]],
  where = [[posted_at == nil or posted_at > default(valid_from, posted_at)]],
  level = [[choose(posted_at == nil, "certain", "hint")]],
  show  = { "item_code", "name", "price_std", "valid_from", "posted_at" },
  say   = "在用收费项目{population}项中，{count}项没有公示或者执行以后才公示",
}

-- ---- 超支付范围 --------------------------------------------------------------------

-- 价目有没有医保限定；患者（a）的性别、年龄是否不符；全部诊断是否都不符。
local has_limit = [[c.limit_sex ~= nil and c.limit_sex ~= "不限" or c.limit_age_from ~= nil
                    or c.limit_age_to ~= nil or len(c.limit_dx) > 0]]
local wrong_person = [[c.limit_sex ~= nil and (c.limit_sex == "男" and a.sex == "女"
                                               or c.limit_sex == "女" and a.sex == "男")
                       or c.limit_age_from ~= nil and a.age < c.limit_age_from
                       or c.limit_age_to ~= nil and a.age > c.limit_age_to]]
local wrong_dx = [[len(c.limit_dx) > 0 and not any_starts(a.diagnosis_codes, c.limit_dx)]]

-- FEE-11  超医保支付范围：限性别、限年龄、限适应症的项目结算给了不符合的患者。只有诊断不符的
-- （可能漏填诊断）降为可疑。住院的和门急诊的各看一次。
rule "fee.over_limit_inpatient" {
  on     = "fee_lines",
  join   = { price, { as = "a", table = "admissions", on = { encounter_id = "encounter_id" }, match = "inner" } },
  among  = [[settle_type == "医保" and not default(self_pay, false) and qty > 0 and (]] .. has_limit .. ")",
  where  = wrong_person .. " or " .. wrong_dx,
  level  = "choose(" .. wrong_person .. [[, "certain", "suspect")]],
  show   = { "bill_no", "fee_time", "item_code", "item_name", "a.sex", "a.age", "a.main_dx" },
  amount = "amount",
  say    = "住院医保结算的限定项目{population}笔中，{count}笔的患者不符合限定，涉及{amount}元",
}

rule "fee.over_limit_outpatient" {
  on     = "fee_lines",
  join   = { price, { as = "a", table = "visits", on = { encounter_id = "encounter_id" }, match = "inner" } },
  among  = [[settle_type == "医保" and not default(self_pay, false) and qty > 0 and (]] .. has_limit .. ")",
  where  = wrong_person .. " or " .. wrong_dx,
  level  = "choose(" .. wrong_person .. [[, "certain", "suspect")]],
  show   = { "bill_no", "fee_time", "item_code", "item_name", "a.sex", "a.age", "a.main_dx" },
  amount = "amount",
  say    = "门急诊医保结算的限定项目{population}笔中，{count}笔的患者不符合限定，涉及{amount}元",
}

-- FEE-12  范围外服务未经同意：参保患者的自费项目，没有同意书编号，也查不到事前签署的同意书。
-- 急诊抢救来不及签的，降为提醒。
rule "fee.self_pay_no_consent" {
  on        = "fee_lines",
  join      = { { as = "k", table = "consents", on = { encounter_id = "encounter_id" }, match = "none",
                  when = [[k.kind == "自费" and date(k.signed_at) <= date(fee_time)
                           and (len(k.item_codes) == 0 or any_of(k.item_codes, item_code))]] } },
  among     = [[self_pay and settle_type == "医保" and qty > 0]],
  where     = [[consent_no == ""]],
  level     = [[choose(visit_type == "急诊", "hint", "suspect")]],
  show      = { "bill_no", "encounter_id", "fee_time", "item_code", "item_name", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "参保患者的自费项目{population}笔中，{count}笔没有事前签署的同意书，涉及{amount}元",
}

-- ---- 时间上的矛盾 ------------------------------------------------------------------

-- FEE-13  住院期间又有门诊费用。入院、出院当日的门诊费用不算。
rule "fee.outpatient_during_stay" {
  on        = "fee_lines",
  join      = { { as = "a", table = "admissions", on = { patient_id = "patient_id" }, match = "any" } },
  among     = [[visit_type ~= "住院" and qty > 0]],
  where     = [[date(fee_time) > date(a.admit_time)
                and (a.discharge_time == nil or date(fee_time) < date(a.discharge_time))]],
  show      = { "bill_no", "patient_id", "fee_time", "item_code", "item_name", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "门急诊收费{population}笔中，{count}笔发生在患者住院期间，涉及{amount}元",
}

-- FEE-13  两次住院的时间重叠。前一次出院手续当日晚些才办的降为可疑。
rule "fee.overlapping_stays" {
  on    = "admissions",
  group = "patient_id",
  sort  = "admit_time",
  where = [[admit_time < prevmax(discharge_time)]],
  level = [[choose(date(admit_time) < date(prev.discharge_time), "certain", "suspect")]],
  show  = { "encounter_id", "patient_id", "admit_time", "discharge_time", "dept" },
  say   = "住院{population}人次中，{count}人次在同一患者前一次住院出院之前入院",
}

-- FEE-13  出院以后还有住院费用。次日补记的降为可疑。
rule "fee.after_discharge" {
  on     = "fee_lines",
  join   = { { as = "a", table = "admissions", on = { encounter_id = "encounter_id" }, match = "inner" } },
  among  = [[visit_type == "住院" and qty > 0 and a.discharge_time ~= nil]],
  where  = [[date(fee_time) > date(a.discharge_time)]],
  level  = [[choose(days(a.discharge_time, fee_time) <= p.fee_late_entry_days, "suspect", "certain")]],
  show   = { "bill_no", "encounter_id", "fee_time", "a.discharge_time", "item_name", "amount" },
  amount = "amount",
  say    = "出院患者的住院收费{population}笔中，{count}笔发生在出院之后，涉及{amount}元",
}

-- 每次就诊的每台手术从麻醉开始到结束；一台手术的几项操作麻醉开始时间相同。
view "fee_operation" {
  on     = "procedures",
  among  = [[anaesthesia_start ~= nil]],
  group  = { enc = "encounter_id", started = "anaesthesia_start" },
  cols   = { ended = "max(surgery_end)" },
  titles = { ended = "手术结束时间" },
}

-- FEE-14  术中加价、加项：麻醉开始以后才开的自费、高价或者追加手术项目，事前没有患者一方
-- 签署的同意书。抢救时由机构负责人签署批准的，也是同意书。
rule "fee.added_in_surgery" {
  on        = "fee_lines",
  join      = { { as = "o", table = "orders", on = { order_no = "order_no" }, match = "inner" },
                { as = "t", table = "fee_operation", on = { encounter_id = "enc" }, match = "inner",
                  when = [[o.start > t.started and o.start <= t.ended]] },
                { as = "k", table = "consents", on = { encounter_id = "encounter_id" }, match = "none",
                  when = [[k.signed_at <= o.start and (any_of(k.item_codes, item_code)
                           or k.kind == "术中变更" and k.signed_at >= t.started)]] } },
  among     = [[order_no ~= "" and qty > 0
                and (self_pay or fee_class == "手术" or unit_price >= p.fee_surgery_min_price)]],
  show      = { "bill_no", "encounter_id", "o.start", "t.started", "item_name", "amount" },
  amount    = "amount",
  certainty = "suspect",
  say       = "麻醉开始后增加的自费、高价和手术项目{population}笔中，{count}笔事前没有患者一方的同意，涉及{amount}元",
}

-- ---- 异常人群（只作线索）-----------------------------------------------------------

-- FEE-15  同一联系电话登记了多名住院患者。
rule "fee.same_phone" {
  on        = "admissions",
  among     = [[tel_hash ~= ""]],
  group     = "tel_hash",
  having    = "distinct(patient_id) > p.fee_phone_persons",
  show      = { "dept", "admit_time" },
  certainty = "hint",
  say       = "住院登记的联系电话{population}个中，{count}个登记的患者超过{p.fee_phone_persons}名",
}

-- FEE-15  结伴就医：同一村（社区）的多人同日看同一名医师。
rule "fee.visiting_together" {
  on        = "visits",
  join      = { { as = "b", table = "patients", on = { patient_id = "patient_id" }, match = "inner" } },
  among     = [[b.address_hash ~= ""]],
  group     = { "b.address_hash", "visit_date", "doctor_id" },
  having    = "distinct(patient_id) >= p.fee_together_persons",
  show      = { "visit_date", "doctor_id", "dept" },
  certainty = "hint",
  say       = "门急诊就诊按患者所在村（社区）、日期和接诊医师分为{population}组，其中{count}组达到{p.fee_together_persons}人",
}

-- FEE-15  节假日住院异常：某个科室非急诊的住院有过多在节假日和周末入院。
rule "fee.holiday_admissions" {
  on        = "admissions",
  among     = [[admit_path == nil or admit_path ~= "急诊"]],
  group     = "dept",
  rate      = "not is_workday(date(admit_time))",
  above     = "p.fee_holiday_percent / 100",
  min_n     = "p.fee_holiday_min_cases",
  certainty = "hint",
  say       = "住院较多的科室{population}个中，{count}个的非急诊住院有超过{p.fee_holiday_percent}%在节假日入院",
}
