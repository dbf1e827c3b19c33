#!/usr/bin/env bats
# Rules that look at rows in Lua.
load ../cli/helper
load hostile

@test "each that returns a number, a text or a table costs its own item" {
  guilty a b c <<'END'
rule "bad.a" { on = "calls", each = function(row) return 1 end }
rule "bad.b" { on = "calls", each = function(row) return "true" end }
rule "bad.c" { on = "calls", each = function(row) return row end }
END
  judge
  only bad_a bad_b bad_c
  because bad_a 'each must return true, false or nil'
}

@test "each that breaks at one row costs its own item" {
  accuse each '^a script failed: rules/bad.lua:2: this row' <<'END'
rule "bad.each" { on = "calls", each = function(row)
  if row.days == 17 then error("this row") end
  return false
end }
END
}

@test "each that loops costs its own item" {
  accuse each "$loop_limit" <<'END'
rule "bad.each" { on = "calls", each = function(row)
  while row.days == 3 do pcall(function() while true do end end) end
  return false
end }
END
}

@test "each that loops a little at every row costs its own item" {
  accuse each "$loop_limit" <<'END'
rule "bad.each" { on = "calls", each = function(row)
  for i = 1, 5000000 do end
  return false
end }
END
}

@test "each with a pattern without an end is stopped by the clock" {
  accuse each "$clock_limit" <<'END'
rule "bad.each" { on = "calls", each = function(row)
  return row.days == 20 and ("a"):rep(40):find(("a*"):rep(30) .. "b") ~= nil
end }
END
}

@test "each that hoards costs its own item" {
  accuse each "$memory_limit" <<'END'
local hoard, s = {}, ("x"):rep(1000000)
rule "bad.each" { on = "calls", each = function(row)
  for i = 1, 20 do hoard[#hoard + 1] = s .. i end
  return false
end }
END
}

@test "a row holds its columns and nothing else" {
  guilty a b c d <<'END'
rule "bad.a" { on = "calls", each = function(row) return row.nothing == nil end }
rule "bad.b" { on = "calls", each = function(row) row.days = 1 return true end }
rule "bad.c" { on = "calls", each = function(row) for k in pairs(row) do end end }
rule "bad.d" { on = "calls", each = function(row) return row[row] end }
END
  judge
  only bad_a bad_b bad_c bad_d
  because bad_a '^a script failed: rules/bad.lua:1: the table calls has no column nothing'
}

@test "each that judges nothing leaves its rows unjudged" {
  guilty each <<'END'
rule "bad.each" { on = "calls", each = function(row) end }
END
  judge
  only bad_each
  because bad_each '20 rows could not be judged'
}
