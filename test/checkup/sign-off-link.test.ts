import t from 'tap';
import { findSignOff } from '../../src/checkup/protected-page.js';

const page = new URL('http://localhost:3000/profile');

t.test('a link signs off if a segment of its path says so', async (t) => {
  const rows: readonly (readonly [href: string, signsOff: boolean])[] = [
    ['/logout', true],
    ['/auth/sign-out', true],
    ['sign_off', true],
    ['/Account/LogOff?returnUrl=/', true],
    ['/logout.php', true],
    ['/signout/now', true],
    ['/catalog-offers', false],
    ['/design-office', false],
    ['/account/delete?next=/logout', false],
    ['#logout', false],
    ['https://elsewhere.example/logout', false],
  ];
  for (const [href, signsOff] of rows) {
    const expected = signsOff ? new URL(href, page).href : undefined;
    t.equal(findSignOff(`<a href="${href}">Sign off</a>`, page)?.url.href, expected, `link ${href}`);
    t.equal(findSignOff(`<form method="post" action="${href}"></form>`, page)?.url.href, expected, `form ${href}`);
  }
});
