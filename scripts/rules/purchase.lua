-- 采购规则 PUR：从医疗物资采购台账能算出的问题。
--
-- 透露招标信息、参数量身定做、指定供货商、按使用量提成回扣，台账里看不出，由检查项提问。
-- 台账的约定（datasets/purchases.yaml）：没有验收、没有付清、没有研究、没有列入预算的，该列
-- 留空；空白因此就是“没有”，不是“没有填”。

-- PUR-01  未经验收，或者在验收之前，就付清了合同全部款项。
rule "purchase.paid_before_acceptance" {
  on     = "purchases",
  among  = [[pay_date ~= nil]],
  where  = [[accept_date == nil or pay_date < accept_date]],
  amount = "amount",
  show   = { "project_id", "item", "supplier", "pay_date", "accept_date", "amount" },
  say    = "已付清款项的采购{population}项中，{count}项未经验收或先付款后验收，涉及金额{amount}元",
}

-- PUR-02  拆分采购之一：同一供应商、同一物资，短期内分次采购，每次低于限额，合计达到限额。
-- 公开招标、集中采购、平台采购不存在规避的问题，不计入（p.purchase_open_methods）。
rule "purchase.split_in_time" {
  on        = "purchases",
  among     = [[amount < p.purchase_tender_limit
                and (method == nil or not one_of(method, p.purchase_open_methods))]],
  group     = { "supplier", "item" },
  sort      = "contract_date",
  within    = "p.purchase_split_days",
  having    = [[sum(amount) >= p.purchase_tender_limit]],
  certainty = "suspect",
  show      = { "supplier", "item", "project_id", "contract_date", "amount" },
  say       = "限额以下的采购按供应商和物资分为{population}组，其中{count}组"
           .. "在{p.purchase_split_days}日内合计达到限额{p.purchase_tender_limit}元",
}

-- PUR-02  拆分采购之二：一年内，一个预算项目下的同一物资多次采购，每次低于限额，合计达到
-- 限额，不论向哪一家采购。
rule "purchase.split_in_year" {
  on        = "purchases",
  among     = [[amount < p.purchase_tender_limit
                and (method == nil or not one_of(method, p.purchase_open_methods))
                and budget_line ~= ""]],
  group     = { "budget_line", "item", "year(contract_date)" },
  having    = [[sum(amount) >= p.purchase_tender_limit]],
  amount    = "sum(amount)",
  certainty = "suspect",
  show      = { "budget_line", "item", "contract_date" },
  say       = "限额以下的采购按预算项目、物资和年度分为{population}组，其中{count}组"
           .. "合计达到限额{p.purchase_tender_limit}元，涉及金额{amount}元",
}

-- PUR-02  拆分采购之三：一个项目分成多个标段，每个标段低于限额，合计达到限额。
rule "purchase.split_in_lots" {
  on        = "purchases",
  among     = [[amount < p.purchase_tender_limit
                and (method == nil or not one_of(method, p.purchase_open_methods))]],
  group     = "project_id",
  having    = [[sum(amount) >= p.purchase_tender_limit]],
  amount    = "sum(amount)",
  certainty = "suspect",
  show      = { "project_id", "item", "supplier", "contract_date" },
  say       = "各标段都在限额以下的采购项目{population}个中，{count}个"
           .. "合计达到限额{p.purchase_tender_limit}元，涉及金额{amount}元",
}

-- PUR-03  三分离：提出需求、经办采购、评标、验收、结算的，应当不是同一个人。一对岗位一条规则，
-- 只看两个岗位都登记了工号的采购；没有登记的见 purchase.duties_not_recorded。
rule "purchase.requester_buys" {                       -- 管理与执行
  on    = "purchases",
  among = [[len(requester) > 0 and len(tender_team) > 0]],
  where = [[any_of(requester, tender_team)]],
  count = "project_id",
  show  = { "project_id", "item", "requester", "tender_team" },
  say   = "登记了申请人和采购人员的采购项目{population}个中，{count}个由申请人自己经办采购",
}

rule "purchase.buyer_evaluates" {                      -- 招标与评标
  on    = "purchases",
  among = [[len(tender_team) > 0 and len(evaluator) > 0]],
  where = [[any_of(tender_team, evaluator)]],
  count = "project_id",
  show  = { "project_id", "item", "tender_team", "evaluator" },
  say   = "登记了采购人员和评标人员的采购项目{population}个中，{count}个由采购人员自己评标",
}

rule "purchase.buyer_accepts" {                        -- 采购与验收
  on    = "purchases",
  among = [[len(tender_team) > 0 and len(acceptor) > 0]],
  where = [[any_of(tender_team, acceptor)]],
  count = "project_id",
  show  = { "project_id", "item", "tender_team", "acceptor" },
  say   = "登记了采购人员和验收人员的采购项目{population}个中，{count}个由采购人员自己验收",
}

