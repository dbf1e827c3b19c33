-- 走过场提示：从报告本身看，自查可能没有认真做。
--
-- 一行是一家机构本轮次被采用的报告（表 office_reports，由 zicha signals 算出）。提示不是结论：
-- 命中的机构请核查原始资料和台账以后再说。show 里写的是判断所依据的数，连同分母。
-- 界限都是参数，本地可以改：change: {parameters: {signal_token_size: {value: 3}}}。

-- ---- 作答 --------------------------------------------------------------------------

-- 两家机构的作答逐项相同，连抽查份数也一样。只有是非题的报告本来就容易相同，不看。
rule "perfunctory.identical" {
  on        = "office_reports",
  among     = [[samples >= p.signal_same_samples]],
  where     = [[same_count > 0]],
  show      = { "same_with", "same_count", "samples", "sample_total", "entries" },
  certainty = "hint",
  say       = "抽查{p.signal_same_samples}项以上的{population}家中，{count}家的作答与其他机构逐项相同",
}

-- 作答与自己上次的报告逐项相同。
rule "perfunctory.unchanged" {
  on        = "office_reports",
  among     = [[previous_day ~= nil and samples >= p.signal_same_samples]],
  where     = [[previous_same]],
  show      = { "previous_round", "previous_day", "report_day", "samples", "sample_total", "entries" },
  certainty = "hint",
  say       = "有上次报告可比的{population}家中，{count}家的作答与上次逐项相同",
}

-- 抽查只是象征性的：一半以上的抽查项每项只看了一两份。
rule "perfunctory.token_sample" {
  on        = "office_reports",
  among     = [[samples >= p.signal_token_checks]],
  where     = [[sample_median <= p.signal_token_size]],
  show      = { "samples", "sample_total", "sample_median", "sample_most" },
  certainty = "hint",
  say       = "抽查{p.signal_token_checks}项以上的{population}家中，{count}家一半以上的抽查项"
           .. "每项不超过{p.signal_token_size}份",
}

-- 大部分检查项都填不适用。
rule "perfunctory.not_applicable" {
  on        = "office_reports",
  among     = [[entries >= p.signal_entries]],
  where     = [[not_applicable * 100 >= p.signal_none_percent * entries]],
  show      = { "not_applicable", "entries", "passed" },
  certainty = "hint",
  say       = "{population}家中，{count}家{p.signal_none_percent}%以上的检查项填不适用",
}

-- 漏项太多：未检查、未判定、缺项。
rule "perfunctory.left_out" {
  on        = "office_reports",
  among     = [[entries >= p.signal_entries]],
  where     = [[left_out * 100 >= p.signal_left_out_percent * entries]],
  show      = { "left_out", "entries", "not_checked", "undetermined", "absent" },
  certainty = "hint",
  say       = "{population}家中，{count}家漏项达到{p.signal_left_out_percent}%",
}

-- ---- 零报告 ------------------------------------------------------------------------

-- 连续零报告，而同类机构大多发现了问题。同类已报的太少时，与全部机构比。
-- 一次零报告不是提示：认真查过而没有发现问题，是好事。
rule "perfunctory.nil_again" {
  on        = "office_reports",
  among     = [[nil_rounds ~= nil]],
  where     = [[is_nil and nil_rounds >= p.signal_nil_rounds
                and choose(class_reports >= p.signal_class_least,
                           class_nil * 100 <= p.signal_nil_percent * class_reports,
                           all_nil * 100 <= p.signal_nil_percent * all_reports)]],
  show      = { "nil_rounds", "class_nil", "class_reports", "all_nil", "all_reports", "entries", "samples" },
  certainty = "hint",
  say       = "{population}家中，{count}家连续{p.signal_nil_rounds}次以上零报告，而同类机构大多发现了问题",
}

-- ---- 数据 --------------------------------------------------------------------------

-- 以前提交的数据有规则命中，这次不再提交，改为人工填报。
rule "perfunctory.data_withdrawn" {
  on        = "office_reports",
  among     = [[data_round ~= "" and data_round_found >= p.signal_data_found]],
  where     = [[data_run == 0 and tables < data_round_tables]],
  show      = { "data_round", "data_round_found", "data_round_run", "data_round_tables",
                "tables", "data_run", "manual" },
  certainty = "hint",
  say       = "以前提交的数据有规则命中的{population}家中，{count}家这次不再提交数据",
}

-- 同类机构大多提交了数据，这家一张表也没有。
rule "perfunctory.no_data" {
  on        = "office_reports",
  among     = [[class_reports >= p.signal_class_least
                and class_with_data * 100 >= p.signal_data_percent * class_reports]],
  where     = [[tables == 0]],
  show      = { "tables", "class_with_data", "class_reports", "manual" },
  certainty = "hint",
  say       = "同类大多提交数据的{population}家中，{count}家没有提交数据",
}

-- 上次有问题的检查项这次没有问题了，台账里却查不到：没有整改记录，也没有不属实的结论。
rule "perfunctory.vanished" {
  on        = "office_reports",
  among     = [[vanished ~= nil]],
  where     = [[vanished >= p.signal_vanished]],
  show      = { "previous_round", "vanished", "previous_found", "found" },
  certainty = "hint",
  say       = "有上次报告可比的{population}家中，{count}家有问题没有经过台账就消失了",
}

-- ---- 整改 --------------------------------------------------------------------------

-- 发现当天就核销，几乎个个如此：整改要有过程。
rule "perfunctory.same_day" {
  on        = "office_reports",
  among     = [[finished >= p.signal_finished]],
  where     = [[finished_same_day * 100 >= p.signal_same_day_percent * finished]],
  show      = { "finished_same_day", "finished", "finished_days" },
  certainty = "hint",
  say       = "核销{p.signal_finished}个以上问题的{population}家中，{count}家"
           .. "{p.signal_same_day_percent}%以上在发现当日核销",
}

-- 集中销号：大部分问题在同一天核销。整改一条核销一条，不成批核销。
rule "perfunctory.bulk_close" {
  on        = "office_reports",
  among     = [[finished >= p.signal_bulk]],
  where     = [[finished_one_day >= p.signal_bulk
                and finished_one_day * 100 >= p.signal_bulk_percent * finished]],
  show      = { "finished_one_day", "finished", "finished_days" },
  certainty = "hint",
  say       = "核销{p.signal_bulk}个以上问题的{population}家中，{count}家"
           .. "{p.signal_bulk_percent}%以上在同一天核销",
}

-- 整改以后又反弹。
rule "perfunctory.relapsed" {
  on        = "office_reports",
  among     = [[counted > 0]],
  where     = [[relapsed >= p.signal_relapsed]],
  show      = { "relapsed", "counted", "rectified", "closed" },
  certainty = "hint",
  say       = "有属实问题的{population}家中，{count}家有问题反弹",
}

-- ---- 自查与检查 ----------------------------------------------------------------------

-- 在自查范围以内被检查发现而没有报的问题，比自己查出来的还多。
rule "perfunctory.unreported" {
  on        = "office_reports",
  among     = [[outside_found > 0]],
  where     = [[unreported >= p.signal_unreported and unreported > self_found]],
  show      = { "unreported", "outside_found", "self_found" },
  certainty = "hint",
  say       = "被检查等发现过问题的{population}家中，{count}家应报未报的多于自查发现的",
}
