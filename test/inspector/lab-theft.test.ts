import t from 'tap';
import { environmentId, listen } from '../helpers/server.js';

interface Lab {
  readonly environmentId: string;
}

t.test('the lab marks a theft that worked: nobody else can, and nothing else is one', async (t) => {
  const { url, context, environment } = await listen(t);
  const control = `${url}/__mock/v1`;
  const send = (path: string, body: object) =>
    fetch(`${control}/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const lab = (await (await send('lab', {})).json()) as Lab;
  const { transactions } = context.environments.get(lab.environmentId) ?? environment;
  const theft = { exercise: 'A stolen code, and nothing else', outcome: 'Mallory gets tokens' };
  const mark = async (id: string, to = lab.environmentId) =>
    (await send(`environments/${to}/thefts`, { transactionId: id, ...theft })).status;

  const stolen = transactions.start({ application: undefined });
  t.equal(await mark(stolen.id), 400, 'no tokens were issued');
  stolen.state = 'succeeded';
  t.equal(await mark('none'), 404);
  const own = environment.transactions.start({ application: undefined });
  own.state = 'succeeded';
  t.equal(await mark(own.id, environmentId), 400, 'this environment is not the lab’s');
  const before = context.events.lastNumber;
  t.equal(await mark(stolen.id), 204);
  t.equal(context.events.lastNumber, before + 1, 'pages that are open hear of it');
  const providers = (await (await send('lab', { scene: 'mix-up' })).json()) as { shop: { providers: { honest: Lab } } };
  const { environmentId: honest } = providers.shop.providers.honest;
  const mixedUp = context.environments.get(honest)?.transactions.start({ application: undefined });
  if (!mixedUp) throw new Error('the mix-up has no honest provider');
  mixedUp.state = 'succeeded';
  t.equal(await mark(mixedUp.id, honest), 204, 'in the mix-up, the tokens are those of the honest provider');
  const shown = await (await fetch(`${control}/transactions/${stolen.id}`)).json();
  t.match(shown, { state: 'succeeded', theft });
  t.equal(((await (await fetch(`${control}/transactions/${own.id}`)).json()) as { theft?: object }).theft, undefined);
});
