-- From a Word document saved as text to its clauses, by their numbers: 一、（一）1、（1）①.
-- Nothing is lost: what belongs to no clause (page chrome, letterhead, signature) is kept
-- as a remark.

local markers = require "markers"
local shape = require "shape"

local split = {}

-- No plan has more; a file of the package may hold 20,000 entries.
split.MOST = 2000

local WINDOW = 4000 -- characters of a clause in which words are looked for

-- ---- what is no text of the plan ---------------------------------------------------------

local chrome = { "网友 分享", "打开翻译", "猜你喜欢", "温馨提示", "网站客服", "版权归",
  "用户上传", "文件下载", "下载文档", "下载前请", "本文来源", "没有相关文章", "上一篇",
  "下一篇", "点击下载", "阅读全文", "展开全文", "本站所", "转载时请", "内容页", " >> ",
  "扫码关注" }
-- From such a line on, everything at the end of a page is chrome.
local closing = { "猜你喜欢", "相关文章", "相关推荐", "热门推荐", "相关阅读", "本文来源", "声明",
  "免责声明", "版权声明", "延伸阅读" }
local blank_lines = { "^第%s*%d+%s*页", "^共%s*%d+%s*页", "^[%d%s]+$", "^[%p%s]+$",
  "^%-%s*%d+%s*%-$", "^https?://%S+$", "^www%.%S+$", "^%d%d%d%d%-%d%d?%-%d%d?%f[^%d]" }

local function is_chrome(line)
  if shape.holds(line, chrome) then return true end
  for _, pattern in ipairs(blank_lines) do
    -- A line of __ is a blank of the document, no ornament.
    if line:find(pattern) and not line:find("_", 1, true) then return true end
  end
  return false
end

