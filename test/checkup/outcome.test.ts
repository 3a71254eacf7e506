import t from 'tap';
import { featuresOf } from '../../src/checkup/outcome.js';

t.test('a session that went on in more cookies looks like one in a single cookie', async (t) => {
  const end = new URL('http://localhost:3000/');
  const featuresWith = (...names: string[]) => {
    const cookies = names.map((name) => ({ name, value: 'x', attributes: new Map<string, string>() }));
    return [...featuresOf({ visits: [{ url: end, status: 200, text: '', cookies }], end } as never, [])].filter((each) =>
      each.startsWith('cookie'),
    );
  };
  t.same(featuresWith('appSession.0', 'appSession.1'), ['cookie appSession']);
  t.same(featuresWith('appSession'), ['cookie appSession']);
  t.same(featuresWith('a.b'), ['cookie a.b']);
});
