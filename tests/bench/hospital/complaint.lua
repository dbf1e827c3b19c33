-- Complaints (domain COM-*).

local complaint = {}

local function add(entry) complaint[#complaint + 1] = entry end

add {
  rule = "complaint.late",
  plant = function(h, n)
    for i = 1, n do h:complaint { real = true, replied = 60 + i } end
    return n
  end,
  near = function(h, n)
    for i = 1, n do
      h:complaint { real = true, replied = 60 }
      h:complaint { replied = 61 + i } -- nobody said who it was
      h:complaint { replied = false }
      h:complaint { real = true, day = h.year.to - 52, replied = false } -- sixty days ago
    end
  end,
  sql = [[
    SELECT rowid FROM complaints WHERE real_name = '是' AND julianday(CASE replied_at WHEN ''
      THEN '2024-01-08' ELSE replied_at END) - julianday(received_at) > 60]],
}

add {
  rule = "complaint.reply_rate",
  plant = function(h, n)
    for i = 1, n do
      h:complaint { real = true, day = h.year.to - 52 - i, replied = false }
    end
    return 1, { ["complaint.late"] = n }
  end,
  near = function() end, -- all others have their reply, or time for it
  sql = [[
    SELECT 1 FROM (SELECT count(*) AS due, sum(replied_at <> '') AS replied FROM complaints
      WHERE real_name = '是' AND (replied_at <> ''
        OR julianday('2024-01-08') - julianday(received_at) > 60)) WHERE replied < due]],
}

return complaint
