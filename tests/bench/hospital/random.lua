-- Random numbers of our own (splitmix64): the same seed gives the same hospital with every
-- Lua. A stream has a name, so that a new plant does not change what the others draw.

local random = {}
random.__index = random

-- A hash of the name (FNV-1a) moves the seed.
function random.new(seed, name)
  local hash = 0xcbf29ce484222325
  for i = 1, #name do hash = (hash ~ name:byte(i)) * 0x100000001b3 end
  return setmetatable({ state = seed * 0x9e3779b97f4a7c15 ~ hash }, random)
end

function random:next()
  self.state = self.state + 0x9e3779b97f4a7c15
  local z = self.state
  z = (z ~ (z >> 30)) * 0xbf58476d1ce4e5b9
  z = (z ~ (z >> 27)) * 0x94d049bb133111eb
  return z ~ (z >> 31)
end

-- A whole number from first to last.
function random:int(first, last)
  return first + (self:next() >> 1) % (last - first + 1)
end

function random:pick(list) return list[self:int(1, #list)] end

-- True in `part` of `whole` cases.
function random:chance(part, whole) return self:int(1, whole) <= part end

-- `count` different entries of a list, in the order of drawing.
function random:sample(list, count)
  local pool, drawn = table.move(list, 1, #list, 1, {}), {}
  for i = 1, math.min(count, #list) do
    local at = self:int(i, #pool)
    pool[i], pool[at] = pool[at], pool[i]
    drawn[i] = pool[i]
  end
  return drawn
end

return random