local function is_closing(line)
  for _, word in ipairs(closing) do
    local rest = line:sub(1, #word) == word and line:sub(#word + 1)
    if rest and (rest == "" or rest:find("^:") or rest:find("^：")) then return true end
  end
  return false
end

-- ---- lines and parts ------------------------------------------------------------------------

local function lines_of(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do
    line = shape.trim(line)
    line = shape.trim((line:gsub("^>+", "")))
    if line ~= "" then lines[#lines + 1] = line end
  end
  return lines
end

local BRACKETS = { "】", "）", ")", "]", "〕" }
local OPENING = { "【", "（", "(", "[", "〔" }

local function without(text, words)
  local word = shape.ends(text, words)
  return word and shape.trim(text:sub(1, -#word - 1)) or text
end

-- 方案【第一篇】, 方案 篇1, 第二篇 方案: the number of a part and its title; or nil.
local function part_heading(line)
  if shape.length(line) > 60 or line:find("。", 1, true) then return nil end
  local body = without(line, BRACKETS)
  local title, number = body:match("^(.*)第(.-)篇$")
  if not title then title, number = body:match("^(.*)篇%s*(%S+)$") end
  number = number and shape.number(number)
  if number then return number, without(shape.trim(title), OPENING) end
  number, title = line:match("^第(.-)篇[%s:]*(.*)$")
  number = number and shape.number(number)
  if number then return number, (title:gsub("^：", ""):gsub("^　", "")) end
end

-- The plans of a text: [{ title, lines }]. What stands before the first heading of a part
-- belongs to the first part.
function split.parts(text)
  local lines, parts, before = lines_of(text), {}, {}
  for _, line in ipairs(lines) do
    local number, title = part_heading(line)
    if number then
      parts[#parts + 1] = { title = title ~= "" and title or nil, heading = line,
        before = #parts == 0 and before or {}, lines = {} }
    elseif #parts > 0 then
      local part = parts[#parts]
      part.lines[#part.lines + 1] = line
    else
      before[#before + 1] = line
    end
  end
  if #parts == 0 then parts[1] = { before = {}, lines = lines } end
  return parts
end

-- ---- title, letterhead, signature --------------------------------------------------------

local titles = { "方案", "通知", "意见", "计划", "办法", "要点", "细则", "规划", "总结", "报告",
  "清单", "行动", "安排" }

local function may_be_title(line)
  return shape.length(line) <= 60 and shape.length(line) > 5
    and not shape.holds(line, { "。", "；", ";", "？", "?" })
end

-- Which of the lines before the first number is the title: the last that ends like one,
-- else the first short one.
local function find_title(lines, last)
  local found, short
  for index = 1, last do
    local line = lines[index]
    if may_be_title(line) and not is_chrome(line) then
      if shape.ends(without(line, { "（试行）", "(试行)", "（征求意见稿）" }), titles) then
        found = index
      end
      short = short or index
    end
  end
  return found or short
end

local offices = { "局", "委", "委员会", "办公室", "政府", "厅", "部", "院", "所", "中心", "指挥部",
  "领导小组" }

-- A line that is a day, with the issuer on the line before it: a signature.
local function signature_at(lines, index)
  local line, before = lines[index], lines[index - 1]
  local times = line:find("日$") and shape.times(line) or {}
  if #times ~= 1 or times[1].text ~= line then return nil end
  local issuer = before and shape.length(before) <= 30 and not markers.of(before)
    and shape.ends(before, offices) and before or nil
  return { issued = line, issuer = issuer }
end

-- Takes the signature and what follows it off the end of the lines.
local function take_signature(lines, remarks)
  for index = #lines, math.max(#lines - 6, 2), -1 do
    local found = signature_at(lines, index)
    if found then
      if found.issuer then index = index - 1 end
      for moved = index, #lines do remarks[#remarks + 1] = lines[moved] end
      for moved = #lines, index, -1 do lines[moved] = nil end
      return found
    end
  end
  return {}
end

-- The letterhead before the title: { number, issuer, issued }.
local function read_head(lines, last, found)
  for index = 1, last do
    local signature = signature_at(lines, index) or {}
    found.number = found.number or lines[index]:match("^.*〔[%d_]+〕.*号$")
    found.issuer = found.issuer or signature.issuer
    found.issued = found.issued or signature.issued
  end
end

-- A short title may go on from the line before: 某县医疗机构大处方 / 专项整治工作方案.
local function whole_title(lines, index)
  local title, before = lines[index], lines[index - 1]
  if before and shape.length(title) <= 12 and shape.length(before) >= 6
    and shape.length(before) <= 40 and not is_chrome(before)
    and not shape.holds(before, { "。", "：", ":", "，", ",", "〕", "》" })
    and not shape.ends(before, offices) then
    return before .. title
  end
  return title
end

-- ---- clauses -----------------------------------------------------------------------------

-- b, c … z behind a number that the document uses again, then zb, zc …
local function letter(count)
  local text = ""
  while count > 25 do
    text = text .. "z"
    count = count - 25
  end
  return count > 0 and text .. string.char(97 + count) or text
end

-- Adds a clause beneath the nearest open one of a lower rank. Before the first number of
-- the top rank the text is a fragment: it counts as beneath 0.
local function add_clause(b, rank, number, line, stop)
  while #b.open > 0 and b.open[#b.open].rank >= rank do table.remove(b.open) end
  local parent = b.open[#b.open]
  local prefix = parent and parent.id .. "." or (rank > b.top and "0." or "")
  local path = prefix .. number
  b.used[path] = (b.used[path] or 0) + 1
  local clause = { id = path .. letter(b.used[path] - 1), rank = rank, number = number,
    mark = line:sub(1, stop - 1), parent = parent, children = {}, lines = { line },
    head = shape.trim(line:sub(stop)), after = {} }
  if parent then parent.children[#parent.children + 1] = clause end
  b.clauses[#b.clauses + 1] = clause
  b.open[#b.open + 1] = clause
end

local function add_line(b, line)
  local clause = b.clauses[#b.clauses]
  if clause then
    clause.lines[#clause.lines + 1] = line
  else
    b.clauses[1] = { id = "0", rank = 0, lines = { line }, head = line, children = {},
      after = {}, mark = "" }
  end
end

-- A remark stands behind the clause in which it was found: it must not cut it in two.
local function add_remark(b, line)
  local clause = b.clauses[#b.clauses]
  local list = clause and clause.after or b.head
  list[#list + 1] = line
  b.remarks = b.remarks + 1
end

local attachment = { "附件", "抄送", "（此件", "(此件", "主题词" }

-- 附件：1.… 2.… is a list of papers, no clauses.
local function is_attachment(line, inside)
  for _, word in ipairs(attachment) do
    if line:sub(1, #word) == word and shape.length(line) <= 60
      and not line:find("。", 1, true) then
      return true
    end
  end
  return inside and markers.of(line) == 30 and shape.length(line) <= 40
end

-- A line that would begin something else in source.md.
local function guarded(line)
  return line:find("^[%[#>]") and " " .. line or line
end

-- The text of a clause as clauses.lua reads it again from source.md.
local function text_of(clause)
  local parts = {}
  for index, line in ipairs(clause.lines) do
    parts[index] = index == 1 and line or guarded(line)
  end
  return table.concat(parts)
end

local function first_marked(lines, bare)
  for index, line in ipairs(lines) do
    if not is_chrome(line) and (bare[index] or markers.of(line)) then return index end
  end
end

local function top_rank(lines, bare)
  local top = 100
  for index, line in ipairs(lines) do
    local rank = bare[index] and markers.BARE or markers.of(line)
    if rank and not is_chrome(line) then top = math.min(top, rank) end
  end
  return top
end

-- Splits one part: { title, issuer, issued, number, head, clauses, remarks, numbered }.
-- A clause is { id, number, mark, head, lines, text, window, parent, children, after }; no
-- more than split.MOST + 1 are made.
function split.clauses(part)
  local lines = part.lines
  local b = { clauses = {}, open = {}, used = {}, head = {}, remarks = 0 }
  local trailing = {}
  local signature = take_signature(lines, trailing)
  local bare = markers.bare(lines)
  local marked = first_marked(lines, bare) or #lines + 1
  b.top = top_rank(lines, bare)
  local title_at = not part.title and find_title(lines, marked - 1) or nil
  local title = part.title or title_at and whole_title(lines, title_at)
  read_head(lines, (title_at or 1) - 1, signature)
  for _, line in ipairs(part.before) do add_remark(b, line) end
  if part.heading and part.heading ~= title then add_remark(b, part.heading) end
  local ended, inside
  for index, line in ipairs(lines) do
    ended = ended or is_closing(line) and index > marked
    inside = is_attachment(line, inside)
    if index == title_at then
      inside = false -- the title is printed by itself
    elseif ended or inside or is_chrome(line) or title_at and index < title_at then
      add_remark(b, line)
    elseif bare[index] and #b.clauses <= split.MOST then
      add_clause(b, markers.BARE, bare[index][1], line, bare[index][2])
    else
      for _, piece in ipairs(#b.clauses > split.MOST and {} or markers.pieces(line)) do
        local rank, value, stop = markers.of(piece)
        if rank then add_clause(b, rank, value, piece, stop) else add_line(b, piece) end
      end
    end
  end
  for _, line in ipairs(trailing) do add_remark(b, line) end
  local numbered = 0
  for _, clause in ipairs(b.clauses) do
    clause.text = text_of(clause)
    clause.window = shape.first(clause.text, WINDOW)
    if clause.number then numbered = numbered + 1 end
  end
  return { title = title, number = signature.number, issuer = signature.issuer,
    issued = signature.issued, head = b.head, clauses = b.clauses, remarks = b.remarks,
    numbered = numbered }
end

-- ---- source.md -----------------------------------------------------------------------------

-- The clauses as source.md: one paragraph each, remarks behind them.
function split.source(found, title, note)
  local out = { "# " .. title, "", "> " .. note }
  for _, line in ipairs(found.head) do
    out[#out + 1] = ">"
    out[#out + 1] = "> " .. line
  end
  for _, clause in ipairs(found.clauses) do
    out[#out + 1] = ""
    for index, line in ipairs(clause.lines) do
      out[#out + 1] = index == 1 and "[" .. clause.id .. "] " .. line or guarded(line)
    end
    for _, line in ipairs(clause.after) do
      out[#out + 1] = ""
      out[#out + 1] = "> " .. line
    end
  end
  return table.concat(out, "\n") .. "\n"
end

return split
