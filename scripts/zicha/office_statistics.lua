-- The plan's 量化统计表 as an office fills it.

local office_statistics = {}

return office_statistics
