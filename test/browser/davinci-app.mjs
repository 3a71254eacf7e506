// An application with Ping's own clients, as their documentation has it: it draws what the flow asks for, and knows nothing of the mock.
import { davinci } from '@forgerock/davinci-client';
import { oidc } from '@forgerock/oidc-client';

const { config } = window;
const main = document.querySelector('form');
const client = await davinci({ config });
const tokens = await oidc({ config });

const make = (name, members, ...children) => {
  const element = Object.assign(document.createElement(name), members);
  element.append(...children);
  return element;
};
const labelled = (label, input) => make('label', {}, `${label} `, input);

async function go(step) {
  await step();
  render();
}

async function poll(collector) {
  const status = await client.pollStatus(collector)();
  window.seen.push(status);
  client.update(collector)(status);
  await client.next();
  render();
}

const onInput = (collector) => ({ oninput: ({ target }) => client.update(collector)(target.value) });

const drawn = {
  TextCollector: (collector) => labelled(collector.output.label, make('input', { autocomplete: 'off', ...onInput(collector) })),
  PasswordCollector: (collector) =>
    labelled(collector.output.label, make('input', { type: 'password', autocomplete: 'current-password', ...onInput(collector) })),
  ValidatedPasswordCollector(collector) {
    const problems = make('output', {});
    const validate = client.validate(collector);
    const oninput = ({ target }) => {
      client.update(collector)(target.value);
      problems.textContent = [validate(target.value)].flat().join(' ');
    };
    return make(
      'p',
      {},
      labelled(collector.output.label, make('input', { type: 'password', autocomplete: 'new-password', oninput })),
      problems,
    );
  },
  SubmitCollector: (collector) => make('button', { type: 'button', onclick: () => go(() => client.next()) }, collector.output.label),
  FlowCollector: (collector) =>
    make('button', { type: 'button', onclick: () => go(client.flow({ action: collector.output.key })) }, collector.output.label),
  ReadOnlyCollector: (collector) => make('p', {}, collector.output.label),
  BooleanCollector: (collector) =>
    labelled(
      collector.output.label,
      make('input', { type: 'checkbox', onchange: ({ target }) => client.update(collector)(target.checked) }),
    ),
  SingleSelectCollector(collector) {
    const options = collector.output.options.map(({ label, value }) => make('option', { value }, label));
    return labelled(collector.output.label, make('select', onInput(collector), make('option', { value: '' }, '…'), ...options));
  },
  MultiSelectCollector: (collector) =>
    make(
      'p',
      {},
      ...collector.output.options.map(({ label, value }) =>
        labelled(label, make('input', { type: 'checkbox', onchange: () => client.update(collector)(value) })),
      ),
    ),
  DeviceAuthenticationCollector(collector) {
    const options = collector.output.options.map(({ label, value }) => make('option', { value }, label));
    return labelled(collector.output.label, make('select', onInput(collector), make('option', { value: '' }, '…'), ...options));
  },
  PollingCollector(collector) {
    void poll(collector);
    return make('p', {}, 'Waiting');
  },
};

async function drawSuccess({ client: { authorization } }) {
  const got = await tokens.token.exchange(authorization.code, authorization.state);
  window.tokens = got;
  const user = await tokens.user.info();
  main.append(make('h1', {}, `Signed on as ${user.preferred_username}`));
  const signOff = async () => {
    await tokens.user.logout();
    await client.start();
  };
  main.append(make('button', { type: 'button', onclick: () => go(signOff) }, 'Sign off'));
}

function render() {
  const node = client.getNode();
  window.node = node;
  main.replaceChildren();
  if (node.status === 'success') return void drawSuccess(node);
  if (node.status === 'failure') return main.append(make('h1', {}, `Failed: ${node.error.message}`));
  main.append(make('h1', {}, node.client.name ?? 'No form'));
  if (node.error) main.append(make('p', { role: 'alert' }, node.error.message));
  for (const collector of client.getCollectors()) {
    const draw = drawn[collector.type];
    main.append(draw ? draw(collector) : `? ${collector.type}`);
  }
}

window.seen = [];
await go(() => client.start());
