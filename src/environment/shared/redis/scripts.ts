/**
 * The steps that must be atomic. An INDEX is its number in its place, from 1 on. A collection at `base` is:
 *
 *   base                    hash: id → header LF text; the header is sequence TAB endsAt TAB value of each index TAB …
 *   base:o                  sorted set: id by sequence, or by the moment at which it ends
 *   base:n                  the last sequence
 *   base:u:INDEX            hash of a unique index: value → id
 *   base:i:INDEX:VALUE      sorted set of another index: id by sequence
 *
 * The log of an environment is a sorted set of number TAB text by number; beside it is how many bytes its texts have.
 *
 * A value is `=` and its text without tabs and line breaks, or empty where the record has none.
 *
 * `open` reads a place: environment TAB name TAB the kinds of its indexes, `u` for a unique one and `i` for another. Without an
 * environment, it is in that of the place before.
 */
const common = `
local base, place, kinds, environment
local function cut(record)
  local at = string.find(record, '\\n', 1, true)
  return string.sub(record, 1, at - 1)
end
local function fields(text)
  local found = {}
  for field in string.gmatch(text .. '\\t', '(.-)\\t') do found[#found + 1] = field end
  return found
end
local function open(text)
  local all = fields(text)
  if all[1] ~= '' then environment, place = all[1], text else place = environment .. text end
  base, kinds = prefix .. ':' .. environment .. ':' .. all[2], all[3]
end
local function isUnique(index) return string.sub(kinds, index, index) == 'u' end
local function keyOf(index, value)
  if isUnique(index) then return base .. ':u:' .. index end
  return base .. ':i:' .. index .. ':' .. value
end
local function leave(id, index, value)
  if value == '' or value == nil then return end
  if isUnique(index) then redis.call('HDEL', keyOf(index), value)
  else redis.call('ZREM', keyOf(index, value), id) end
end
local function enter(id, index, value, sequence)
  if value == '' or value == nil then return end
  if isUnique(index) then redis.call('HSET', keyOf(index), value, id)
  else redis.call('ZADD', keyOf(index, value), sequence, id) end
end
local function drop(id)
  local record = redis.call('HGET', base, id)
  redis.call('ZREM', base .. ':o', id)
  if not record then return nil end
  local header = fields(cut(record))
  for i = 1, #kinds do leave(id, i, header[i + 2]) end
  redis.call('HDEL', base, id)
  return record
end
local function sweep(now)
  while true do
    local over = redis.call('ZRANGEBYSCORE', base .. ':o', '-inf', now, 'LIMIT', 0, 500)
    for _, id in ipairs(over) do drop(id) end
    if #over < 500 then return end
  end
end
-- Each with its id in front.
local function records(ids)
  local found = {}
  for i, id in ipairs(ids) do found[i] = id .. '\\n' .. redis.call('HGET', base, id) end
  return found
end
`;

