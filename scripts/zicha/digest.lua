-- What layouts print of a plan besides the record: its areas, standards, bases, times.

local library = require "library"
local schema = require "schema"

local digest = {}

-- What the rule library gives as the bases of an item's rules.
local function basis_of_rules(opened, item)
  local lines, seen = list {}, {}
  for _, id in ipairs(item.rules or {}) do
    local rule = library.rule(opened, id)
    for _, line in ipairs(rule and library.basis(rule) or {}) do
      if not seen[line] then
        seen[line] = true
        lines[#lines + 1] = line
      end
    end
  end
  return lines
end

-- The bases of an item as people cite them; of one that names none those of its rules.
function digest.basis(opened, item)
  local lines = list {}
  local by_id = {}
  if not item.basis or #item.basis == 0 then return basis_of_rules(opened, item) end
  for _, basis in ipairs(opened.plan.basis or {}) do by_id[basis.id] = basis end
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

-- { title, number, focus, items, phases, gates, parameters, blanks, facility, tables, duties,
-- statistics };
-- blanks are those of the rule library, which are nobody's unless a rule reads them.
function digest.of(opened, facility)
  local plan = opened.plan
  local focus, items, phases = list {}, {}, list {}
  for _, area in ipairs(plan.focus or {}) do
    focus[#focus + 1] = { id = area.id, title = area.title, number = area.number }
  end
  for _, item in ipairs(plan.items) do
    items[item.id] = {
      text = item.text, basis = digest.basis(opened, item), owner = item.owner,
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
  local duties = list {}
  for _, duty in ipairs(plan.duties or {}) do
    duties[#duties + 1] = { id = duty.id, artefact = duty.artefact, every = duty.every,
      window = duty.window }
  end
  local table_of = plan.statistics or {}
  local parameters, shown, blanks = list {}, library.trimmed(plan).parameters, list {}
  for _, id in ipairs(shown.order) do
    local parameter = shown.of[id]
    if parameter.blank and library.is_default(parameter) then
      blanks[#blanks + 1] = { key = "value",
        text = (parameter.title or id) .. "：" .. parameter.blank }
    end
    parameters[#parameters + 1] = { title = parameter.title or id,
      unconfirmed = parameter.unconfirmed or false,
      value = type(parameter.value) ~= "table" and tostring(parameter.value) or nil,
      unit = parameter.unit, basis = parameter.basis }
  end
  local plain, tables = {}, {}
  for _, field in ipairs(schema.facility.fields) do plain[field[1]] = facility[field[1]] end
  for id, dataset in pairs(opened.tables.of) do
    if not dataset.reference then tables[id] = dataset.title end
  end
  return { title = plan.title, number = plan.number, issuer = plan.issuer,
    region = plan.region, focus = focus, items = items, phases = phases, gates = gates,
    parameters = parameters, blanks = blanks, facility = plain, tables = tables, duties = duties,
    statistics = { title = table_of.title, unknown = table_of.unknown } }
end

return digest
