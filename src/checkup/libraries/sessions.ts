import type { Library } from './library.js';

const readable = ['cookie-readable'];
const sameSite = ['cookie-same-site'];
const secure = ['cookie-secure'];
const fixation = ['session-fixation'];

/** What keeps an application's own session. */
export const sessionLibraries: readonly Library[] = [
  {
    name: 'express-session',
    docs: 'https://github.com/expressjs/session#readme',
    signs: { declared: /^package\.json express-session@/, cookie: /^connect\.sid$/ },
    fixes: [
      { cases: fixation, line: 'request.session.regenerate(next), once the person is signed on' },
      { cases: readable, line: 'session({ cookie: { httpOnly: true }, … })' },
      { cases: sameSite, line: "session({ cookie: { sameSite: 'lax' }, … })" },
      { cases: secure, line: "session({ cookie: { secure: 'auto' }, … })" },
    ],
  },
  {
    name: 'cookie-session',
    docs: 'https://github.com/expressjs/cookie-session#readme',
    signs: { declared: /^package\.json cookie-session@/ },
    fixes: [
      { cases: readable, line: 'cookieSession({ httpOnly: true, … })' },
      { cases: sameSite, line: "cookieSession({ sameSite: 'lax', … })" },
      { cases: secure, line: 'cookieSession({ secure: true, … })' },
    ],
  },
  {
    name: 'Django',
    docs: 'https://docs.djangoproject.com/en/stable/ref/settings/#sessions',
    signs: { declared: /^(requirements\.txt|pyproject\.toml) .*\bdjango\b/i, cookie: /^sessionid$/ },
    fixes: [
      { cases: fixation, line: 'request.session.cycle_key()', docs: 'https://docs.djangoproject.com/en/stable/topics/http/sessions/' },
      { cases: readable, line: 'SESSION_COOKIE_HTTPONLY = True' },
      { cases: sameSite, line: "SESSION_COOKIE_SAMESITE = 'Lax'" },
      { cases: secure, line: 'SESSION_COOKIE_SECURE = True' },
    ],
  },
  {
    name: 'Flask',
    docs: 'https://flask.palletsprojects.com/en/stable/config/',
    signs: { declared: /^(requirements\.txt|pyproject\.toml) .*\bflask\b/i },
    fixes: [
      { cases: readable, line: 'SESSION_COOKIE_HTTPONLY = True' },
      { cases: sameSite, line: "SESSION_COOKIE_SAMESITE = 'Lax'" },
      { cases: secure, line: 'SESSION_COOKIE_SECURE = True' },
    ],
  },
  {
    name: 'PHP',
    docs: 'https://www.php.net/manual/en/session.configuration.php',
    signs: { cookie: /^PHPSESSID$/ },
    fixes: [
      { cases: fixation, line: 'session_regenerate_id(true);', docs: 'https://www.php.net/manual/en/function.session-regenerate-id.php' },
      { cases: readable, line: 'session.cookie_httponly = 1' },
      { cases: sameSite, line: 'session.cookie_samesite = Lax' },
      { cases: secure, line: 'session.cookie_secure = 1' },
    ],
  },
];
