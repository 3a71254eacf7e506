/** One application: on or off, where it redirects to, PKCE, and the scopes that it is granted. */
import { copyButton, h } from './dom.js';
import { askedButton, callButton, callForm, choice, lines, valuesOf } from './forms.js';
import { listOf, read } from './management.js';
import { back, chip, facts, panels, stateUrl } from './state-page.js';

/** An application in the form that a PUT takes. */
const writable = ({ _links, _embedded, id, environment, createdAt, updatedAt, ...members }) => members;

export async function applicationScreen(main, page, id) {
  const path = `applications/${encodeURIComponent(id)}`;
  let application;
  let resources = [];
  let [flowPolicies, assignments] = [[], []];
  page.load = async () => {
    application = await read(page.environment, path);
    if (application.protocol !== 'OPENID_CONNECT') return;
    flowPolicies = await listOf(page.environment, 'flowPolicies', 'flowPolicies');
    if (flowPolicies.length > 0) assignments = await listOf(page.environment, `${path}/flowPolicyAssignments`, 'flowPolicyAssignments');
    const [found, grants] = await Promise.all([
      listOf(page.environment, 'resources', 'resources'),
      listOf(page.environment, `${path}/grants`, 'grants'),
    ]);
    resources = await Promise.all(
      found.map(async (resource) => ({
        ...resource,
        scopes: await listOf(page.environment, `resources/${resource.id}/scopes`, 'scopes'),
        grant: grants.find((grant) => grant.resource.id === resource.id),
      })),
    );
  };
  const put = (members) => ({ method: 'PUT', path, body: { ...writable(application), ...members } });

  const head = () => [
    back(page.environment, page.name),
    h('h1', h('bdi', application.name)),
    h(
      'p.row',
      chip(application.enabled ? 'enabled' : 'DISABLED', application.enabled ? 'good' : 'bad'),
      chip(application.type),
      application.pkceEnforcement && chip(`PKCE ${application.pkceEnforcement}`),
    ),
  ];

  const about = (place) => [
    facts([
      ['Client id', application.id, copyButton('Copy', application.id, { 'aria-label': 'Copy the client id' })],
      ['Grant types', application.grantTypes?.join(', ')],
      ['At the token endpoint', application.tokenEndpointAuthMethod],
      ['Address', application.homePageUrl],
    ]),
    h(
      'div.row',
      callButton(page, place, application.enabled ? 'Disable' : 'Enable', () => put({ enabled: !application.enabled })),
      askedButton(page, place, 'Delete application', `Delete ${application.name}?`, () => ({ method: 'DELETE', path }), {
        after: () => location.assign(stateUrl(page.environment)),
      }),
    ),
  ];

  const settings = (place) => {
    if (!application.grantTypes?.includes('AUTHORIZATION_CODE'))
      return h('p.muted', 'It has no sign-on in a browser, so it has no redirect URIs.');
    return callForm(page, place, {
      id: 'settings',
      submit: 'Save',
      clear: false,
      fields: [
        lines('Redirect URIs, one on each line', 'redirectUris', { value: (application.redirectUris ?? []).join('\n') }),
        choice('PKCE', 'pkceEnforcement', [['OPTIONAL'], ['REQUIRED'], ['S256_REQUIRED']], { value: application.pkceEnforcement }),
      ],
      requests: put,
    });
  };

  /** The scopes of one resource, to tick. */
  const scopesOf = (place, { id: resource, name, scopes, grant }) => {
    const granted = new Set((grant?.scopes ?? []).map((scope) => scope.id));
    const form = callForm(page, place, {
      id: `grant-${resource}`,
      submit: grant ? 'Save the grant' : 'Grant',
      clear: false,
      fields: [
        h(
          'fieldset',
          h('legend', h('bdi', name)),
          scopes.map((scope) =>
            h('label.choice', h('input', { type: 'checkbox', name: scope.id, checked: granted.has(scope.id) }), h('bdi', scope.name)),
          ),
        ),
      ],
      requests: () => {
        const chosen = Object.entries(valuesOf(form)).flatMap(([scope, isChosen]) => (isChosen ? [{ id: scope }] : []));
        const grants = `${path}/grants`;
        if (grant && chosen.length === 0) return { method: 'DELETE', path: `${grants}/${grant.id}` };
        const body = { resource: { id: resource }, scopes: chosen };
        return grant ? { method: 'PUT', path: `${grants}/${grant.id}`, body } : { method: 'POST', path: grants, body };
      },
    });
    return form;
  };

  const grants = (place) =>
    application.protocol === 'OPENID_CONNECT'
      ? [
          h('p.muted', 'Like PingOne, the server silently leaves out requested scopes that are not granted.'),
          resources.filter(({ scopes }) => scopes.length > 0).map((resource) => scopesOf(place, resource)),
        ]
      : h('p.muted', 'It is not an OpenID Connect application, so it is granted nothing.');

  /** The flows of DaVinci that it uses, the first one by priority. */
  const flows = (place) => {
    const assigned = `${path}/flowPolicyAssignments`;
    const nameOf = (flow) => flowPolicies.find((each) => each.id === flow)?.name ?? flow;
    const others = flowPolicies.filter((each) => !assignments.some(({ flowPolicy }) => flowPolicy.id === each.id));
    return [
      assignments.length === 0
        ? h('p.muted', 'None: people sign on by the sign-on policies.')
        : h(
            'ul.rows',
            assignments.map(({ id: assignment, flowPolicy, priority }) =>
              h(
                'li',
                h('bdi', `${priority}. ${nameOf(flowPolicy.id)}`),
                callButton(page, place, 'Remove', () => ({ method: 'DELETE', path: `${assigned}/${assignment}` }), {
                  'aria-label': `Remove ${nameOf(flowPolicy.id)}`,
                }),
              ),
            ),
          ),
      others.length > 0 &&
        callForm(page, place, {
          id: 'flow',
          submit: 'Assign',
          fields: [
            choice(
              'Flow policy',
              'id',
              others.map((each) => [each.id, each.name]),
            ),
          ],
          requests: ({ id: flow }) => ({
            method: 'POST',
            path: assigned,
            body: { flowPolicy: { id: flow }, priority: Math.max(0, ...assignments.map(({ priority }) => priority)) + 1 },
          }),
        }),
    ];
  };

  await page.load();
  await panels(main, page, head, [
    ['Application', about],
    ['Settings', settings],
    ['Grants', grants],
    ...(flowPolicies.length > 0 ? [['Flow policies of DaVinci', flows]] : []),
  ]);
}
