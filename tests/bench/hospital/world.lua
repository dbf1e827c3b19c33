-- What the hospital is made of: departments, drugs, diagnoses, examinations, services. Names
-- and codes are real ones in general use; prices and everything else are made up.

local days = require "days"

local world = {}

world.year = { from = days.of(2023, 1, 1), to = days.of(2023, 12, 31),
               raise = days.of(2023, 7, 1), -- new prices
               today = days.of(2024, 1, 8) }

-- Departments that see patients, with the practice scope of their doctors.
world.clinical = {
  { "内科", "内科专业" }, { "外科", "外科专业" }, { "妇产科", "妇产科专业" },
  { "儿科", "儿科专业" }, { "中医科", "中医专业" }, { "眼科", "眼耳鼻咽喉科专业" },
  { "急诊医学科", "急救医学专业" }, { "麻醉科", "麻醉专业" }, { "康复医学科", "康复医学专业" },
  { "肿瘤科", "肿瘤科专业" },
}
world.technical = { "医学检验科", "医学影像科" }

-- The departments on the licence.
world.approved = { "医疗美容科" }
for _, list in ipairs { world.technical, world.clinical } do
  for _, dept in ipairs(list) do
    world.approved[#world.approved + 1] = type(dept) == "table" and dept[1] or dept
  end
end

-- generic name, pharmacological class, kind, tier, form, route, dose, unit, times a day,
-- largest dose a day, price of a box, pieces in it
local drugs = [[
氨氯地平片 钙通道阻滞剂 普通 - 片剂 口服 5 mg 1 10 12.50 7
氨氯地平片（2.5mg） 钙通道阻滞剂 普通 - 片剂 口服 2.5 mg 1 10 8.20 7
缬沙坦胶囊 血管紧张素受体拮抗剂 普通 - 胶囊剂 口服 80 mg 1 320 21.30 7
美托洛尔片 β受体阻滞剂 普通 - 片剂 口服 25 mg 2 200 9.80 20
氢氯噻嗪片 利尿药 普通 - 片剂 口服 25 mg 1 50 4.60 20
阿托伐他汀钙片 他汀类 普通 - 片剂 口服 20 mg 1 80 25.00 7
阿司匹林肠溶片 抗血小板药 普通 - 肠溶片 口服 100 mg 1 300 11.40 30
二甲双胍片 双胍类 普通 - 片剂 口服 500 mg 2 2000 8.90 20
格列美脲片 磺酰脲类 普通 - 片剂 口服 2 mg 1 6 18.75 15
阿卡波糖片 糖苷酶抑制剂 普通 - 片剂 口服 50 mg 3 300 23.10 30
奥美拉唑肠溶胶囊 质子泵抑制剂 普通 - 胶囊剂 口服 20 mg 1 40 13.20 14
铝碳酸镁咀嚼片 抗酸药 普通 - 咀嚼片 口服 500 mg 3 4000 16.40 20
多潘立酮片 促胃肠动力药 普通 - 片剂 口服 10 mg 3 30 10.10 30
蒙脱石散 止泻药 普通 - 散剂 口服 3 g 3 9 14.3075 10
双歧杆菌活菌胶囊 微生态制剂 普通 - 胶囊剂 口服 420 mg 2 1680 26.60 24
布洛芬缓释胶囊 解热镇痛药 普通 - 缓释胶囊 口服 300 mg 2 1200 15.80 20
氯雷他定片 抗组胺药 普通 - 片剂 口服 10 mg 1 10 12.00 6
氨溴索片 祛痰药 普通 - 片剂 口服 30 mg 3 90 9.30 20
右美沙芬片 镇咳药 普通 - 片剂 口服 15 mg 3 120 7.705 24
孟鲁司特钠片 白三烯受体拮抗剂 普通 - 片剂 口服 10 mg 1 10 32.20 5
碳酸钙D3片 钙剂 普通 - 片剂 口服 600 mg 1 1200 28.00 30
甲钴胺片 维生素类 普通 - 片剂 口服 500 μg 3 1500 19.90 20
板蓝根颗粒 清热解毒中成药 普通 - 颗粒剂 口服 10 g 3 40 13.60 20
复方丹参滴丸 活血中成药 普通 - 滴丸 口服 270 mg 3 810 27.50 18
感冒清热颗粒 解表中成药 普通 - 颗粒剂 口服 12 g 2 24 14.90 10
阿莫西林胶囊 青霉素类 抗菌 非限制 胶囊剂 口服 500 mg 3 4000 10.70 24
头孢克洛胶囊 二代头孢菌素 抗菌 非限制 胶囊剂 口服 250 mg 3 4000 22.80 12
头孢地尼胶囊 三代头孢菌素 抗菌 限制 胶囊剂 口服 100 mg 3 600 31.90 6
左氧氟沙星片 喹诺酮类 抗菌 限制 片剂 口服 500 mg 1 500 18.20 4
头孢呋辛注射剂 二代头孢菌素 抗菌 非限制 注射剂 静脉滴注 1500 mg 2 6000 17.50 1
亚胺培南西司他丁注射剂 碳青霉烯类 抗菌 特殊 注射剂 静脉滴注 500 mg 3 4000 96.40 1
万古霉素注射剂 糖肽类 抗菌 特殊 注射剂 静脉滴注 1000 mg 2 2000 88.00 1
氯化钠注射液 溶媒 普通 - 注射液 静脉滴注 100 ml 1 4000 4.20 1
葡萄糖注射液 溶媒 普通 - 注射液 静脉滴注 100 ml 1 4000 4.00 1
吗啡片 阿片类 麻 - 片剂 口服 10 mg 3 100 22.00 20
吗啡缓释片 阿片类 麻 - 缓释片 口服 30 mg 2 400 98.00 10
吗啡注射液 阿片类 麻 - 注射液 皮下注射 10 mg - 60 4.10 1
哌替啶注射液 阿片类 麻 - 注射液 肌内注射 50 mg - 600 3.80 1
二氢埃托啡片 阿片类 麻 - 片剂 舌下 20 μg - 180 5.20 10
哌甲酯缓释片 中枢兴奋药 精一 - 缓释片 口服 18 mg 1 54 140.00 15
地西泮片 苯二氮䓬类 精二 - 片剂 口服 2.5 mg 1 40 6.40 20
艾司唑仑片 苯二氮䓬类 精二 - 片剂 口服 1 mg 1 6 5.90 20
泼尼松片 糖皮质激素 激素 - 片剂 口服 5 mg 2 60 8.20 100
转移因子口服液 免疫调节药 辅助 - 口服液 口服 10 ml 2 20 45.00 6
肌苷片 核苷类 辅助 - 片剂 口服 200 mg 3 1800 1.20 100
脑蛋白水解物注射液 脑保护药 辅助 - 注射液 静脉滴注 10 ml 1 30 52.00 5
]]

-- code, name, sexes, ages, department, may need antimicrobials, chronic, operation
local diagnoses = [[
I10 高血压 男女 40 88 内科 - 慢 -
E11.9 2型糖尿病 男女 35 85 内科 - 慢 -
K29.5 慢性胃炎 男女 18 80 内科 - - -
J06.9 急性上呼吸道感染 男女 15 80 内科 - - -
J18.9 肺炎 男女 18 85 内科 抗 - -
N39.0 泌尿道感染 女 18 80 内科 抗 - -
M54.5 腰痛 男女 20 80 外科 - - -
S52.5 桡骨远端骨折 男女 15 80 外科 - - -
K80.2 胆囊结石 男女 25 80 外科 - - 腹腔镜胆囊切除术
K35.8 急性阑尾炎 男女 15 75 外科 抗 - 阑尾切除术
N76.0 急性阴道炎 女 18 60 妇产科 抗 - -
D25.9 子宫平滑肌瘤 女 30 55 妇产科 - - -
J20.9 急性支气管炎 男女 1 13 儿科 - - -
K52.9 胃肠炎 男女 1 13 儿科 - - -
M47.8 颈椎病 男女 30 80 中医科 - - -
H25.9 老年性白内障 男女 60 85 眼科 - - 白内障超声乳化术
R10.4 腹痛 男女 15 80 急诊医学科 - - -
R51 头痛 男女 15 80 急诊医学科 - - -
I69.3 脑梗死后遗症 男女 50 85 康复医学科 - - -
C34.9 肺恶性肿瘤 男女 40 80 肿瘤科 - - -
]]

-- name, part, modality, price, new price
local examinations = [[
头颅CT平扫 头颅 CT 160.00 168.00
胸部CT平扫 胸部 CT 160.00 -
腹部CT平扫 腹部 CT 160.00 -
腹部CT增强扫描 腹部 CT 320.00 -
颅脑磁共振平扫 头颅 MR 380.00 360.00
腰椎磁共振平扫 腰椎 MR 380.00 -
冠状动脉造影 心脏 DSA 2400.00 -
腹部彩超 腹部 超声 85.00 88.00
甲状腺彩超 颈部 超声 80.00 -
心脏彩超 心脏 超声 150.00 -
胸部正位片 胸部 X线 45.00 -
腰椎正侧位片 腰椎 X线 70.00 -
胃镜检查 胃 内镜 180.00 -
常规心电图 心脏 心电 20.00 -
血常规 血液 检验 18.00 -
肝功能 血液 检验 62.50 -
肾功能 血液 检验 36.00 -
空腹血糖 血液 检验 5.00 5.50
尿常规 尿液 检验 8.00 -
]]

-- name, class, unit, price, new price, at most a day
local services = [[
普通门诊诊察费 诊察 次 10.00 12.00 -
急诊诊察费 诊察 次 15.00 - -
住院诊察费 诊察 日 8.00 - 1
三人间床位费 床位 日 30.00 32.00 1
二级护理 护理 日 18.00 20.00 1
一级护理 护理 日 32.00 - 1
静脉输液 治疗 次 8.00 - -
红外线治疗 治疗 次 35.00 38.00 -
普通针刺 治疗 次 26.00 - -
雾化吸入 治疗 次 12.00 - -
小换药 治疗 次 16.00 - -
血液透析 治疗 次 400.00 - 1
阴道冲洗 治疗 次 22.00 - -
前列腺按摩 治疗 次 30.00 - -
心电监测 治疗 小时 4.00 - 24
氧气吸入 输氧 小时 3.00 - -
腹腔镜胆囊切除术 手术 次 1850.00 1900.00 -
阑尾切除术 手术 次 960.00 - -
白内障超声乳化术 手术 次 1500.00 - -
全身麻醉 麻醉 次 720.00 - -
局部浸润麻醉 麻醉 次 60.00 - -
静脉输液器 材料 个 1.8575 - -
一次性穿刺器 材料 个 320.00 - -
人工晶状体 材料 枚 1200.00 - -
血液透析器 材料 个 150.00 145.00 -
可吸收缝线 材料 包 86.50 - -
补片 材料 片 1000.00 - -
陪护床 其他 日 10.00 - 1
]]

-- Herbs, by the gram.
local herbs = { "黄芪", "当归", "川芎", "白芍", "熟地黄", "茯苓", "白术", "甘草", "党参", "陈皮", "法半夏", "柴胡",
                "葛根", "桂枝", "牛膝", "杜仲" }

-- What a service contains, what it excludes, and what may be charged beside it.
world.contains = { ["阑尾切除术"] = "小换药", ["腹腔镜胆囊切除术"] = "小换药" }
world.excludes = { ["腹部CT增强扫描"] = "腹部CT平扫", ["一级护理"] = "二级护理" }
world.combinable = { ["腹腔镜胆囊切除术"] = "一次性穿刺器" }
world.limit_sex = { ["阴道冲洗"] = "女", ["前列腺按摩"] = "男" }

-- Operations: anaesthesia, material, code of the procedure.
world.operations = {
  ["腹腔镜胆囊切除术"] = { "全身麻醉", "一次性穿刺器", "51.2300" },
  ["阑尾切除术"] = { "全身麻醉", "可吸收缝线", "47.0900" },
  ["白内障超声乳化术"] = { "局部浸润麻醉", "人工晶状体", "13.4100" },
}

-- The words of each line; "-" leaves its place empty.
local function words(text)
  local rows = {}
  for line in text:gmatch("[^\n]+") do
    local row, place = {}, 0
    for word in line:gmatch("%S+") do
      place = place + 1
      if word ~= "-" then row[place] = word end
    end
    rows[#rows + 1] = row
  end
  return rows
end

-- Money is a whole number of hundredths of a fen: as exact as decimal(4).
function world.money(text)
  local whole, part = text:match("^(%d+)%.?(%d*)$")
  return tonumber(whole) * 10000 + tonumber((part .. "0000"):sub(1, 4))
end

function world.money_text(units)
  local sign = units < 0 and "-" or ""
  units = math.abs(units)
  if units % 100 == 0 then
    return ("%s%d.%02d"):format(sign, units // 10000, units % 10000 // 100)
  end
  return ("%s%d.%04d"):format(sign, units // 10000, units % 10000)
end

-- Drugs, examinations, services and herbs are all items that can be charged; and the herbs.
function world.items()
  local list, of = {}, {}
  local function add(item, prefix, number)
    item.code = ("%s%03d"):format(prefix, number)
    item.raised = item.raised and world.money(item.raised)
    item.price = world.money(item.price)
    list[#list + 1], of[item.name] = item, item
  end
  for i, w in ipairs(words(drugs)) do
    add({ name = w[1], generic = w[1]:match("^(.-)（") or w[1], class = w[2], kind = w[3],
          tier = w[4], form = w[5], route = w[6],
          dose = w[7], dose_unit = w[8], times = tonumber(w[9]), max_daily = w[10],
          price = w[11], pieces = tonumber(w[12]), unit = "盒", drug = true, stocked = true,
          fee_class = w[2]:find("中成药") and "中成药" or "西药" }, "XY", 100 + i)
  end
  for i, w in ipairs(words(examinations)) do
    add({ name = w[1], part = w[2], modality = w[3], price = w[4], raised = w[5], unit = "次",
          large = w[3] == "CT" or w[3] == "MR" or w[3] == "DSA", exam = true,
          special = w[3] == "内镜" or w[3] == "DSA" or w[1]:find("增强") ~= nil,
          fee_class = w[3] == "检验" and "化验" or "检查" }, "JC", i)
  end
  for i, w in ipairs(words(services)) do
    add({ name = w[1], fee_class = w[2], unit = w[3], price = w[4], raised = w[5],
          per_day = w[6], stocked = w[2] == "材料",
          orderless = w[2] == "诊察" or w[2] == "床位" }, "FW", i)
  end
  local sheet = {}
  for i, name in ipairs(herbs) do
    local herb = { name = name, generic = name, price = "0.0" .. 50 + i * 3, unit = "g",
                   fee_class = "中草药", stocked = true }
    add(herb, "ZY", i)
    sheet[i] = herb
  end
  return list, of, sheet
end

function world.diagnoses()
  local list = {}
  for i, w in ipairs(words(diagnoses)) do
    list[i] = {
      code = w[1], name = w[2], sexes = w[3] == "男女" and { "男", "女" } or { w[3] },
      from = tonumber(w[4]), to = tonumber(w[5]), dept = w[6], infection = w[7] ~= nil,
      chronic = w[8] ~= nil, operation = w[9],
    }
  end
  return list
end

return world
