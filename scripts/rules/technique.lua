-- 技术规则 TECH：禁止类、限制类技术，移植、干细胞、辅助生殖、产前检测的开展是否合法。
--
-- 技术登记、手术操作、费用明细、专项许可能对照出来的，在这里算。技术是否合乎规范、供体从
-- 哪里来，要看病历和审批材料，由检查项提问。

-- TECH-01  技术登记中有禁止类技术。登记为禁止类的是明确的，只是名称像的要核实。
rule "technique.prohibited" {
  on    = "techniques",
  where = [[class == "禁止" or mentions(tech_name, p.tech_prohibited_words, p.tech_negators)]],
  level = [[choose(default(class, "普通") == "禁止", "certain", "suspect")]],
  show  = { "tech_code", "tech_name", "class" },
  say   = "登记的医疗技术{population}项中，{count}项属于或者疑似禁止类技术",
}

-- TECH-01  实际做了禁止类技术的手术或者操作。
rule "technique.prohibited_performed" {
  on    = "procedures",
  join  = { { as = "t", table = "techniques", match = "inner",
              on = { tech_code = "tech_code" } } },
  among = [[tech_code ~= ""]],
  where = [[t.class == "禁止"]],
  show  = { "encounter_id", "proc_date", "t.tech_name" },
  say   = "属于登记技术的手术操作{population}例中，{count}例为禁止类技术",
}

-- TECH-02  限制类技术首例之后，超过规定的工作日没有备案，或者逾期才备案。
rule "technique.filed_late" {
  on    = "techniques",
  among = [[class == "限制" and first_case_date ~= nil and first_case_date <= today]],
  where = [[workdays(first_case_date, default(filing_date, today)) > p.tech_filing_workdays]],
  show  = { "tech_code", "tech_name", "first_case_date", "filing_date" },
  say   = "已开展的限制类技术{population}项中，{count}项没有在首例后{p.tech_filing_workdays}个工作日内备案",
}

-- TECH-02  备案了日期而没有备案号，等于没有凭据。
rule "technique.filing_no_missing" {
  on        = "techniques",
  among     = [[class == "限制" and filing_date ~= nil]],
  where     = [[filing_no == ""]],
  certainty = "suspect",
  show      = { "tech_code", "tech_name", "filing_date" },
  say       = "登记了备案日期的限制类技术{population}项中，{count}项没有备案号",
}

-- TECH-02  登记的首例日期比实际最早的一例还晚：推迟首例日期，备案就显得及时。
rule "technique.first_case_misstated" {
  on        = "procedures",
  join      = { { as = "t", table = "techniques", match = "inner",
                  on = { tech_code = "tech_code" } } },
  among     = [[tech_code ~= "" and t.class == "限制"]],
  where     = [[t.first_case_date == nil or proc_date < t.first_case_date]],
  certainty = "suspect",
  show      = { "encounter_id", "proc_date", "t.tech_name", "t.first_case_date" },
  say       = "限制类技术的手术操作{population}例中，{count}例早于登记的首例日期或者没有登记首例",
}

-- TECH-02  手术操作的编码在限制类技术目录内（p.tech_restricted_codes），却没有归入登记备案的
-- 技术。目录以外的编码不属于限制类技术，因此要对照公布的目录核实。
rule "technique.restricted_code_not_filed" {
  on        = "procedures",
  join      = { { as = "t", table = "techniques", on = { tech_code = "tech_code" } } },
  among     = [[starts(proc_code, p.tech_restricted_codes)]],
  where     = [[t.tech_code == nil or (t.filing_date == nil
                and workdays(proc_date, today) > p.tech_filing_workdays)]],
  certainty = "suspect",
  show      = { "encounter_id", "proc_date", "proc_code" },
  say       = "限制类技术目录内的手术操作{population}例中，{count}例没有登记或者没有备案",
}

-- TECH-03  限制类技术的负责人不在本机构注册，或者没有负责人。
rule "technique.lead_not_registered" {
  on    = "techniques",
  join  = { { as = "s", table = "staff", on = { lead_staff_id = "staff_id" } } },
  among = [[class == "限制" and first_case_date ~= nil]],
  where = [[lead_staff_id == "" or s.staff_id == nil or not s.registered_here
            or (s.left_at ~= nil and s.left_at < today)]],
  show  = { "tech_code", "tech_name", "lead_staff_id" },
  say   = "已开展的限制类技术{population}项中，{count}项没有在本机构注册的负责人",
}

-- 许可自生效之日起有效，到期以后无效；没有写起止日期的，不受限制。
local permit_on_operation = "(k.valid_from == nil or k.valid_from <= proc_date)"
                         .. " and (k.valid_to == nil or k.valid_to >= proc_date)"
