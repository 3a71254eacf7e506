import t from 'tap';
import { withSeedMembers } from '../../src/configuration/applications/usual.js';

/** The form for a new application and a seed complete an application of a type in the same way. */

type Members = Readonly<Record<string, unknown>>;

const page = new URL('../../../src/inspector/pages/application-types.js', import.meta.url).href;
const { applicationTypes } = (await import(page)) as { applicationTypes: Readonly<Record<string, Members>> };

/** Types that a seed describes in full: it adds nothing but that they are enabled. */
const described = ['AI_AGENT', 'PORTAL_LINK_APP'];

t.test('each type of application gets the same members from the page as from a seed', async (t) => {
  t.same(
    Object.keys(applicationTypes).filter((type) => withSeedMembers({ type }).grantTypes === undefined),
    described,
    'no other type is without usual members',
  );
  for (const [type, { purpose, pkce: pkceEnforcement, ...members }] of Object.entries(applicationTypes)) {
    t.type(purpose, 'string');
    if (described.includes(type)) continue;
    const { enabled: _, type: __, protocol, ...usual } = withSeedMembers({ type });
    t.equal(protocol, 'OPENID_CONNECT');
    // Without the member, PingOne's default is OPTIONAL.
    const expected = 'responseTypes' in usual ? { pkceEnforcement: 'OPTIONAL', ...usual } : usual;
    t.strictSame({ ...members, ...(pkceEnforcement !== undefined && { pkceEnforcement }) }, expected, type);
  }
  for (const type of ['SINGLE_PAGE_APP', 'NATIVE_APP', 'WEB_APP', 'CUSTOM_APP', 'SERVICE', 'WORKER'])
    t.ok(type in applicationTypes, `the page offers ${type}`);
});
