-- 数据需求单：自查需要哪些数据导出，交给信息科。

local wording = require "wording"

local layout = {}

function layout.build(data, paper)
  paper.heading(1, data.title:gsub("工作方案$", ""):gsub("实施方案$", "") .. "数据需求单")
  paper.text(("%s信息科："):format(data.facility.name), "address")
  paper.text("请按下列要求从业务系统导出数据，保存为CSV（逗号分隔，UTF-8或GB18030均可），"
    .. "不要用Excel打开后再保存：长编号会丢位，日期会变成数字。表头用表中任一名称均可，"
    .. "列的先后不限，多出的列不影响。")
  if #data.needs == 0 then
    paper.text("本方案的规则不需要数据导出。")
  end
  for number, need in ipairs(data.needs) do
    paper.heading(2, ("%d. %s（%s）"):format(number, need.title, need.id))
    local source = need.source and ("来源：" .. need.source .. "。") or ""
    paper.text(source .. ("%d条规则使用。"):format(need.rules))
    local rows = {}
    for _, column in ipairs(need.columns) do
      rows[#rows + 1] = { column.titles[1] or column.id, table.concat(column.titles, "、"),
        column.type, column.key and "是" or "—", column.words or column.note or "—" }
    end
    paper.table({ { "列" }, { "可用的表头" }, { "类型" }, { "主键" }, { "取值或说明" } }, rows)
  end
  paper.text(wording.date(data.today), "right")
  return paper.tree("数据需求单")
end

return layout