local permit_on_charge    = "(k.valid_from == nil or k.valid_from <= date(fee_time))"
                         .. " and (k.valid_to == nil or k.valid_to >= date(fee_time))"

-- TECH-04  器官移植、角膜移植的手术（p.tech_transplant_codes、p.tech_cornea_codes），手术时
-- 没有有效的许可。自体移植、胰岛细胞移植不是人体器官移植（p.tech_not_transplant_codes），其中
-- 限制类技术另按 TECH-02 判断。
rule "technique.transplant" {
  on    = "procedures",
  join  = { { as = "k", table = "permits", match = "none", on = { ['"器官移植"'] = "kind" },
              when = permit_on_operation } },
  where = [[starts(proc_code, p.tech_transplant_codes)
            and not starts(proc_code, p.tech_not_transplant_codes)]],
  show  = { "encounter_id", "proc_date", "proc_code" },
  say   = "手术操作{population}例中，{count}例属于没有许可的器官移植",
}

rule "technique.cornea" {
  on    = "procedures",
  join  = { { as = "k", table = "permits", match = "none", on = { ['"角膜移植"'] = "kind" },
              when = permit_on_operation } },
  where = [[starts(proc_code, p.tech_cornea_codes)]],
  show  = { "encounter_id", "proc_date", "proc_code" },
  say   = "手术操作{population}例中，{count}例属于没有许可的角膜移植",
}

-- TECH-04  收费项目的名称提到特殊技术，收费时没有同类的有效许可。名称只是线索：“造血干细胞”
-- “移植术后”一类不算（p.tech_negators、p.tech_excluded_words），其余要核实实际做了什么。
rule "technique.transplant_charged" {
  on        = "fee_lines",
  join      = { { as = "k", table = "permits", match = "none", on = { ['"器官移植"'] = "kind" },
                  when = permit_on_charge } },
  where     = [[mentions(item_name, p.tech_transplant_words, p.tech_negators, 2)
                and not contains_any(item_name, p.tech_excluded_words)
                and not contains_any(item_name, p.tech_not_transplant_words)]],
  count     = "item_code",
  certainty = "suspect",
  show      = { "item_code", "item_name", "fee_time" },
  say       = "收费项目{population}项中，{count}项的名称涉及器官移植，收费时没有移植许可",
}

rule "technique.stem_cells_charged" {
  on        = "fee_lines",
  join      = { { as = "k", table = "permits", match = "none", on = { ['"干细胞"'] = "kind" },
                  when = permit_on_charge } },
  where     = [[mentions(item_name, p.tech_stem_cell_words, p.tech_negators, 2)
                and not contains_any(item_name, p.tech_excluded_words)]],
  count     = "item_code",
  certainty = "suspect",
  show      = { "item_code", "item_name", "fee_time" },
  say       = "收费项目{population}项中，{count}项的名称涉及干细胞，收费时没有干细胞的批准文件",
}

rule "technique.immune_cells_charged" {
  on        = "fee_lines",
  join      = { { as = "k", table = "permits", match = "none", on = { ['"免疫细胞"'] = "kind" },
                  when = permit_on_charge } },
  where     = [[mentions(item_name, p.tech_immune_cell_words, p.tech_negators, 2)
                and not contains_any(item_name, p.tech_excluded_words)]],
  count     = "item_code",
  certainty = "suspect",
  show      = { "item_code", "item_name", "fee_time" },
  say       = "收费项目{population}项中，{count}项的名称涉及免疫细胞治疗，收费时没有批准文件",
}

rule "technique.reproduction_charged" {
  on        = "fee_lines",
  join      = { { as = "k", table = "permits", match = "none", on = { ['"辅助生殖"'] = "kind" },
                  when = permit_on_charge } },
  where     = [[mentions(item_name, p.tech_reproduction_words, p.tech_negators, 2)
                and not contains_any(item_name, p.tech_excluded_words)]],
  count     = "item_code",
  certainty = "suspect",
  show      = { "item_code", "item_name", "fee_time" },
  say       = "收费项目{population}项中，{count}项的名称涉及辅助生殖，收费时没有辅助生殖许可",
}

rule "technique.prenatal_charged" {
  on        = "fee_lines",
  join      = { { as = "k", table = "permits", match = "none", on = { ['"产前诊断"'] = "kind" },
                  when = permit_on_charge } },
  where     = [[mentions(item_name, p.tech_prenatal_words, p.tech_negators, 2)
                and not contains_any(item_name, p.tech_excluded_words)]],
  count     = "item_code",
  certainty = "suspect",
  show      = { "item_code", "item_name", "fee_time" },
  say       = "收费项目{population}项中，{count}项的名称涉及产前检测，收费时没有产前诊断许可",
}
