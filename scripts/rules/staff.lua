-- 人员规则 ST：执业医师、护士、药师和其他人员是否在登记的资格、地点、范围以内执业。
--
-- 谁在做，看排班和操作记录、处方明细、手术操作；有没有资格，看人员花名册。花名册的约定
-- （datasets/staff.yaml）：没有取得资格证书、没有注册的留空，空白就是“没有”。证书是否收费出借、
-- 两家机构的排班是否冲突，本机构的数据看不全，由检查项提问。

-- 不必变更注册也可以在本机构执业：规范化培训、进修、会诊、对口支援、医联体等（医师法第十八条），
-- 在期限以内。
local exempt = [[(s.exempt ~= nil and s.exempt ~= "无"
                  and (s.exempt_to == nil or s.exempt_to >= date))]]

-- ST-01  没有注册就执业：排了班、做了操作的医师、护士，没有执业证书。
rule "staff.not_registered" {
  on    = "duty_roster",
  join  = { { as = "s", table = "staff", on = { staff_id = "staff_id" } } },
  among = [[one_of(s.role, "医", "护")]],
  where = [[s.licence_no == "" and not ]] .. exempt,
  count = "staff_id",
  show  = { "staff_id", "date", "dept", "s.role" },
  say   = "排班、操作的医师、护士{population}人中，{count}人没有执业证书",
}

-- ST-01  执业证书过期仍执业。医师的证书多数没有期限，没有写期限的不检查；护士的必须有期限。
rule "staff.licence_expired" {
  on    = "duty_roster",
  join  = { { as = "s", table = "staff", on = { staff_id = "staff_id" } } },
  among = [[one_of(s.role, "医", "护") and s.licence_no ~= ""]],
  where = [[(s.role == "护" or s.licence_valid_to ~= nil) and s.licence_valid_to < date]],
  count = "staff_id",
  show  = { "staff_id", "date", "dept", "s.role", "s.licence_valid_to" },
  say   = "排班、操作的持证医师、护士{population}人中，{count}人的执业证书已过期",
}

-- ST-01  护士注册有效期届满前30日应当申请延续。是否已经申请，花名册中没有，因此只作提醒。
rule "staff.renewal_due" {
  on        = "staff",
  among     = [[role == "护" and licence_no ~= "" and (left_at == nil or left_at > today)]],
  where     = [[licence_valid_to >= today
                and days(today, licence_valid_to) <= p.staff_renewal_days]],
  certainty = "hint",
  show      = { "staff_id", "licence_valid_to" },
  say       = "在职注册护士{population}人中，{count}人的注册在{p.staff_renewal_days}日以内届满，应当已经申请延续",
}

-- ST-02  执业地点不在本机构：没有注册在本机构，没有多机构备案，也不属于不必变更注册的情形。
rule "staff.wrong_place" {
  on    = "duty_roster",
  join  = { { as = "s", table = "staff", on = { staff_id = "staff_id" } } },
  among = [[one_of(s.role, "医", "护") and s.licence_no ~= ""]],
  where = [[not s.registered_here and not s.multi_site_flag and not ]] .. exempt,
  count = "staff_id",
  show  = { "staff_id", "date", "dept", "s.role" },
  say   = "排班、操作的持证医师、护士{population}人中，{count}人没有注册或者备案在本机构",
}

-- ST-03  超执业类别、范围：医师在某科室出诊、值班，执业类别或者范围与科室不符
-- （p.staff_dept_scopes）。对照表以外的科室不检查；是否经过考核增加范围，要核实。
rule "staff.beyond_scope" {
  on        = "duty_roster",
  join      = { { as = "s", table = "staff", on = { staff_id = "staff_id" } },
                { as = "d", table = "p.staff_dept_scopes", match = "inner",
                  on = { dept = "dept" } } },
  among     = [[s.role == "医"]],
  where     = [[not given(s.practice_class ~= "", matches(s.practice_class, d.classes))
                or not given(s.practice_scope ~= "", matches(s.practice_scope, d.scopes))]],
  count     = "staff_id",
  certainty = "suspect",
  show      = { "staff_id", "date", "dept", "s.practice_class", "s.practice_scope" },
  say       = "在对照表所列科室出诊、值班的医师{population}人中，{count}人的执业类别、范围与科室不符",
}

