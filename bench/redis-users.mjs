// Very many users, written into Redis as the mock writes them, but in bulk.
import { ask, createUsers, workerToken } from './jobs.mjs';

const environment = 'e0000000-0000-4000-8000-000000000001';

/** How many users a script makes at once. */
const portion = 2000;

/** KEYS: the users. ARGV: the first number and the last, the sequence of user0, the id without its end, values, text, kinds of the indexes. */
const copies = String.raw`
local base, values, kinds = KEYS[1], {}, ARGV[7]
for value in string.gmatch(ARGV[5] .. '\t', '(.-)\t') do values[#values + 1] = value end
for number = ARGV[1], ARGV[2] do
  local id, sequence, own = ARGV[4] .. string.format('%012d', number), ARGV[3] + number, {}
  for at, value in ipairs(values) do own[at] = string.gsub(value, '@N', number) end
  local text = string.gsub(string.gsub(ARGV[6], '@N', number), '@I', id)
  redis.call('HSET', base, id, string.format('%d', sequence) .. '\t\t' .. table.concat(own, '\t') .. '\n' .. text)
  redis.call('ZADD', base .. ':o', sequence, id)
  for at = 1, #kinds do
    if own[at] ~= '' and string.sub(kinds, at, at) == 'u' then redis.call('HSET', base .. ':u:' .. at, own[at], id)
    elseif own[at] ~= '' then redis.call('ZADD', base .. ':i:' .. at .. ':' .. own[at], sequence, id) end
  end
end
redis.call('SET', base .. ':n', string.format('%d', ARGV[3] + ARGV[2]))
`;

/** `user0`, `user1`… until an environment has so many. The mock makes the first one, which the others are copies of. */
export async function fillUsers({ admin }, { prefix, clients: [send] }, count) {
  await createUsers(send, 1);
  const base = `${prefix}:${environment}:users`;
  const id = await admin.hget(`${base}:u:1`, '=user0');
  const record = await admin.hget(base, id);
  const end = record.indexOf('\n');
  const [sequence, , ...values] = record.slice(0, end).split('\t');
  const marked = (text) => text.replaceAll(id, '@I').replaceAll('user0', 'user@N');
  const place = (await admin.smembers(`${prefix}:places`)).find((named) => named.startsWith(`${environment}\tusers\t`));
  const [, , kinds] = place.split('\t');
  const template = [sequence, id.slice(0, -12), marked(values.join('\t')), marked(record.slice(end + 1)), kinds];
  for (let first = 1; first < count; first += portion)
    await admin.eval(copies, 1, base, first, Math.min(first + portion, count) - 1, ...template);
}

/** The path of a page in the middle of all users: as the link of a first page, but with another user as its end. */
export async function middleOf({ admin }, { prefix, clients: [send] }, count) {
  const headers = { authorization: `Bearer ${await workerToken(send)}` };
  const { text } = await ask(send, { path: `/v1/environments/${environment}/users?limit=100`, headers });
  const next = new URL(JSON.parse(text)._links.next.href);
  const middle = Math.floor(count / 2);
  const [id, sequence] = await admin.zrange(`${prefix}:${environment}:users:o`, middle, middle, 'WITHSCORES');
  const [list] = Buffer.from(next.searchParams.get('cursor'), 'base64url').toString().split(' ');
  next.searchParams.set('cursor', Buffer.from(`${list} ${JSON.stringify([id, Number(sequence)])}`).toString('base64url'));
  return `${next.pathname}${next.search}`;
}
