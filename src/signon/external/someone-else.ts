import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Context, type Endpoint, type Environment, environmentOf } from '../../environment/context.js';
import type { ExternalSignOn } from '../../environment/model/lifetimes.js';
import { sendRedirect } from '../../http/answers.js';
import { isForm } from '../../http/bodies.js';
import { type Html, html } from '../../lib/html.js';
import { excessIn, largestJson } from '../../lib/json-size.js';
import { object, string } from '../../lib/schema/types.js';
import { isObject, type Members, membersOf, parseJson, textMember } from '../../lib/unknown.js';
import { field, type Problem, problemBox } from '../pages/form-parts.js';
import { isForeign } from '../pages/page-form.js';
import { sendBody } from '../pages/send-page.js';

/** What a person says of themselves. */
const form = object({}, { name: string, email: string, claims: string, action: string });

const longest = { text: 256, claims: 16_384 } as const;

/** The claims that a name and an address give. The same address is the same person each time. */
function claimsOf(name: string, email: string): Members {
  const [given, ...family] = name.split(/\s+/);
  return {
    sub: email.toLowerCase() || name.toLowerCase().replace(/\s+/g, '.'),
    ...(name !== '' && { name, given_name: given, ...(family.length > 0 && { family_name: family.join(' ') }) }),
    ...(email !== '' && { email, email_verified: true }),
    preferred_username: email || name.toLowerCase().replace(/\s+/g, '.'),
  };
}

/** The claims of a form, or what is wrong with it. */
export function readClaims(posted: Members): { readonly claims: Members } | { readonly problem: Problem } {
  const text = (member: string): string => (textMember(posted, member) ?? '').trim();
  const [name, email, json] = [text('name'), text('email'), text('claims')];
  const refuse = (message: string, focus: string) => ({ problem: { message, fields: [focus], focus } });
  if (name.length > longest.text) return refuse('The name is too long.', 'name');
  if (email.length > longest.text) return refuse('The e-mail address is too long.', 'email');
  if (json.length > longest.claims || excessIn(json, largestJson)) return refuse('There are too many claims.', 'claims');
  let more: unknown = {};
  try {
    if (json !== '') more = parseJson(json);
  } catch {
    return refuse('The claims are not JSON.', 'claims');
  }
  if (!isObject(more)) return refuse('The claims must be a JSON object, such as { "sub": "1234" }.', 'claims');
  const claims = { ...((name !== '' || email !== '') && claimsOf(name, email)), ...more };
  return 'sub' in claims ? { claims } : refuse('Please enter a name or an e-mail address, or a claim sub.', 'name');
}

interface Shown {
  readonly signOn: ExternalSignOn;
  readonly typed?: Members;
  readonly problem?: Problem;
  readonly status?: number;
}

async function show(
  environment: Environment,
  request: FastifyRequest,
  reply: FastifyReply,
  { signOn, typed, problem, status = problem ? 400 : 200 }: Shown,
): Promise<FastifyReply> {
  const provider = await environment.store.identityProviders.get(signOn.providerId);
  const box = (name: string, label: string, type: 'text' | 'email', autocomplete: string): Html =>
    field({
      name,
      label,
      type,
      autocomplete,
      optional: true,
      value: textMember(typed, name),
      focus: (problem?.focus ?? 'name') === name,
      problem,
    });
  const body = html`<h1>Someone Else</h1>
<p class="purpose">pingone-mock plays <strong><bdi>${provider?.name ?? ''}</bdi></strong>: say who you are</p>
${problemBox(problem)}
<form method="post">
${box('name', 'Name', 'text', 'off')}
${box('email', 'E-mail', 'email', 'off')}
<p class="field">
<label for="claims">Claims (JSON, optional)</label>
<textarea id="claims" name="claims" rows="4" spellcheck="false"${problem?.fields.includes('claims') && html` aria-invalid="true" aria-describedby="problem"`}>${textMember(typed, 'claims') ?? ''}</textarea>
</p>
<button class="primary" type="submit">Continue</button>
</form>
<div class="others"><form method="post" class="other"><button class="plain" name="action" value="cancel">Cancel</button></form></div>`;
  const title = `${problem ? 'Error: ' : ''}Someone Else – pingone-mock`;
  return sendBody(request, reply, { status, title, environmentName: environment.record.name, body });
}

/** The sign-on that a request is about, if no callback has used it yet. */
async function waitingSignOn({ store }: Environment, { query }: FastifyRequest): Promise<ExternalSignOn | undefined> {
  const signOn = await store.externalSignOns.get(textMember(query, 'state') ?? '');
  return signOn?.isUsed ? undefined : signOn;
}

/** A page that plays an external identity provider: people say who they are, and are signed on as that person. */
export const someoneElse: Endpoint = (app, context) => {
  const path = '/someone-else';
  const config = { parameters: object({}, { state: string }) };
  app.get(path, { exposeHeadRoute: false, config }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const signOn = await waitingSignOn(environment, request);
    return signOn ? show(environment, request, reply, { signOn }) : backTo(context, request, reply, {});
  });
  app.post(path, { config, schema: { body: form }, attachValidation: true }, async (request, reply) => {
    const environment = environmentOf(context, request);
    const { externalSignOns } = environment.store;
    const state = textMember(request.query, 'state') ?? '';
    const signOn = await waitingSignOn(environment, request);
    if (!signOn) return backTo(context, request, reply, {});
    const typed = membersOf(request.body);
    const refuse = (status: number, message: string) =>
      show(environment, request, reply, { signOn, status, problem: { message, fields: [], focus: 'name' } });
    if (isForeign(context, request)) return refuse(403, 'The form was sent from another site. Please use the one below.');
    if (!isForm(request) || request.validationError) return refuse(400, 'The data sent is not this form.');
    if (typed.action === 'cancel') return sendRedirect(reply, withParameters(signOn.redirectUri, { error: 'access_denied', state }), 303);
    const read = readClaims(typed);
    if ('problem' in read) return show(environment, request, reply, { signOn, typed, problem: read.problem });
    const code = environment.random.bytes(32).toString('base64url');
    await externalSignOns.put({ ...signOn, said: { code, claims: read.claims } }, signOn.expiresAt);
    return sendRedirect(reply, withParameters(signOn.redirectUri, { code, state }), 303);
  });
};

const withParameters = (address: string, parameters: Readonly<Record<string, string>>): string =>
  `${address}?${new URLSearchParams(parameters).toString()}`;

/** There is no such sign-on: the callback says so. */
const backTo = (
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  parameters: Readonly<Record<string, string>>,
): FastifyReply => {
  const base = context.baseUrl(request, environmentOf(context, request));
  return sendRedirect(reply, withParameters(`${base}/rp/callback/openid_connect`, parameters), 303);
};