rule "purchase.acceptor_pays" {                        -- 验收与结算
  on    = "purchases",
  among = [[len(acceptor) > 0 and len(payer) > 0]],
  where = [[any_of(acceptor, payer)]],
  count = "project_id",
  show  = { "project_id", "item", "acceptor", "payer" },
  say   = "登记了验收人员和结算人员的采购项目{population}个中，{count}个由验收人员自己结算",
}

-- PUR-03  其余几对岗位：申请与评标、申请与验收、评标与验收。使用科室可以派人参加评标和验收，
-- 因此只作提醒。
rule "purchase.requester_evaluates" {
  on        = "purchases",
  among     = [[len(requester) > 0 and len(evaluator) > 0]],
  where     = [[any_of(requester, evaluator)]],
  count     = "project_id",
  certainty = "hint",
  show      = { "project_id", "item", "requester", "evaluator" },
  say       = "登记了申请人和评标人员的采购项目{population}个中，{count}个由申请人参加评标",
}

rule "purchase.requester_accepts" {
  on        = "purchases",
  among     = [[len(requester) > 0 and len(acceptor) > 0]],
  where     = [[any_of(requester, acceptor)]],
  count     = "project_id",
  certainty = "hint",
  show      = { "project_id", "item", "requester", "acceptor" },
  say       = "登记了申请人和验收人员的采购项目{population}个中，{count}个由申请人自己验收",
}

rule "purchase.evaluator_accepts" {
  on        = "purchases",
  among     = [[len(evaluator) > 0 and len(acceptor) > 0]],
  where     = [[any_of(evaluator, acceptor)]],
  count     = "project_id",
  certainty = "hint",
  show      = { "project_id", "item", "evaluator", "acceptor" },
  say       = "登记了评标人员和验收人员的采购项目{population}个中，{count}个由评标人员验收",
}

-- PUR-03  没有登记是谁申请、采购、评标、验收，三分离无从核对。没有验收的不要求登记验收人，
-- 不评标的采购方式不要求登记评标人。
rule "purchase.duties_not_recorded" {
  on        = "purchases",
  where     = [[len(requester) == 0 or len(tender_team) == 0
                or (accept_date ~= nil and len(acceptor) == 0)
                or (method ~= nil and one_of(method, p.purchase_evaluated_methods)
                    and len(evaluator) == 0)]],
  count     = "project_id",
  certainty = "hint",
  show      = { "project_id", "item", "requester", "tender_team", "evaluator", "acceptor" },
  say       = "采购项目{population}个中，{count}个没有登记申请、采购、评标或验收人员，三分离无法核对",
}

-- PUR-04  没有集体研究的会议纪要。额度以下的采购由单位自行决定，不要求集体研究；一个项目有
-- 多行的，按项目合计，任何一行登记了纪要就算研究过。
rule "purchase.no_minutes" {
  on     = "purchases",
  group  = "project_id",
  having = [[sum(amount) >= p.purchase_collective_limit
             and count(decision_minutes_no ~= "") == 0]],
  amount = "sum(amount)",
  show   = { "project_id", "item", "supplier", "contract_date" },
  say    = "采购项目{population}个中，{count}个达到{p.purchase_collective_limit}元"
        .. "而没有集体研究的会议纪要，涉及金额{amount}元",
}

-- PUR-04  登记的会议纪要编号，在会议纪要中找不到。
rule "purchase.minutes_not_found" {
  on        = "purchases",
  among     = [[decision_minutes_no ~= ""]],
  join      = { { as = "m", table = "minutes", match = "none",
                  on = { decision_minutes_no = "minutes_no" } } },
  certainty = "suspect",
  show      = { "project_id", "item", "decision_minutes_no", "contract_date" },
  say       = "登记了会议纪要的采购{population}项中，{count}项的纪要找不到",
}

-- PUR-04  先签合同，后开会研究。
rule "purchase.contract_before_meeting" {
  on    = "purchases",
  join  = { { as = "m", table = "minutes", match = "inner",
              on = { decision_minutes_no = "minutes_no" } } },
  among = [[decision_minutes_no ~= ""]],
  where = [[contract_date < m.date]],
  show  = { "project_id", "item", "contract_date", "decision_minutes_no", "m.date" },
  say   = "有会议纪要的采购{population}项中，{count}项先签合同后集体研究",
}

-- PUR-04  没有列入政府采购预算。
rule "purchase.no_budget" {
  on     = "purchases",
  among  = [[amount >= p.purchase_budget_limit]],
  where  = [[budget_line == ""]],
  amount = "amount",
  show   = { "project_id", "item", "supplier", "amount" },
  say    = "应当列入预算的采购{population}项中，{count}项没有列入政府采购预算，"
        .. "涉及金额{amount}元",
}
