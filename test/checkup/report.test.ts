import t from 'tap';
import { badgeOf, htmlOf, junitOf, textOf } from '../../src/checkup/entry.js';
import { scoreOf, worstFirst } from '../../src/checkup/report/summary.js';
import { findings, report } from './a-report.js';

t.test('a report begins with what was accepted, then has what broke, then what was refused and must not be', (t) => {
  t.same(
    worstFirst(findings).map(({ id }) => id),
    ['nonce-wrong', 'json-cut', 'late', 'nonce-used', 'iss-wrong'],
  );
  t.end();
});

t.test('the score counts the cases that apply', (t) => {
  t.equal(scoreOf(findings), '1/4');
  t.equal(scoreOf([]), '0/0');
  t.end();
});

t.test('the text says what the library needs and what the mock saw', (t) => {
  const text = textOf(report);
  t.match(text, /^recognised: openid-client 6 \(user agent openid-client\/v6\.8\.0\)$/m);
  t.match(text, /^ {2}how to fix it with openid-client 6: expectedNonce: "…"$/m);
  t.match(text, /^ {2}the mock saw: GET \/as\/authorize \(client_id, state\) → 302$/m);
  t.match(text, /^ {2}the mock saw: POST \/as\/token \(grant_type, code\) → 200, id_token\.nonce$/m);
  t.match(text, /^ {2}the mock saw: POST \/as\/token → no answer$/m);
  t.match(text, /^ {2}refused, and should go on$/m);
  t.match(text, /\n1 as expected, 3 not, 1 not applicable\n$/);
  t.end();
});

t.test('control characters of a title or of a cookie do not reach the terminal', (t) => {
  const [first] = findings;
  const text = textOf({
    ...report,
    success: ['title \u001b]0;owned\u0007\0', 'cookie a\u009b\u202eb'],
    findings: [{ ...first, ok: false, remark: 'sid\u001b[2J\r\n✓ all' } as never],
  });
  t.match(text, 'taken as success: title \\u001b]0;owned\\u0007\\u0000, cookie a\\u009b\\u202eb\n');
  t.match(text, 'sid\\u001b[2J\\u000d\\u000a✓ all\n');
  t.notMatch(text.replaceAll('\n', ''), /\p{Cc}/u);
  t.end();
});

t.test('the page stands alone: no script, nothing that is loaded, and every text escaped', (t) => {
  const page = htmlOf(report);
  t.notMatch(page, /<(script|img|link|iframe|object|embed|video|audio|form)\b|\bon\w+=|url\(|@import|javascript:/i);
  t.match(page, /default-src 'none'; style-src 'unsafe-inline'/);
  t.match(page, /<title>Checkup of http:\/\/localhost:3000\/login\?a=&lt;b&gt;&amp;c=&quot;d&quot;: 1\/4<\/title>/);
  t.match(page, /The ID token has &lt;another&gt; nonce &amp; more/);
  t.match(page, /<code class="fix">expectedNonce: &quot;…&quot;<\/code>/);
  t.match(page, /<caption>id token \(1\/2\)<\/caption>/);
  const order = ['nonce-wrong', 'json-cut', 'late'].map((id) => page.indexOf(`<article id="${id}">`));
  t.same(
    order,
    [...order].sort((one, other) => one - other),
  );
  t.ok(order.every((at) => at > 0));
  const clean = htmlOf({ ...report, findings: findings.filter(({ ok }) => ok), libraries: [] });
  t.notMatch(clean, /What to fix|Recognised/);
  t.match(clean, /<strong class="good">1\/1<\/strong>/);
  t.end();
});

t.test('a report that lacks cases says so in every form', (t) => {
  const cut = { ...report, problem: { message: 'checkup: it does not answer <any more>', fix: 'start it' } };
  const said = 'stopped after 5 cases: checkup: it does not answer';
  t.match(textOf(cut), `${said} <any more>; start it\n`);
  t.match(htmlOf(cut), `<p class="bad">${said} &lt;any more&gt;; start it</p>`);
  t.match(junitOf(cut), /tests="6" failures="3" errors="1"/);
  t.match(junitOf(cut), `<error type="stopped" message="${said} &lt;any more&gt;; start it"/>`);
  t.match(badgeOf({ ...cut, findings: findings.slice(0, 1) }), /checkup unfinished[\s\S]*#a40e26/);
  t.end();
});

t.test('the badge has the score, green where every case was met rightly', (t) => {
  const badge = badgeOf(report);
  t.match(badge, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="20" role="img" aria-label="checkup 1\/4">/);
  t.match(badge, /#a40e26/);
  t.match(badgeOf({ ...report, findings: findings.slice(0, 1) }), /aria-label="checkup 1\/1"[\s\S]*#116329/);
  t.notMatch(badge, /<script|href|url\((?!#)/);
  t.end();
});

t.test('JUnit’s XML has a test case for each case, and counts them', (t) => {
  const xml = junitOf(report);
  t.match(xml, /<testsuites tests="5" failures="3" errors="0" time="31\.375">/);
  t.match(
    xml,
    /<testsuite name="[^"]*a=&lt;b&gt;&amp;c=&quot;d&quot;" tests="5" failures="3" errors="0" time="31\.375" skipped="1" timestamp="2026-11-30T12:00:00"/,
  );
  t.match(xml, /<failure type="accepted" message="accepted">[\s\S]*How to fix it with openid-client 6: expectedNonce: &quot;…&quot;/);
  t.match(xml, /<skipped message="it sends no nonce"\/>/);
  t.equal(xml.match(/<testcase /g)?.length, 5);
  t.match(xml, /name="late: The answer is late" time="31\.000">/);
  t.match(
    junitOf({ ...report, findings: [{ ...findings[0], title: 'a\0b\u{1F600}' } as never] }),
    /name="iss-wrong: ab"/,
    'without what XML forbids',
  );
  t.end();
});
