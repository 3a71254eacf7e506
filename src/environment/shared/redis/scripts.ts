/**
 * The steps that must be atomic. A collection at `base` is:
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
 */
const common = `
local base = KEYS[1]
local function cut(record)
  local at = string.find(record, '\\n', 1, true)
  return string.sub(record, 1, at - 1)
end
local function fields(text)
  local found = {}
  for field in string.gmatch(text .. '\\t', '(.-)\\t') do found[#found + 1] = field end
  return found
end
local function leave(id, index, value)
  if value == '' or value == nil then return end
  local name = string.sub(index, 2)
  if string.sub(index, 1, 1) == 'u' then redis.call('HDEL', base .. ':u:' .. name, value)
  else redis.call('ZREM', base .. ':i:' .. name .. ':' .. value, id) end
end
local function enter(id, index, value, sequence)
  if value == '' or value == nil then return end
  local name = string.sub(index, 2)
  if string.sub(index, 1, 1) == 'u' then redis.call('HSET', base .. ':u:' .. name, value, id)
  else redis.call('ZADD', base .. ':i:' .. name .. ':' .. value, sequence, id) end
end
local function drop(id, indexes)
  local record = redis.call('HGET', base, id)
  redis.call('ZREM', base .. ':o', id)
  if not record then return nil end
  local header = fields(cut(record))
  for i, index in ipairs(indexes) do leave(id, index, header[i + 2]) end
  redis.call('HDEL', base, id)
  return record
end
local function sweep(now, indexes)
  while true do
    local over = redis.call('ZRANGEBYSCORE', base .. ':o', '-inf', now, 'LIMIT', 0, 500)
    for _, id in ipairs(over) do drop(id, indexes) end
    if #over < 500 then return end
  end
end
local function announce(version, channel, sequence, message, text)
  if channel == '' then return 0 end
  local number = redis.call('INCR', version)
  redis.call('PUBLISH', channel, number .. '\\t' .. sequence .. '\\t' .. message .. '\\n' .. text)
  return number
end
local function spec(text) if text == '' then return {} end return fields(text) end
`;

/** KEYS: base, version, places. ARGV: id, text, indexes, values, now, endsAt, cap, place, channel, message. */
const put = `
local id, text, now, endsAt, cap = ARGV[1], ARGV[2], ARGV[5], ARGV[6], ARGV[7]
local indexes, values = spec(ARGV[3]), fields(ARGV[4])
if now ~= '' then sweep(now, indexes) end
for i, index in ipairs(indexes) do
  if string.sub(index, 1, 1) == 'u' and values[i] ~= '' then
    local holder = redis.call('HGET', base .. ':u:' .. string.sub(index, 2), values[i])
    if holder and holder ~= id then return { 0, string.sub(index, 2), holder } end
  end
end
local old = redis.call('HGET', base, id)
if now ~= '' then
  if endsAt == '' then
    drop(id, indexes)
    return { 1, 0 }
  end
  while not old and redis.call('ZCARD', base .. ':o') >= tonumber(cap) do
    drop(redis.call('ZRANGE', base .. ':o', 0, 0)[1], indexes)
  end
end
local before = old and fields(cut(old)) or {}
local sequence = before[1]
if not sequence then
  sequence = redis.call('INCR', base .. ':n')
  if sequence == 1 then redis.call('SADD', KEYS[3], ARGV[8]) end
end
for i, index in ipairs(indexes) do
  if before[i + 2] ~= values[i] then
    leave(id, index, before[i + 2])
    enter(id, index, values[i], sequence)
  end
end
redis.call('HSET', base, id, sequence .. '\\t' .. endsAt .. '\\t' .. ARGV[4] .. '\\n' .. text)
if now ~= '' then redis.call('ZADD', base .. ':o', endsAt, id)
elseif not old then redis.call('ZADD', base .. ':o', sequence, id) end
return { 1, announce(KEYS[2], ARGV[9], sequence, ARGV[10], text) }
`;

/** KEYS: base, version. ARGV: id, indexes, now, channel, message. */
const take = `
local indexes = spec(ARGV[2])
if ARGV[3] ~= '' then sweep(ARGV[3], indexes) end
local record = drop(ARGV[1], indexes)
if not record then return { 0 } end
return { announce(KEYS[2], ARGV[4], 0, ARGV[5], ''), record }
`;

