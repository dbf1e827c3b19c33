-- Adverts (domain AD-*).

local advert = {}

local function add(entry) advert[#advert + 1] = entry end

local function set(change)
  return function(row) for name, value in pairs(change) do row[name] = value end end
end

-- An entry whose adverts are changed: plants one after another, near-misses all of them.
local function changed(rule, wrong, right, sql)
  add {
    rule = rule,
    plant = function(h, n)
      for i = 1, n do h:advert { edit = set(wrong[i % #wrong + 1]) } end
      return n
    end,
    near = function(h)
      for _, o in ipairs(right) do h:advert(o) end
    end,
    sql = "SELECT rowid FROM adverts WHERE " .. sql,
  }
end

local none = { cert_no = "", cert_from = "", cert_to = "", cert_media = "" }

changed("advert.no_certificate", { none }, { { form = "科普" }, { form = "专访" } },
  "form = '广告' AND cert_no = ''")

changed("advert.certificate_expired",
  { { last_published = "2024-01-15", cert_to = "2024-01-14" }, { cert_to = "2023-12-19" },
    { cert_from = "2022-12-19", cert_to = "" } },
  { { edit = set { cert_to = "2023-12-20" } },
    { edit = set { cert_from = "2022-12-20", cert_to = "" } } },
  [[cert_no <> '' AND last_published > CASE cert_to WHEN '' THEN date(cert_from, '+365 days')
    ELSE cert_to END]])

changed("advert.certificate_too_long", { { cert_from = "2023-01-15", cert_to = "2024-01-16" } },
  { { edit = set { cert_from = "2023-01-15", cert_to = "2024-01-15" } } },
  [[cert_from <> '' AND cert_to <> '' AND julianday(cert_to) - julianday(cert_from) > 365]])

changed("advert.not_marked",
  { { shown_name = "" }, { content = "示例县人民医院，诊疗科目：内科。" },
    { content = "示例县人民医院，（示）医广〔2022〕第01-01-1号" } }, {},
  "cert_no <> '' AND (shown_name = '' OR instr(content, cert_no) = 0)")

changed("advert.medium_not_approved", { { medium = "户外" }, { medium = "影视", cert_media = "声音" } },
  { { medium = "印刷品" }, { edit = set { cert_media = "" } },
    { edit = set { medium = "户外", cert_media = "户外" } } },
  "cert_no <> '' AND cert_media <> '' AND instr('、' || cert_media || '、', '、' || medium || '、') = 0")

-- An entry about words: plants say one of them, near-misses only warn of it.
local function words(rule, said, warned, sql, forms)
  add {
    rule = rule,
    plant = function(h, n)
      for i = 1, n do
        h:advert { text = said[i % #said + 1] .. "。", form = forms and i % 2 == 0 and "科普" or nil }
      end
      return n
    end,
    near = function(h)
      for _, text in ipairs(warned) do h:advert(type(text) == "table" and text or { text = text }) end
    end,
    sql = "SELECT rowid FROM adverts WHERE " .. sql,
  }
end

words("advert.promises_cure", { "有效率达98%", "药到病除", "签约治疗，永不复发" },
  { "本院不承诺治愈率。", "严禁宣传有效率。" },
  [[(content LIKE '%有效率%' OR content LIKE '%治愈率%' OR content LIKE '%药到病除%'
    OR content LIKE '%永不复发%') AND content NOT LIKE '%不承诺%' AND content NOT LIKE '%严禁%']], true)

words("advert.names_methods", { "引进微创设备", "治疗白癜风", "家传秘方" },
  { { form = "科普", text = "高血压患者要少吃盐。" }, "不得宣传秘方。" },
  [[form = '广告' AND (content LIKE '%微创%' OR content LIKE '%白癜风%' OR content LIKE '%秘方%')
    AND content NOT LIKE '%不得%']])

words("advert.testimony", { "众多患者见证", "学会推荐单位" }, { "谨防冒用学会推荐的名义。" },
  "(content LIKE '%患者见证%' OR content LIKE '%学会推荐%') AND content NOT LIKE '%谨防%'", true)

words("advert.military_name", { "武警总队协作单位", "原军区专家" }, { "谨防冒充部队医院。" },
  "(content LIKE '%武警%' OR content LIKE '%军区%' OR content LIKE '%部队医院%') AND content NOT LIKE '%谨防%'",
  true)

words("advert.absolute_terms", { "国家级重点", "技术最先进" }, { "切勿相信最佳、顶级等说法。" },
  "(content LIKE '%国家级%' OR content LIKE '%最先进%' OR content LIKE '%最佳%') AND content NOT LIKE '%切勿%'",
  true)

changed("advert.name_differs", { { shown_name = "示例县医院" }, { shown_name = "示例县人民医院东院" } },
  { { edit = set { shown_name = "示例县急救中心" } } },
  [[shown_name <> '' AND shown_name <> (SELECT name FROM facility)
    AND shown_name <> '示例县急救中心']])

add {
  rule = "advert.famous_name",
  plant = function(h, n)
    for i = 1, n do h:advert { edit = set { shown_name = i % 2 == 0 and "华西示例医院" or "示例同仁医院" } } end
    return h.wrong and 0 or n, { ["advert.name_differs"] = n }
  end,
  near = function() end, -- every other name has nothing of the kind
  sql = [[
    SELECT adverts.rowid FROM adverts, facility
    WHERE (shown_name LIKE '%华西%' OR shown_name LIKE '%同仁%' OR shown_name LIKE '%协和%')
      AND facility.name NOT LIKE '%协和%']],
}

add {
  rule = "advert.facility_famous_name",
  plant = function(h) return h.wrong and 1 or 0 end,
  near = function() end,
  sql = "SELECT 1 FROM facility WHERE ownership = '民营' AND name LIKE '%协和%'",
}

add {
  rule = "advert.disguised_as_news",
  plant = function(h, n)
    for i = 1, n do
      h:advert { form = ({ "新闻", "专访", "专题", "科普" })[i % 4 + 1],
                 text = i % 2 == 0 and "咨询电话12345678。" or "医院位于示例路。" }
    end
    return n
  end,
  near = function(h)
    h:advert { form = "专访", text = "院长谈服务。" }
    h:advert { text = "电话12345678，地址示例路1号。" }
  end,
  sql = [[
    SELECT rowid FROM adverts WHERE form IN ('新闻', '专访', '专题', '科普')
      AND (content LIKE '%电话%' OR content LIKE '%位于%' OR content LIKE '%地址%')]],
}

return advert