-- ST-03  手术操作超出执业范围：按手术编码的章（p.staff_procedure_scopes），如产科手术要有妇产科
-- 范围。对照表以外的手术不检查。
rule "staff.procedure_beyond_scope" {
  on        = "procedures",
  join      = { { as = "s", table = "staff", on = { surgeon_id = "staff_id" } },
                { as = "d", table = "p.staff_procedure_scopes", match = "inner",
                  on = { ["left(proc_code, 2)"] = "chapter" } } },
  where     = [[not given(s.practice_scope ~= "", matches(s.practice_scope, d.scopes))]],
  count     = "surgeon_id",
  certainty = "suspect",
  show      = { "surgeon_id", "proc_date", "proc_code", "s.practice_scope" },
  say       = "做过对照表所列手术的医师{population}人中，{count}人的执业范围与手术不符",
}

-- ST-04  排了班、做了操作的人，不在人员花名册上。
rule "staff.not_on_staff_list" {
  on        = "duty_roster",
  join      = { { as = "s", table = "staff", match = "none", on = { staff_id = "staff_id" } } },
  count     = "staff_id",
  certainty = "suspect",
  show      = { "staff_id", "date", "dept" },
  say       = "排班、操作的{population}人中，{count}人不在人员花名册上",
}

-- ST-04  非卫生技术人员：做医、护、药、技工作的人，既没有资格证书也没有执业证书，也不是培训、
-- 进修人员。医技人员的资格形式多样，降为可疑。
rule "staff.unqualified" {
  on    = "duty_roster",
  join  = { { as = "s", table = "staff", on = { staff_id = "staff_id" } } },
  among = [[one_of(s.role, "医", "护", "药", "技")]],
  where = [[s.qualification_no == "" and s.licence_no == "" and not ]] .. exempt,
  level = [[choose(s.role == "技", "suspect", "certain")]],
  count = "staff_id",
  show  = { "staff_id", "date", "dept", "s.role" },
  say   = "排班、操作的卫生技术岗位人员{population}人中，{count}人没有任何资格证书和执业证书",
}

-- ST-04  岗位与工作不符：如行政人员出诊、非护士护理、非药师调剂（p.staff_action_roles）。
rule "staff.role_mismatch" {
  on        = "duty_roster",
  join      = { { as = "s", table = "staff", on = { staff_id = "staff_id" } } },
  among     = [[at(p.staff_action_roles, action) ~= nil]],
  where     = [[not contains(at(p.staff_action_roles, action), s.role)]],
  count     = "staff_id",
  certainty = "suspect",
  show      = { "staff_id", "date", "dept", "action", "s.role" },
  say       = "从事诊疗、护理、调剂、检查工作的{population}人中，{count}人的岗位类别与工作不符",
}

-- ST-04  处方由非医师开具。开方人不在花名册上的，可能是花名册不全，降为可疑。
rule "staff.prescribed_by_others" {
  on    = "rx_lines",
  join  = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  where = [[s.staff_id == nil or s.role ~= "医"]],
  level = [[choose(s.staff_id == nil, "suspect", "certain")]],
  count = "rx_no",
  show  = { "rx_no", "rx_date", "doctor_id", "s.role" },
  say   = "处方{population}张中，{count}张由非医师开具",
}

-- ST-04  处方由非药学人员调剂。没有药师的村卫生室、诊所不检查
-- （p.staff_no_pharmacist_classes）。
rule "staff.dispensed_by_others" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", on = { dispenser_id = "staff_id" } } },
  among     = [[dispenser_id ~= ""
                and not one_of(facility.class, p.staff_no_pharmacist_classes)]],
  where     = [[s.staff_id == nil or s.role ~= "药"]],
  level     = [[choose(s.staff_id == nil, "hint", "suspect")]],
  certainty = "suspect",
  count     = "rx_no",
  show      = { "rx_no", "dispenser_id", "s.role" },
  say       = "写明调剂人的处方{population}张中，{count}张由非药学人员调剂",
}

-- ST-05  助理医师独立执业：助理医师值班、出诊的那一天，同一科室没有执业医师。乡镇、村的医疗机构
-- 和艰苦边远地区的县级机构除外（医师法第三十四条）。
rule "staff.assistants_alone" {
  on        = "duty_roster",
  join      = { { as = "s", table = "staff", on = { staff_id = "staff_id" } } },
  among     = [[s.role == "医" and not p.staff_hardship_county
                and not one_of(facility.class, p.staff_assistant_classes)]],
  group     = { "dept", "date" },
  having    = [[count(s.assistant_flag) > 0 and count(not s.assistant_flag) == 0]],
  certainty = "suspect",
  show      = { "dept", "date", "staff_id" },
  say       = "有医师排班的科室逐日核对{population}条，其中{count}条只有助理医师排班",
}

