import type { App, Context, Environment } from '../environment/context.js';
import type { BackchannelRequest } from '../environment/model/polled-grants.js';
import { sendJson } from '../http/answers.js';
import { array, boolean, object, oneOf, string } from '../lib/schema/types.js';
import { type BackchannelDecision, decideBackchannelRequest, waitingBackchannelRequests } from '../signon/decoupled/backchannel.js';
import { moment, shows, texts } from './answer-schemas.js';
import type { Closing } from './closing.js';
import { ControlError } from './control-error.js';
import { environmentOfPath } from './paths.js';
import { readWait, waitUntil } from './wait.js';

const decision = object({ approve: boolean });
const decided = shows(object({ id: string, decision: oneOf('approved', 'denied') }));
const query = object({}, { wait: string });
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

/** A waiting request, as a person would see it on the other device. */
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

const refusals: Readonly<Partial<Record<BackchannelDecision, readonly [status: number, code: string, message: string]>>> = {
  unknown: [404, 'request_unknown', 'no backchannel request has this id'],
  'decided already': [409, 'request_decided', 'somebody has decided this request already'],
  expired: [409, 'request_expired', 'this request has expired'],
};

/** The device on which a person approves what an application asks without a browser (CIBA; docs/fidelity.md, 7.7). */
export const ciba = (app: App, context: Context, closing: Closing): void => {
  const path = '/environments/:environmentId/backchannel-requests';
  const list = { schema: { summary: 'Backchannel requests that wait, oldest first', querystring: query, answers } };
  app.get(path, list, async (request, reply) => {
    const environment = environmentOfPath(context, request);
    const { wait } = request.query as { wait?: string };
    let waiting = await waitingBackchannelRequests(environment);
    const look = () => (waiting.length > 0 ? waiting : undefined);
    const subscribe = (listener: () => void) =>
      environment.transactions.subscribe(() => {
        void waitingBackchannelRequests(environment).then((found) => {
          waiting = found;
          listener();
        });
      });
    await waitUntil({ milliseconds: readWait(wait), look, subscribe, request, closing: closing.signal, removed: environment.removed });
    return sendJson(reply, { requests: await Promise.all(waiting.map((each) => show(environment, each))) });
  });

  app.post(
    `${path}/:requestId`,
    { schema: { summary: 'Approve or deny a backchannel request', body: decision, answers: decided } },
    async (request, reply) => {
      const environment = environmentOfPath(context, request);
      const { requestId } = request.params as { requestId: string };
      const { approve } = request.body as { approve: boolean };
      const made = await decideBackchannelRequest(environment, requestId, approve);
      const refused = refusals[made];
      if (refused) throw new ControlError(...refused);
      return sendJson(reply, { id: requestId, decision: made });
    },
  );
};
