-- What layouts print of a plan besides the record: its areas, standards, bases, times.

local schema = require "schema"

local digest = {}

-- The bases of an item as people cite them.
function digest.basis(plan, item)
  local lines = list {}
  local by_id = {}
  for _, basis in ipairs(plan.basis or {}) do by_id[basis.id] = basis end
  for _, citation in ipairs(item.basis or {}) do
    local basis = by_id[citation.id]
    local line = "《" .. basis.title .. "》"
    local article = citation.article or basis.article
    if article then line = line .. article end
    if basis.version then line = line .. "（" .. basis.version .. "）" end
    if basis.unconfirmed then line = line .. "（未核实）" end
    lines[#lines + 1] = line
  end
  return lines
end

-- { title, number, focus, items, phases, gates, parameters, facility, tables }
function digest.of(opened, facility)
  local plan = opened.plan
  local focus, items, phases = list {}, {}, list {}
  for _, area in ipairs(plan.focus or {}) do
    focus[#focus + 1] = { id = area.id, title = area.title, number = area.number }
  end
  for _, item in ipairs(plan.items) do
    items[item.id] = {
      text = item.text, basis = digest.basis(plan, item), owner = item.owner,
      measure = item.rectify and item.rectify.measure,
      within = item.rectify and item.rectify.within,
    }
  end
  for _, phase in ipairs(plan.phases or {}) do
    phases[#phases + 1] = { title = phase.title,
      when = phase.when or phase.from and (phase.from .. "至" .. (phase.to or "")) }
  end
  local gates = list {}
  for _, gate in ipairs(plan.closeout and plan.closeout.gates or {}) do
    gates[#gates + 1] = gate.title
  end
  local parameters = list {}
  for _, id in ipairs(plan.parameters.order) do
    local parameter = plan.parameters.of[id]
    parameters[#parameters + 1] = { title = parameter.title or id,
      unconfirmed = parameter.unconfirmed or false,
      value = type(parameter.value) ~= "table" and tostring(parameter.value) or nil,
      unit = parameter.unit, basis = parameter.basis }
  end
  local plain, tables = {}, {}
  for _, field in ipairs(schema.facility.fields) do plain[field[1]] = facility[field[1]] end
  for id, dataset in pairs(opened.tables.of) do tables[id] = dataset.title end
  return { title = plan.title, number = plan.number, issuer = plan.issuer,
    region = plan.region, focus = focus, items = items, phases = phases, gates = gates,
    parameters = parameters, facility = plain, tables = tables }
end

return digest
