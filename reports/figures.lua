-- 自查报告中由系统计算的数字：量化统计表的栏目、记分的初步结果。

local figures = {}

-- 栏目算不出时写明原因，不写0。
local function computed(paper, record, worded)
  local rows = {}
  for index, figure in ipairs(record.figures) do
    rows[index] = { index, figure.title, figure.unit or "—", figure.value or "未算出",
      figure.reason and worded(figure.reason) or "—" }
  end
  paper.text("按方案的统计表，由数据计算的栏目如下：")
  paper.table({ { "序号", "right" }, { "栏目" }, { "单位" }, { "数值", "right" }, { "未算出的原因" } },
    rows)
end

local function points(paper, scored)
  local rows, steps = {}, {}
  for index, item in ipairs(scored.items) do
    rows[index] = { index, item.title, item.points,
      item.certainty == "certain" and "计入" or "待核实，未计入" }
  end
  for index, step in ipairs(scored.steps) do
    steps[index] = (step.cycle and step.cycle .. "：" or "") .. step.effect
  end
  paper.text(("按方案的记分标准初步测算，明确违规的问题计%s分，待核实的问题计%s分，%d项问题没有对应分值。"
    .. "是否记分由卫生健康行政部门决定。"):format(scored.certain, scored.suspect, scored.unscored))
  if #rows > 0 then
    paper.table({ { "序号", "right" }, { "问题" }, { "分值", "right" }, { "是否计入" } }, rows)
  end
  if #steps > 0 then paper.text("达到的档次：" .. table.concat(steps, "；") .. "。") end
end

-- `worded` turns a message of the record into a text.
function figures.print(paper, record, worded)
  if record.figures then computed(paper, record, worded) end
  if record.scoring then points(paper, record.scoring) end
end

return figures