-- ST-05  手术由助理医师主刀。
rule "staff.assistant_operates" {
  on        = "procedures",
  join      = { { as = "s", table = "staff", on = { surgeon_id = "staff_id" } } },
  among     = [[surgeon_id ~= "" and not p.staff_hardship_county
                and not one_of(facility.class, p.staff_assistant_classes)]],
  where     = [[s.assistant_flag]],
  certainty = "suspect",
  show      = { "encounter_id", "proc_date", "surgeon_id" },
  say       = "写明术者的手术操作{population}例中，{count}例由助理医师主刀",
}

-- ST-06  挂证之一：注册在本机构，最近几个月没有任何排班、操作。行政、后勤科室的降为提醒。
-- 排班记录要够长：开始得比这几个月还晚，就无法判断。排在将来的班（或者误填的日期）不算数。
measure "staff.roster_from" { on = "duty_roster", among = "date <= today", value = "min(date)" }
measure "staff.roster_to"   { on = "duty_roster", among = "date <= today", value = "max(date)" }

rule "staff.licence_idle" {
  on        = "staff",
  among     = [[one_of(role, "医", "护") and licence_no ~= "" and registered_here
                and (hired_from == nil
                     or hired_from <= m["staff.roster_to"] - p.staff_idle_days)
                and (left_at == nil or left_at > m["staff.roster_to"])]],
  join      = { { as = "d", table = "duty_roster", match = "none",
                  on   = { staff_id = "staff_id" },
                  when = [[d.date > m["staff.roster_to"] - p.staff_idle_days and d.date <= today]] } },
  where     = [[given(m["staff.roster_from"] <= m["staff.roster_to"] - p.staff_idle_days, true)]],
  level     = [[choose(contains_any(on_duty_dept, p.staff_office_words), "hint", "suspect")]],
  certainty = "suspect",
  show      = { "staff_id", "role", "on_duty_dept", "hired_from" },
  say       = "注册在本机构的医师、护士{population}人中，{count}人在排班记录的最后{p.staff_idle_days}日没有排班和操作",
}

-- ST-06  挂证之二：排班有名，却从来没有开过处方、申请过检查、做过手术。不开处方的科室除外
-- （p.staff_no_rx_words）。
view "staff_duty" {
  on     = "duty_roster",
  group  = { staff = "staff_id" },
  cols   = { duty_days = "distinct(date)" },
  titles = { duty_days = "排班日数" },
}

rule "staff.duty_without_work" {
  on        = "staff",
  among     = [[role == "医" and licence_no ~= ""
                and not contains_any(on_duty_dept, p.staff_no_rx_words)
                and not contains_any(on_duty_dept, p.staff_office_words)]],
  join      = { { as = "d", table = "staff_duty", match = "inner", on = { staff_id = "staff" } },
                { as = "r", table = "rx_lines", match = "none", on = { staff_id = "doctor_id" } },
                { as = "e", table = "exam_requests", match = "none",
                  on = { staff_id = "doctor_id" } },
                { as = "o", table = "procedures", match = "none",
                  on = { staff_id = "surgeon_id" } } },
  where     = [[d.duty_days >= p.staff_least_duty_days]],
  certainty = "hint",
  show      = { "staff_id", "on_duty_dept", "d.duty_days" },
  say       = "临床科室排班的医师{population}人中，{count}人排班{p.staff_least_duty_days}日以上而没有处方、检查申请和手术",
}

-- ST-06  出借证书、工号之一：离职以后，仍有以其名义开具的处方。
rule "staff.prescribed_after_leaving" {
  on        = "rx_lines",
  join      = { { as = "s", table = "staff", match = "inner", on = { doctor_id = "staff_id" } } },
  where     = [[s.left_at ~= nil and rx_date > s.left_at]],
  count     = "rx_no",
  certainty = "suspect",
  show      = { "rx_no", "rx_date", "doctor_id", "s.left_at" },
  say       = "花名册上的医师开具的处方{population}张中，{count}张开具于其离职以后",
}

-- ST-06  出借证书、工号之二：门急诊处方的医师，当日没有排班。只看排班记录所及的日期和人员。
rule "staff.prescribed_off_duty" {
  on        = "rx_lines",
  among     = [[one_of(visit_type, "门诊", "急诊")
                and m["staff.roster_from"] <= rx_date and m["staff.roster_to"] >= rx_date]],
  join      = { { as = "v", table = "staff_duty", match = "inner", on = { doctor_id = "staff" } },
                { as = "d", table = "duty_roster", match = "none",
                  on = { doctor_id = "staff_id", rx_date = "date" } } },
  count     = "rx_no",
  certainty = "hint",
  show      = { "rx_no", "rx_date", "doctor_id" },
  say       = "排班医师的门急诊处方{population}张中，{count}张开具当日该医师没有排班",
}