/** The steps that may go out together. Each is a function of its arguments; `announced` is the escaped id, or empty. */
const steps = `
local version = prefix .. ':version'
local steps = {}
local function announce(announced, kind, sequence, text)
  if announced == '' then return 0 end
  local number = redis.call('INCR', version)
  local all = fields(place)
  local message = { number, sequence, all[1], all[2], kind, announced }
  redis.call('PUBLISH', prefix .. ':changes:' .. database, table.concat(message, '\\t') .. '\\n' .. text)
  return number
end
-- Those with this value of an index that were put first, where there are more than so many.
local function overfull(index, value, most)
  local key = keyOf(index, value)
  local many = redis.call('ZCARD', key) - tonumber(most)
  if many <= 0 then return {} end
  return redis.call('ZRANGE', key, 0, many - 1)
end
function steps.put(id, text, given, announced, now, endsAt, cap, full, most)
  local values = fields(given)
  if now then sweep(now) end
  for i = 1, #kinds do
    if isUnique(i) and values[i] ~= '' then
      local holder = redis.call('HGET', keyOf(i), values[i])
      if holder and holder ~= id then return { 0, i, holder } end
    end
  end
  local old = redis.call('HGET', base, id)
  if now then
    if endsAt == '' then
      drop(id)
      return { 1, 0 }
    end
    while not old and redis.call('ZCARD', base .. ':o') >= tonumber(cap) do
      drop(redis.call('ZRANGE', base .. ':o', 0, 0)[1])
    end
  end
  local before = old and fields(cut(old)) or {}
  local sequence = before[1]
  if not sequence then
    sequence = redis.call('INCR', base .. ':n')
    if sequence == 1 then redis.call('SADD', prefix .. ':places', place) end
  end
  for i = 1, #kinds do
    if before[i + 2] ~= values[i] then
      leave(id, i, before[i + 2])
      enter(id, i, values[i], sequence)
    end
  end
  redis.call('HSET', base, id, sequence .. '\\t' .. (endsAt or '') .. '\\t' .. given .. '\\n' .. text)
  if now then redis.call('ZADD', base .. ':o', endsAt, id)
  elseif not old then redis.call('ZADD', base .. ':o', sequence, id) end
  local answer = { 1, announce(announced, 'put', sequence, text) }
  local value = full and values[tonumber(full)]
  if value and value ~= '' then
    for _, each in ipairs(overfull(full, value, most)) do
      drop(each)
      answer[#answer + 1] = each
    end
  end
  return answer
end
function steps.take(id, announced, now)
  if now then sweep(now) end
  local record = drop(id)
  if not record then return { 0 } end
  return { announce(announced, 'take', 0, ''), record }
end
function steps.get(id) return redis.call('HGET', base, id) end
function steps.find(index, value)
  if not isUnique(index) then return records(redis.call('ZRANGE', keyOf(index, value), 0, -1)) end
  local id = redis.call('HGET', keyOf(index), value)
  return id and records({ id }) or {}
end
function steps.count(index, value)
  if not index then return redis.call('ZCARD', base .. ':o') end
  if isUnique(index) then return redis.call('HEXISTS', keyOf(index), value) end
  return redis.call('ZCARD', keyOf(index, value))
end
function steps.window(from, limit, backwards, index, value)
  if index and isUnique(index) then
    local id = redis.call('HGET', keyOf(index), value)
    local sequence = id and tonumber(redis.call('ZSCORE', base .. ':o', id))
    local fits = sequence and ((backwards == '1' and sequence <= tonumber(from)) or (backwards ~= '1' and sequence > tonumber(from)))
    return fits and records({ id }) or {}
  end
  local key = index and keyOf(index, value) or (base .. ':o')
  if backwards == '1' then return records(redis.call('ZREVRANGEBYSCORE', key, from, '-inf', 'LIMIT', 0, limit)) end
  return records(redis.call('ZRANGEBYSCORE', key, '(' .. from, '+inf', 'LIMIT', 0, limit))
end
function steps.takeAll(index, value, now)
  sweep(now)
  local found = steps.find(tonumber(index), value)
  for _, record in ipairs(found) do drop(string.match(record, '[^\\n]*')) end
  return found
end
function steps.sweep(now)
  sweep(now)
  return 0
end
function steps.append(environment, most, mostBytes, startsOver, ...)
  local log = prefix .. ':' .. environment .. ':log'
  local size = log .. ':bytes'
  if startsOver == '1' then redis.call('DEL', log, size) end
  local bytes = tonumber(redis.call('GET', size) or 0)
  local number
  for _, text in ipairs({ ... }) do
    number = redis.call('INCR', prefix .. ':log-number')
    redis.call('ZADD', log, number, number .. '\\t' .. text)
    bytes = bytes + #text
  end
  local count = redis.call('ZCARD', log)
  while count > 1 and (count > tonumber(most) or bytes > tonumber(mostBytes)) do
    local oldest = redis.call('ZPOPMIN', log)[1]
    bytes = bytes - #oldest + string.find(oldest, '\\t', 1, true)
    count = count - 1
  end
  redis.call('SET', size, bytes)
  redis.call('PUBLISH', prefix .. ':grown:' .. database, environment)
  return number
end
function steps.entries(environment, after, limit)
  return redis.call('ZRANGEBYSCORE', prefix .. ':' .. environment .. ':log', '(' .. after, '+inf', 'LIMIT', 0, limit)
end
function steps.lock(name, owner, milliseconds)
  if not redis.call('SET', prefix .. ':lock:' .. name, owner, 'PX', milliseconds, 'NX') then return -1 end
  return tonumber(redis.call('GET', version) or 0)
end
function steps.keep(name, owner, milliseconds)
  local key = prefix .. ':lock:' .. name
  if redis.call('GET', key) ~= owner then return 0 end
  return redis.call('PEXPIRE', key, milliseconds)
end
function steps.unlock(name, owner)
  local key = prefix .. ':lock:' .. name
  if redis.call('GET', key) == owner then return redis.call('DEL', key) end
  return 0
end
-- A step that writes, after pairs of a lock and who must hold it; without any, those of the fenced step before.
local fences
function steps.fenced(name, many, ...)
  local all, from = { ... }, 2 * tonumber(many)
  if from > 0 then fences = { unpack(all, 1, from) } end
  for i = 1, #fences, 2 do
    if redis.call('GET', prefix .. ':lock:' .. fences[i]) ~= fences[i + 1] then error('FENCED', 0) end
  end
  return steps[name](unpack(all, from + 1))
end
local replies, at = {}, 1
while at <= #ARGV do
  local name, last = ARGV[at], at + 2 + tonumber(ARGV[at + 1])
  if ARGV[at + 2] ~= '' then open(ARGV[at + 2]) end
  local isDone, reply = pcall(steps[name], unpack(ARGV, at + 3, last))
  if isDone then replies[#replies + 1] = reply
  else replies[#replies + 1] = redis.error_reply(type(reply) == 'table' and reply.err or tostring(reply)) end
  at = last + 1
end
return replies
`;

/** Removes up to 500 records; returns how many are left. ARGV: the place. */
const clear = `
open(ARGV[1])
for _, id in ipairs(redis.call('ZRANGE', base .. ':o', 0, 499)) do drop(id) end
local left = redis.call('ZCARD', base .. ':o')
if left == 0 then redis.call('DEL', base, base .. ':o', base .. ':n') end
return left
`;

/**
 * The scripts by name. They have prefix and database in them, so that no command sends these again. The arguments of `mockSteps` are
 * those of each step: name, number of arguments, place or nothing, arguments. It returns a reply for each step.
 */
export function scriptsFor(prefix: string, database: number): Readonly<Record<ScriptName, { lua: string; numberOfKeys: number }>> {
  const own = `local prefix, database = ${JSON.stringify(prefix)}, '${database}'`;
  return {
    mockSteps: { lua: own + common + steps, numberOfKeys: 0 },
    mockClear: { lua: own + common + clear, numberOfKeys: 0 },
  };
}

export type ScriptName = 'mockSteps' | 'mockClear';
export type StepName =
  | ('put' | 'take' | 'takeAll' | 'get' | 'find' | 'count' | 'window' | 'sweep')
  | ('append' | 'entries')
  | ('lock' | 'keep' | 'unlock' | 'fenced');
