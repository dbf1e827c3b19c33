#!/usr/bin/env bats
# What check functions see of what their file computes, and what becomes of their verdicts
# when that is not whole.
load helper

@test "check functions see measures and views, and what they acquit by figures that are not whole is open" {
  make_package p <<'END'
- {id: total, title: 合计, kind: data, rules: [own.total]}
- {id: alias, title: 别名, kind: data, rules: [own.alias]}
- {id: every, title: 逐一, kind: data, rules: [own.every]}
- {id: none, title: 无关, kind: data, rules: [own.none]}
END
  write_rule p own <<'END'
view "own_doctor" { on = "rx_lines", group = "doctor_id", cols = { n = "count()" } }
measure "own.lines" { on = "rx_lines", value = "count()" }
rule "own.total" { check = function(c)
  if c.m["own.lines"] == nil then return unknown("没有数据") end
  if c.m["own.lines"] > 2 then return problem("超过2行") end
  return pass { population = c.m["own.lines"] }
end }
rule "own.alias" { check = function(c)
  local views = c.views
  for _, row in ipairs(views.own_doctor or {}) do
    if row.n > 1 then return problem("医师" .. row.doctor_id) end
  end
  return pass { population = #(views.own_doctor or {}) }
end }
rule "own.every" { check = function(c)
  local names = 0
  for name, rows in pairs(c.views) do names = names + #rows end
  for name, value in pairs(c.m) do names = names + value end
  return names > 0 and pass { population = names } or unknown("空")
end }
rule "own.none" { check = function(c) return pass { population = 1 } end }
END
  make_facility
  zicha init w --plan p --facility facility.yaml >/dev/null
  [ "$(item w total .status)" = undetermined ]
  [ "$(item w none .status)" = pass ]
  printf '处方号,处方日期,医师工号\nA,2023-05-01,D1\nB,2023-05-01,D2\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  [ "$(item w total .status)" = pass ]
  [ "$(item w alias .status)" = pass ]
  [ "$(item w every .population)" = 4 ]
  printf 'C,2023-05-01,D2\n' >>rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  [ "$(item w total .status)" = problem ]
  [ "$(item w alias .status)" = problem ]
  printf '处方号,处方日期,医师工号\nA,2023-05-01,D1\nB,2023-05-01,\n' >rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  [ "$(item w total .status)" = pass ]
  [ "$(item w alias .status)" = undetermined ]
  [ "$(item w none .status)" = pass ]
  printf 'C\n' >>rx.csv
  zicha -C w import rx_lines rx.csv >/dev/null
  [ "$(item w total .status)" = undetermined ]
  run zicha -C w --today 2023-06-30 check --from 2023-01-01 --to 2023-12-31 --format json
  [ "$(jq -r '.items[] | select(.id == "none") | .status' <<<"$output")" = pass ]
}