-- 跨日的班次在结束的那一天还占用着：从何时起，到何时止，在哪里。
view "staff_overnight" {
  on     = "duty_roster",
  among  = [[place ~= "" and start_time ~= nil and end_time ~= nil and date(end_time) > date]],
  group  = { staff = "staff_id", day = "date(end_time)", place = "place" },
  cols   = { started = "min(start_time)", ended = "max(end_time)" },
  titles = { place = "跨日班次地点", started = "跨日班次开始时间", ended = "跨日班次结束时间" },
}

-- ST-06  同一人同一时间在两个地点执业，重叠超过允许的分钟数。与当日先开始的各次排班（o，其中有它
-- 自己）和前一日延续到当日的班次（n）比较，不只看前一次；同时开始的只算一次。
rule "staff.two_places" {
  on        = "duty_roster",
  join      = { { as = "n", table = "staff_overnight",
                  on = { staff_id = "staff", ["date(start_time)"] = "day" },
                  when = "n.place ~= place" },
                { as = "o", table = "duty_roster", match = "any",
                  on = { staff_id = "staff_id", date = "date" } } },
  among     = [[place ~= "" and start_time ~= nil and end_time ~= nil]],
  where     = [[(o.place ~= "" and o.place ~= place and o.start_time ~= nil and o.end_time ~= nil
                 and (o.start_time < start_time or o.start_time == start_time and o.place < place)
                 and minutes(start_time, min(end_time, o.end_time)) > p.staff_overlap_minutes)
                or (n.ended ~= nil and n.started < start_time
                    and minutes(start_time, min(end_time, n.ended)) > p.staff_overlap_minutes)]],
  certainty = "suspect",
  show      = { "staff_id", "start_time", "end_time", "place", "o.end_time", "o.place",
                "n.ended", "n.place" },
  say       = "写明地点和时间的排班{population}条中，{count}条与另一地点的排班时间重叠",
}

-- ST-07  没有就诊就出具证明：当日没有该患者的门急诊就诊，也没有住院。
rule "staff.certificate_without_visit" {
  on        = "certificates",
  among     = [[one_of(cert_type, p.staff_certificate_types)]],
  join      = { { as = "v", table = "visits", match = "none",
                  on   = { patient_id = "patient_id" },
                  when = [[v.visit_date <= issue_date
                           and days(v.visit_date, issue_date) <= p.staff_certificate_days]] },
                { as = "a", table = "admissions", match = "none",
                  on   = { patient_id = "patient_id" },
                  when = [[date(a.admit_time) <= issue_date and (a.discharge_time == nil
                           or date(a.discharge_time) + p.staff_certificate_days >= issue_date)]] } },
  certainty = "suspect",
  show      = { "cert_no", "cert_type", "issue_date", "doctor_id", "patient_id" },
  say       = "需要诊查才能出具的证明{population}份中，{count}份当日没有就诊、住院记录",
}

-- ST-07  未亲自诊查就出具证明：当日看过门急诊，但是看病的不是出具证明的医师。住院患者由经治医师
-- 出具，看不出是谁诊查的，不检查。
view "staff_patient_day" {
  on    = "visits",
  group = { patient = "patient_id", day = "visit_date" },
  cols  = { visits = "count()" },
}

rule "staff.certificate_by_another" {
  on        = "certificates",
  among     = [[one_of(cert_type, p.staff_certificate_types)]],
  join      = { { as = "d", table = "staff_patient_day", match = "inner",
                  on = { patient_id = "patient", issue_date = "day" } },
                { as = "v", table = "visits", match = "none",
                  on = { patient_id = "patient_id", issue_date = "visit_date",
                         doctor_id = "doctor_id" } } },
  certainty = "suspect",
  show      = { "cert_no", "cert_type", "issue_date", "doctor_id" },
  say       = "当日有门急诊就诊的证明{population}份中，{count}份由没有看过该患者的医师出具",
}

-- ST-07  证明由助理医师或者非医师出具。
rule "staff.certificate_by_others" {
  on        = "certificates",
  join      = { { as = "s", table = "staff", on = { doctor_id = "staff_id" } } },
  among     = [[one_of(cert_type, p.staff_certificate_types) and doctor_id ~= ""]],
  where     = [[s.staff_id == nil or s.role ~= "医"
                or (s.assistant_flag and not p.staff_hardship_county
                    and not one_of(facility.class, p.staff_assistant_classes))]],
  certainty = "suspect",
  show      = { "cert_no", "cert_type", "issue_date", "doctor_id", "s.role" },
  say       = "写明出具人的证明{population}份中，{count}份由助理医师或者非医师出具",
}