/** KEYS: base. ARGV: indexes, now. */
const sweep = `
sweep(ARGV[2], spec(ARGV[1]))
return 0
`;

/** KEYS: base. ARGV: u or i, name, value. */
const find = `
local ids
if ARGV[1] == 'u' then
  local id = redis.call('HGET', base .. ':u:' .. ARGV[2], ARGV[3])
  ids = id and { id } or {}
else ids = redis.call('ZRANGE', base .. ':i:' .. ARGV[2] .. ':' .. ARGV[3], 0, -1) end
local records = {}
for i, id in ipairs(ids) do records[i] = redis.call('HGET', base, id) end
return records
`;

/** KEYS: base. ARGV: '', u or i, name, value, from, limit, backwards. */
const window = `
local ids
local from, limit, backwards = ARGV[4], ARGV[5], ARGV[6] == '1'
if ARGV[1] == 'u' then
  local id = redis.call('HGET', base .. ':u:' .. ARGV[2], ARGV[3])
  local sequence = id and tonumber(redis.call('ZSCORE', base .. ':o', id))
  local fits = sequence and ((backwards and sequence <= tonumber(from)) or (not backwards and sequence > tonumber(from)))
  ids = fits and { id } or {}
else
  local key = ARGV[1] == 'i' and (base .. ':i:' .. ARGV[2] .. ':' .. ARGV[3]) or (base .. ':o')
  if backwards then ids = redis.call('ZREVRANGEBYSCORE', key, from, '-inf', 'LIMIT', 0, limit)
  else ids = redis.call('ZRANGEBYSCORE', key, '(' .. from, '+inf', 'LIMIT', 0, limit) end
end
local records = {}
for i, id in ipairs(ids) do records[i] = redis.call('HGET', base, id) end
return records
`;

/** Removes up to 500 records; returns how many are left. KEYS: base. ARGV: indexes as they were when the records were put. */
const clear = `
local indexes = spec(ARGV[1])
for _, id in ipairs(redis.call('ZRANGE', base .. ':o', 0, 499)) do drop(id, indexes) end
local left = redis.call('ZCARD', base .. ':o')
if left == 0 then redis.call('DEL', base, base .. ':o', base .. ':n') end
return left
`;

/** KEYS: log, its bytes, the last number. ARGV: entries, bytes, startsOver, channel, environment, texts. */
const append = `
local log, size, most = KEYS[1], KEYS[2], tonumber(ARGV[2])
if ARGV[3] == '1' then redis.call('DEL', log, size) end
local bytes = tonumber(redis.call('GET', size) or 0)
local number
for i = 6, #ARGV do
  number = redis.call('INCR', KEYS[3])
  redis.call('ZADD', log, number, number .. '\\t' .. ARGV[i])
  bytes = bytes + #ARGV[i]
end
local count = redis.call('ZCARD', log)
while count > 1 and (count > tonumber(ARGV[1]) or bytes > most) do
  local oldest = redis.call('ZPOPMIN', log)[1]
  bytes = bytes - #oldest + string.find(oldest, '\\t', 1, true)
  count = count - 1
end
redis.call('SET', size, bytes)
redis.call('PUBLISH', ARGV[4], ARGV[5])
return number
`;

/** KEYS: lock, version. ARGV: owner, milliseconds. */
const lock = `
if not redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2], 'NX') then return -1 end
return tonumber(redis.call('GET', KEYS[2]) or 0)
`;

/** KEYS: lock. ARGV: owner, milliseconds. */
const keep = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/** KEYS: lock. ARGV: owner. */
const unlock = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;

/** The scripts by name, with how many keys each has. */
export const scripts = {
  mockPut: { lua: common + put, numberOfKeys: 3 },
  mockTake: { lua: common + take, numberOfKeys: 2 },
  mockSweep: { lua: common + sweep, numberOfKeys: 1 },
  mockFind: { lua: common + find, numberOfKeys: 1 },
  mockWindow: { lua: common + window, numberOfKeys: 1 },
  mockClear: { lua: common + clear, numberOfKeys: 1 },
  mockAppend: { lua: append, numberOfKeys: 3 },
  mockLock: { lua: lock, numberOfKeys: 2 },
  mockKeep: { lua: keep, numberOfKeys: 1 },
  mockUnlock: { lua: unlock, numberOfKeys: 1 },
} as const;

export type ScriptName = keyof typeof scripts;
