-- 数据需求单：自查需要哪些数据导出，交给信息科。

local wording = require "wording"

local layout = {}

local blanks = { no = "表示“否”", zero = "表示0", empty = "表示没有", unknown = "表示不详",
  never = "不得空白" }

function layout.build(data, paper)
  paper.heading(1, data.title:gsub("工作方案$", ""):gsub("实施方案$", "") .. "数据需求单")
  paper.text(("%s信息科："):format(data.facility.name), "address")
  paper.text(("数据时间范围：%s至%s（空白的由自查负责人填写）。"):format(
    wording.date(data.period.from), wording.date(data.period.to)))
  paper.text("请按下列要求从业务系统导出数据，保存为CSV（逗号分隔，UTF-8或GB18030均可），"
    .. "不要用Excel打开后再保存：长编号会丢位，日期会变成数字。表头用表中任一名称均可，"
    .. "列的先后不限。只导出所列的列，不要姓名、身份证号、电话、住址；患者编号可以换成"
    .. "不重复的代号，同一患者前后一致即可。")
  if #data.needs == 0 then
    paper.text("本方案的规则不需要数据导出。")
  end
  for number, need in ipairs(data.needs) do
    paper.heading(2, ("%d. %s（%s）"):format(number, need.title, need.id))
    local source = need.source and ("来源：" .. need.source .. "。") or ""
    local every = need.repeats
      and "同一主键可以有多行，每一行都要导出，不要合并或去重。" or "同一主键只能有一行。"
    local used = need.rules > 0 and ("%d条规则使用。"):format(need.rules)
      or "用于逐项询问检查项。"
    paper.text(source .. used .. every)
    local rows = {}
    for _, column in ipairs(need.columns) do
      rows[#rows + 1] = { column.titles[1] or column.id, table.concat(column.titles, "、"),
        column.type, column.key and "是" or "—",
        column.key and "不得空白" or blanks[column.blank], column.words or column.note or "—" }
    end
    paper.table({ { "列" }, { "可用的表头" }, { "类型" }, { "主键" }, { "空白" },
      { "取值或说明" } }, rows)
  end
  paper.text(wording.date(data.today), "right")
  return paper.tree("数据需求单")
end

return layout
