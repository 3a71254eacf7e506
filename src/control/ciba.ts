import type { App, Context, Environment } from '../environment/context.js';
import type { BackchannelRequest } from '../environment/model/polled-grants.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, object, oneOf, string } from '../lib/schema/types.js';
import { textMember } from '../lib/unknown.js';
import { type BackchannelDecision, decideBackchannelRequest, waitingBackchannelRequests } from '../signon/decoupled/backchannel.js';
import { moment, shows, texts } from './answer-schemas.js';
import { ControlError } from './control-error.js';
import { environmentOfPath, environmentPath } from './paths.js';
import { readWait, waitUntil } from './wait.js';

const body = object({ approve: boolean });
const decided = shows(object({ id: string, decision: oneOf('approved', 'denied') }));
const querystring = object({}, { wait: string });
const waitingRequest = object(
  {
    id: string,
    application: object({ id: string, name: string }),
    user: object({ id: string, username: string }),
    scopes: texts,
    at: moment,
    expiresAt: moment,
  },
  { bindingMessage: string },
);
const answers = shows(object({ requests: array(waitingRequest) }));

/** A pending request, with what the user would see on the authentication device. */
async function show({ store }: Environment, request: BackchannelRequest): Promise<object> {
  const [application, user] = [await store.applications.get(request.clientId), await store.users.get(request.userId)];
  return {
    id: request.id,
    application: { id: request.clientId, name: application?.name ?? '' },
    user: { id: request.userId, username: user?.username ?? '' },
    scopes: request.scopes,
    ...(request.bindingMessage !== undefined && { bindingMessage: request.bindingMessage }),
    at: new Date(request.issuedAt).toISOString(),
    expiresAt: new Date(request.expiresAt).toISOString(),
  };
}

const errors: Readonly<Partial<Record<BackchannelDecision, readonly [status: number, code: string, message: string]>>> = {
  unknown: [404, 'request_unknown', 'there is no backchannel request with this id'],
  'decided already': [409, 'request_decided', 'this request has already been approved or denied'],
  expired: [409, 'request_expired', 'this request has expired'],
};

/** Plays the authentication device of CIBA: lists pending requests, and approves or denies them (docs/fidelity.md, 7.7). */
export const ciba = (app: App, context: Context, closing: AbortSignal): void => {
  const path = `${environmentPath}/backchannel-requests`;
  app.get(path, { schema: { summary: 'Pending backchannel requests, oldest first', querystring, answers } }, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    let waiting = await waitingBackchannelRequests(environment);
    const look = () => (waiting.length > 0 ? waiting : undefined);
    const subscribe = (listener: () => void) =>
      context.events.subscribe(({ environmentId }) => {
        if (environmentId !== environment.id) return;
        void waitingBackchannelRequests(environment).then((found) => {
          waiting = found;
          listener();
        });
      });
    const milliseconds = readWait(request.query.wait);
    await waitUntil({ milliseconds, look, subscribe, request, closing, removed: environment.removed });
    return sendJson(reply, { requests: await Promise.all(waiting.map((each) => show(environment, each))) });
  });

  const decide = { schema: { summary: 'Approve or deny a backchannel request', body, answers: decided } };
  app.post(`${path}/:requestId`, decide, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const requestId = textMember(request.params, 'requestId') ?? '';
    const decision = await decideBackchannelRequest(environment, requestId, request.body.approve);
    const error = errors[decision];
    if (error) throw new ControlError(...error);
    return sendJson(reply, { id: requestId, decision });
  });
};
