-- The types that fields of files may have, as the schema writes them; read.lua has a
-- reader for each kind.

local kinds = {}

kinds.text = { kind = "text" }
kinds.id = { kind = "id" }
kinds.ids = { kind = "id", path = true } -- county/large-prescriptions
kinds.integer = { kind = "integer" }
kinds.number = { kind = "number" }
kinds.bool = { kind = "bool" }
kinds.when = { kind = "when" }
kinds.day = { kind = "day" }
kinds.clause = { kind = "clause" }
kinds.anything = { kind = "anything" }

function kinds.expression(of) return { kind = "expression", of = of } end
function kinds.word(list) return { kind = "word", words = list } end
function kinds.list(of) return { kind = "list", of = of } end
function kinds.texts() return kinds.list(kinds.text) end
function kinds.refs(to) return kinds.list({ kind = "ref", to = to }) end
function kinds.ref(to) return { kind = "ref", to = to } end
-- One id, or a list of them.
function kinds.some(to) return { kind = "list", of = kinds.ref(to), single = true } end
function kinds.map(of) return { kind = "map", of = of } end
-- A map whose keys are ids, because expressions or references name them.
function kinds.by_id(of) return { kind = "map", of = of, ids = true } end
function kinds.record(fields) return { kind = "record", fields = fields } end
-- A list whose entries a layer can change: each has an id, unique in the section.
function kinds.entries(fields)
  return { kind = "list", of = kinds.record(fields), named = true }
end

return kinds
