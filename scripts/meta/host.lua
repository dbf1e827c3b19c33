---@meta
-- What a rule file may call. Nobody runs this file: editors with a Lua language server
-- read it for completion and type checks. The manual is docs/rules.md; a test compares
-- this list with the sandbox.
--
-- Besides these there are the functions of Lua 5.4's own libraries that docs/rules.md
-- lists under «The sandbox»; no others.

---A number with decimals (`"12.50"`) or a day (`"2023-05-01"`), as a text.
---@alias Text string

---An expression: Lua's syntax over columns, `p.…`, `facility.…`, `answers.…`.
---@alias Expression string

---One other table, of which rows belong to each row.
---@class Join
---@field as string columns are then `as.column`
---@field table string the table's id
---@field on table<Expression, string> own expression = the joined table's column
---@field when? Expression which of the rows with this key are meant
---@field match? "one"|"inner"|"any"|"none" what becomes of none, one, several

---How often something has to be done.
---@class Quota
---@field per "once"|"year"|"half_year"|"quarter"|"month"|"week"
---@field at_least integer|Expression
---@field date string the column that says when

---@class Declaration
---@field on? string the table's id; not for `fail` and `check`
---@field among? Expression the population; all rows if it is left out
---@field where? Expression a row for which it is true is a hit
---@field group? Expression|Expression[] what makes a group
---@field having? Expression a group for which it is true is a hit
---@field sort? Expression|Expression[] the order of rows, for `prev` and `within`
---@field within? integer|Expression days that the rows of a window lie apart at most
---@field join? Join[]
---@field rate? Expression the share of rows for which it is true …
---@field above? Expression … is a hit above this
---@field below? Expression … or below this
---@field min_n? integer|Expression fewer cases are not judged
---@field quota? Quota
---@field fail? Expression true: a hit; on facility, answers and parameters
---@field count? string distinct values of this column are counted, not rows
---@field amount? Expression summed over the hits
---@field show? Expression|Expression[] what is listed of the first hits
---@field say? string the report's sentence, with {population}, {count}, {p.…}
---@field certainty? "certain"|"suspect"|"hint"
---@field level? Expression the certainty of one hit; lowers the rule's own
---@field tolerate? Expression the share of the population that may stay unjudged
---@field each? fun(row: Row): boolean? true: a hit; nil: cannot be judged
---@field check? fun(c: Context): Outcome
---@field cols? table<string, Expression> of a view: its columns, with aggregates
---@field titles? table<string, string> of a view: what people read above its columns
---@field value? Expression of a measure: its figure, with aggregates

---A row: `row.column`, and `row.name.column` of a join. Whole numbers are integers,
---decimals and dates texts, patients run-local names; what is missing is nil. It is gone
---after the call.
---@class Row
---@field [string] integer|string|boolean|Row|nil

---@class Context
---@field p table<string, any> parameters of the plan
---@field facility table<string, any> fields of facility.yaml
---@field answers table<string, any> by item; a spot check has checked, wrong and note
---@field period { from: Text?, to: Text? } the checked interval
---@field plan { issued: Text? }
---@field today Text the business date
---@field m table<string, integer|Text> measures of the file, by id
---@field views table<string, Row[]> views of the file, by name

---What `check` returns; made by the functions below.
---@class Outcome

---@class PassFigures
---@field population? integer

---@class ProblemFigures
---@field count? integer 1 if it is left out
---@field rows? integer
---@field population? integer
---@field amount? Text

---Declares a rule: `rule "file.name" { … }`. Only while the file is loaded.
---@param id string the file's name, a point, small letters, digits and _
---@return fun(declaration: Declaration)
function rule(id) end

---Declares a view, a table of groups: `view "name" { … }`.
---@param id string small letters, digits and _, without a point
---@return fun(declaration: Declaration)
function view(id) end

---Declares a measure, one figure: `measure "file.name" { … }`.
---@param id string as of a rule
---@return fun(declaration: Declaration)
function measure(id) end

---Nothing was found among so many.
---@param figures? PassFigures
---@return Outcome
function pass(figures) end

---A problem, in the words of the report.
---@param text string
---@param figures? ProblemFigures
---@return Outcome
function problem(text, figures) end

---It cannot be judged; the text says why.
---@param text string
---@return Outcome
function unknown(text) end

---It does not apply here; the text says why.
---@param text string
---@return Outcome
function not_applicable(text) end

---Marks a table as a list even when it is empty.
---@generic T
---@param entries T[]
---@return T[]
function list(entries) end

---Goes through a table in the order of its keys: numbers, texts by bytes, booleans.
---@generic K, V
---@param t table<K, V>
---@return fun(): K, V
function pairs(t) end

---The smallest key above `key`, and its value.
---@generic K, V
---@param t table<K, V>
---@param key? K
---@return K?, V?
function next(t, key) end

---Like Lua's, but a limit that was reached goes through.
---@param f function
---@param ... any
---@return boolean, any
function pcall(f, ...) end

---Texts of nil, booleans, numbers and texts; of other values only their type.
---@param value any
---@return string
function tostring(value) end

---At most 1 MiB.
---@param s string
---@param n integer
---@param separator? string
---@return string
function string.rep(s, n, separator) end

---Like Lua's, without %p and without tables.
---@param format string
---@param ... string|number|boolean|nil
---@return string
function string.format(format, ...) end
