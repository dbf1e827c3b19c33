-- What data a plan wants, for whoever exports it: the tables and columns that its rules
-- read, and those whose values items are asked for.

local datasets = require "datasets"

local needs = {}

-- What a blank cell of a column means: no, zero, empty (of texts), unknown; a key has none.
local function blank_of(column)
  if column.key then return nil end
  local type = column.type
  local text = type == "text" or type == "code" or type == "codes"
  return column.blank or text and "empty" or "unknown"
end

-- `runs` are the plan's, `columns` those of items asked one by one ("table.column"),
-- `described` what the table engine says of rules: [{rule, tables: [{id, columns}]}].
function needs.of(opened, runs, columns, described)
  local wanted, used, by_rule = {}, {}, {}
  for _, run in ipairs(runs) do wanted[run.rule] = true end
  for _, rule in ipairs(described) do
    if wanted[rule.rule] then by_rule[#by_rule + 1] = rule end
  end
  for _, rule in ipairs(by_rule) do
    for _, table in ipairs(rule.tables) do
      local use = used[table.id] or { rules = 0, all = false, columns = {} }
      use.rules = use.rules + 1
      use.all = use.all or rule.form == "each"
      for _, column in ipairs(table.columns) do use.columns[column] = true end
      used[table.id] = use
    end
  end
  for _, name in ipairs(columns) do
    local id, column = name:match("^([^.]+)%.(.+)$")
    used[id] = used[id] or { rules = 0, all = false, columns = {} }
    used[id].columns[column] = true
  end
  local result = list {}
  for _, id in ipairs(opened.tables.order) do
    local dataset, use = opened.tables.of[id], used[id]
    if use and not dataset.reference then
      local rows = list {}
      for _, column in ipairs(dataset.columns) do
        if use.all or use.columns[column.id] or column.key or column.id == dataset.date then
          local words = {}
          for _, value in ipairs(column.values or {}) do words[#words + 1] = value.id end
          rows[#rows + 1] = { id = column.id, titles = column.titles,
            type = datasets.type_title(column), key = column.key or false,
            note = datasets.note(opened.tables, id, column.id),
            blank = blank_of(column),
            words = #words > 0 and table.concat(words, "、") or nil }
        end
      end
      result[#result + 1] = { id = id, title = dataset.title, source = dataset.source,
        date = dataset.date, repeats = dataset.repeats, rules = use.rules, columns = rows }
    end
  end
  return result
end

return needs
