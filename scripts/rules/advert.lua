-- 广告规则 AD：从广告和宣传登记能算出的问题。
--
-- 词语只是线索：前面写着“不得”“禁止”的不算（p.advert_negators），其余除承诺疗效以外都要看
-- 全文核实。与《医疗广告审查证明》的样件是否一致，要对照样件；义诊、免费体检是否诱导
-- （AD-08）要看活动，由检查项提问。

-- 只写了名称、地址、科目、电话一类基本信息的广告：名称与许可一致，文字不多，没有违规的词。
-- 2025年医疗广告监管工作指南对这样的广告从轻，因此降为可疑。
local plain = [[shown_name == facility.name and len(content) <= p.advert_plain_length
                and not mentions(content, p.advert_promise_words, p.advert_negators)
                and not mentions(content, p.advert_method_words, p.advert_negators)
                and not mentions(content, p.advert_testimony_words, p.advert_negators)
                and not mentions(content, p.advert_military_words, p.advert_negators)
                and not mentions(content, p.advert_absolute_words, p.advert_negators)]]

-- AD-01  没有《医疗广告审查证明》就发布医疗广告。
rule "advert.no_certificate" {
  on    = "adverts",
  among = [[form == nil or form == "广告"]],
  where = [[cert_no == ""]],
  level = "choose(" .. plain .. ', "suspect", "certain")',
  show  = { "advert_id", "medium", "shown_name", "first_published", "last_published" },
  say   = "医疗广告{population}条中，{count}条没有《医疗广告审查证明》",
}

-- AD-02  证明过期仍在发布。证明自核发之日起一年有效。只显示核准名称的，指南从轻，降为可疑。
rule "advert.certificate_expired" {
  on    = "adverts",
  among = [[cert_no ~= ""]],
  where = [[default(last_published, today) > default(cert_to, cert_from + p.advert_valid_days)]],
  level = [[choose(shown_name == facility.name, "suspect", "certain")]],
  show  = { "advert_id", "medium", "cert_no", "cert_from", "cert_to", "last_published" },
  say   = "有审查证明的医疗广告{population}条中，{count}条在证明过期后仍在发布",
}

-- AD-02  证明的有效期登记得超过一年。
rule "advert.certificate_too_long" {
  on        = "adverts",
  among     = [[cert_no ~= "" and cert_from ~= nil and cert_to ~= nil]],
  where     = [[days(cert_from, cert_to) > p.advert_valid_days]],
  certainty = "suspect",
  show      = { "advert_id", "cert_no", "cert_from", "cert_to" },
  say       = "写明证明起止日期的医疗广告{population}条中，{count}条的有效期超过{p.advert_valid_days}日",
}

-- AD-03  广告中没有标注机构第一名称，或者没有标注审查证明文号。
rule "advert.not_marked" {
  on        = "adverts",
  among     = [[cert_no ~= ""]],
  where     = [[shown_name == "" or not given(content ~= "", contains(content, cert_no))]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "shown_name", "cert_no" },
  say       = "有审查证明的医疗广告{population}条中，{count}条没有标注机构名称或者证明文号",
}

-- AD-04  发布的媒体类别不在证明核准的类别以内。
rule "advert.medium_not_approved" {
  on    = "adverts",
  among = [[cert_no ~= "" and len(cert_media) > 0]],
  where = [[not any_of(cert_media, medium)]],
  show  = { "advert_id", "medium", "cert_no", "cert_media" },
  say   = "写明核准媒体类别的医疗广告{population}条中，{count}条发布在其他类别的媒体",
}

-- AD-05  承诺疗效，宣传治愈率、有效率。
rule "advert.promises_cure" {
  on    = "adverts",
  where = [[given(content ~= "", mentions(content, p.advert_promise_words, p.advert_negators))]],
  show  = { "advert_id", "medium", "content" },
  say   = "广告和宣传{population}条中，{count}条承诺疗效或者宣传治愈率、有效率",
}

-- AD-05  涉及诊疗方法、疾病、药物的名称。诊疗科目的名称里也会有这些字。
rule "advert.names_methods" {
  on        = "adverts",
  among     = [[form == nil or form == "广告"]],
  where     = [[given(content ~= "", mentions(content, p.advert_method_words, p.advert_negators))]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "content" },
  say       = "医疗广告{population}条中，{count}条涉及医疗技术、诊疗方法、疾病或者药物的名称",
}

-- AD-05  利用患者、医务人员、学术机构、协会的名义作证明。
rule "advert.testimony" {
  on        = "adverts",
  where     = [[given(content ~= "", mentions(content, p.advert_testimony_words, p.advert_negators))]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "content" },
  say       = "广告和宣传{population}条中，{count}条利用患者、医务人员或者组织的名义作证明",
}

-- AD-05  使用解放军、武警部队的名义。
rule "advert.military_name" {
  on        = "adverts",
  where     = [[given(content ~= "", mentions(content, p.advert_military_words, p.advert_negators))
                or contains_any(shown_name, p.advert_military_words)]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "shown_name", "content" },
  say       = "广告和宣传{population}条中，{count}条使用军队、武警的名义",
}

-- AD-05  “国家级”“最高级”“最佳”一类的绝对化用语。
rule "advert.absolute_terms" {
  on        = "adverts",
  where     = [[given(content ~= "", mentions(content, p.advert_absolute_words, p.advert_negators))]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "content" },
  say       = "广告和宣传{population}条中，{count}条使用绝对化用语",
}

-- AD-06  广告上的机构名称与登记的名称不一致。登记过的其他名称也可以用。
rule "advert.name_differs" {
  on        = "adverts",
  among     = [[shown_name ~= ""]],
  where     = [[shown_name ~= facility.name and (facility.second_names == nil
                or not one_of(shown_name, facility.second_names))]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "shown_name" },
  say       = "显示机构名称的广告和宣传{population}条中，{count}条与登记的名称不一致",
}

-- AD-06  傍名牌：广告上的名称带有知名医院的字号，而登记的名称没有。
rule "advert.famous_name" {
  on        = "adverts",
  among     = [[shown_name ~= ""]],
  where     = [[contains_any(shown_name, p.advert_famous_names)
                and not contains_any(facility.name, p.advert_famous_names)]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "shown_name" },
  say       = "显示机构名称的广告和宣传{population}条中，{count}条借用知名医院的字号",
}

-- AD-06  民营机构登记的名称里就有知名医院的字号。名称是核准过的，只作提醒。
rule "advert.facility_famous_name" {
  fail      = [[facility.ownership == "民营" and contains_any(facility.name, p.advert_famous_names)]],
  certainty = "hint",
  say       = "机构名称“{facility.name}”带有知名医院的字号，请核对命名依据",
}

-- AD-07  以新闻、专访、专题的形式，出现机构的地址、联系方式，变相发布医疗广告。
rule "advert.disguised_as_news" {
  on        = "adverts",
  among     = [[one_of(form, "新闻", "专访", "专题", "科普")]],
  where     = [[given(content ~= "", contains_any(content, p.advert_contact_words))]],
  certainty = "suspect",
  show      = { "advert_id", "medium", "form", "content" },
  say       = "新闻、专访、专题、科普形式的宣传{population}条中，{count}条出现机构的地址或者联系方式",
}
