-- What data a plan wants, for whoever exports it: the tables and columns that its rules
-- read, and those whose values items are asked for.

local datasets = require "datasets"

local needs = {}

-- What a blank cell of a column means: no, zero, empty (of texts), unknown, or that there must
-- be none: never; a key has none.
local function blank_of(column)
  if column.key then return nil end
  local type = column.type
  local text = type == "text" or type == "code" or type == "codes"
  return column.blank or text and "empty" or "unknown"
end

-- The plan's items for which `wanted(item)` holds, as {id, title}.
local function items_where(plan, wanted)
  local items = list {}
  for _, item in ipairs(plan.items) do
    if not item.retired and wanted(item) then
      items[#items + 1] = { id = item.id, title = item.title }
    end
  end
  return items
end

local function items_of_rule(plan, rule)
  return items_where(plan, function(item)
    for _, own in ipairs(item.rules or {}) do
      if own == rule then return true end
    end
    return false
  end)
end

-- Of a table: each rule that reads it with the items it stands for, and the columns that it
-- reads; items that are asked for a column's values stand without a rule.
local function uses_of(plan, dataset, rules, columns)
  local uses = list {}
  for _, rule in ipairs(rules) do
    for _, table in ipairs(rule.tables) do
      if table.id == dataset.id then
        local read, named = list {}, {}
        for _, column in ipairs(table.columns) do named[column] = true end
        for _, column in ipairs(dataset.columns) do
          if named[column.id] or rule.form == "each" then read[#read + 1] = column.id end
        end
        uses[#uses + 1] = { rule = rule.rule, items = items_of_rule(plan, rule.rule),
          columns = read }
      end
    end
  end
  for _, name in ipairs(columns) do
    local id, column = name:match("^([^.]+)%.(.+)$")
    if id == dataset.id then
      uses[#uses + 1] = { columns = list { column }, items = items_where(plan,
        function(item) return item.per == name and item.kind ~= "task" end) }
    end
  end
  return uses
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
        date = dataset.date, repeats = dataset.repeats, rules = use.rules, columns = rows,
        uses = uses_of(opened.plan, dataset, by_rule, columns) }
    end
  end
  return result
end

return needs
